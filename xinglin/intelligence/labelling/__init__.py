"""Papers under the headings of their topic and by study type: suggested by what the desk taught, decided by people."""
