"""One command a figure, each beside a named peer measured in the same run: ``make bench NAME=gateway``.

__main__        which figure
report          the table, and the JSON object that is the last line
installation    a scratch installation with a PostgreSQL of its own
environments    peers in environments of their own
RESULTS.md      dated figures, with how they were measured
"""
