"""The discovery index: a pure engine over tantivy that knows records, libraries and Chinese, not Django.

A record becomes a ``SearchDocument``; the indexer process puts it in through ``writer.IndexWriter``;
every other process asks ``engine.SearchEngine``. PostgreSQL alone is the truth: a lost index is rebuilt.
"""
