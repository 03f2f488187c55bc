"""What means the same, and what classes are called: from files that a library brings, never shipped.

MeSH from the National Library of Medicine's files, 中文医学主题词 and 中图法 from the library's own tables.
"""
