"""Reference files: read from anybody with a reckoning, and written in the forms that others read.

``read(data, name=…)`` returns what a file held: declared = parsed + refused, each refusal with its
line and its reason. Writers: ``write_ris``, ``write_bibtex``, ``write_gbt7714``, ``write_xlsx``.
"""

from xinglin.literature.files.reading import FileReading, Refused, Taken, read
from xinglin.literature.files.writing import write_bibtex, write_gbt7714, write_ris, write_xlsx

__all__ = [
    "FileReading",
    "Refused",
    "Taken",
    "read",
    "write_bibtex",
    "write_gbt7714",
    "write_ris",
    "write_xlsx",
]
