"""Records as others take them: GB/T 7714 references, RIS and BibTeX for reference managers, a table."""

from xinglin.catalog.citing.forms import MOST, Form, written
from xinglin.catalog.citing.gbt7714 import reference

__all__ = ["MOST", "Form", "reference", "written"]
