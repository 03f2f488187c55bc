"""The catalogue served to others: harvesters, searching machines, feed readers, search engines.

marc_forms    a row as the XML of its own MARC family; rows without MARC are described in MARC 21
dublin_core   a row as the fifteen elements
oai           OAI-PMH 2.0: the six verbs
cql           the query language of SRU, parsed
cql_indexes   the indexes it may name
cql_query     what it asks, as a query of our index
sru           SRU 1.1, 1.2 and 2.0: explain and searchRetrieve
feeds         RSS of new arrivals
schema_org    schema.org in readers' pages
"""
