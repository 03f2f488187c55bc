"""Making, changing, exporting records by hand, and taking in tables.

lines       a record as lines of text that a cataloguer types, and back without loss
tags        what a tag, an indicator and a subfield mean (tags_cnmarc, tags_marc21: the tables)
positions   the fixed fields, position by position
checking    what is wrong with a record, said line by line
blanks      records to begin with
saving      from the lines to the catalogue; what nobody touched keeps its bytes
presence    who has which record open
exporting   records out, in the character set asked for
basket      records set aside for one export
tables      a spreadsheet or a list of ISBNs becomes records, and goes the way of every import
            (headings: what its columns mean; table_rows, sheet_isbns: one row, one cell of it)
described   a description without MARC as CNMARC fields
"""
