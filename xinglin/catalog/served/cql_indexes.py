"""The indexes that CQL may name, under all the names that people and profiles have for them."""

from xinglin.catalog.search.query import Field

# The name of an index with its context set -> where we look. The first name of each is the one explain tells.
SEARCHED: dict[str, Field] = {
    "cql.anywhere": Field.ANY, "cql.serverchoice": Field.ANY, "cql.keywords": Field.ANY,
    "cql.anyindexes": Field.ANY, "cql.allindexes": Field.ANY, "bath.any": Field.ANY, "srw.serverchoice": Field.ANY,
    "dc.title": Field.TITLE, "bath.title": Field.TITLE, "bath.keytitle": Field.TITLE,
    "dc.creator": Field.AUTHOR, "dc.contributor": Field.AUTHOR, "dc.author": Field.AUTHOR, "bath.name": Field.AUTHOR,
    "bath.author": Field.AUTHOR, "bath.personalname": Field.AUTHOR, "bath.corporatename": Field.AUTHOR,
    "dc.subject": Field.SUBJECT, "bath.subject": Field.SUBJECT, "bath.topicalsubject": Field.SUBJECT,
    "dc.publisher": Field.PUBLISHER, "bath.publisher": Field.PUBLISHER,
    "bib.titleseries": Field.SERIES, "dc.relation": Field.SERIES,
    "bath.isbn": Field.NUMBER, "bath.issn": Field.NUMBER, "bath.standardidentifier": Field.NUMBER,
    "dc.identifier": Field.NUMBER, "bib.identifier": Field.NUMBER,
    "bib.classification": Field.CLASS, "bath.classification": Field.CLASS,
}  # fmt: skip
DATES = ("dc.date", "bath.date", "bib.dateissued")
LISTED = {"dc.language": "languages", "dc.type": "kinds", "rec.collectionname": "libraries"}
NUMBERS = ("rec.id", "rec.identifier", "bath.localnumber")
EVERYTHING = "cql.allrecords"
# Results of earlier searches are kept by nobody here.
RESULT_SETS = ("cql.resultsetid", "srw.resultsetid")
# Names without a context set that people write all the same.
PLAIN = {
    "any": "cql.anywhere", "anywhere": "cql.anywhere", "title": "dc.title", "creator": "dc.creator",
    "author": "dc.creator", "subject": "dc.subject", "publisher": "dc.publisher", "date": "dc.date",
    "year": "dc.date", "language": "dc.language", "type": "dc.type", "isbn": "bath.isbn", "issn": "bath.issn",
    "identifier": "dc.identifier", "class": "bib.classification", "id": "rec.id", "library": "rec.collectionname",
    "serverchoice": "cql.serverchoice", "series": "bib.titleseries", "allrecords": EVERYTHING,
    "allindexes": "cql.anywhere", "anyindexes": "cql.anywhere", "contributor": "dc.contributor",
}  # fmt: skip
# Context sets by the addresses that a query may bind to names of its own.
SETS = {
    "cql": "info:srw/cql-context-set/1/cql-v1.2",
    "dc": "info:srw/cql-context-set/1/dc-v1.1",
    "bath": "http://zing.z3950.org/cql/bath/2.0/",
    "rec": "info:srw/cql-context-set/2/rec-1.1",
    "bib": "info:srw/cql-context-set/1/bib-v1",
    "srw": "info:srw/cql-context-set/1/cql-v1.1",
}
