"""中图法 as far as it may be told: the main classes and the second level of R, 医药、卫生.

The classification itself is copyrighted (library systems sheet 2.4); these captions are the table
of contents that every library prints on its shelves. A library loads its own table later.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.search.numbers import class_key
from xinglin.catalog.thesaurus.known import caption_in_tables

MAIN_CLASSES: dict[str, Promise] = {
    "A": _("马克思主义、列宁主义、毛泽东思想、邓小平理论"),
    "B": _("哲学、宗教"),
    "C": _("社会科学总论"),
    "D": _("政治、法律"),
    "E": _("军事"),
    "F": _("经济"),
    "G": _("文化、科学、教育、体育"),
    "H": _("语言、文字"),
    "I": _("文学"),
    "J": _("艺术"),
    "K": _("历史、地理"),
    "N": _("自然科学总论"),
    "O": _("数理科学和化学"),
    "P": _("天文学、地球科学"),
    "Q": _("生物科学"),
    "R": _("医药、卫生"),
    "S": _("农业科学"),
    "T": _("工业技术"),
    "U": _("交通运输"),
    "V": _("航空、航天"),
    "X": _("环境科学、安全科学"),
    "Z": _("综合性图书"),
}
MEDICINE: dict[str, Promise] = {
    "R1": _("预防医学、卫生学"),
    "R2": _("中国医学"),
    "R3": _("基础医学"),
    "R4": _("临床医学"),
    "R5": _("内科学"),
    "R6": _("外科学"),
    "R71": _("妇产科学"),
    "R72": _("儿科学"),
    "R73": _("肿瘤学"),
    "R74": _("神经病学与精神病学"),
    "R75": _("皮肤病学与性病学"),
    "R76": _("耳鼻咽喉科学"),
    "R77": _("眼科学"),
    "R78": _("口腔科学"),
    "R79": _("外国民族医学"),
    "R8": _("特种医学"),
    "R9": _("药学"),
}


@dataclass(frozen=True)
class ClassChoice:
    """One class to browse: its number, its caption, and how many records are in it."""

    number: str
    caption: str
    count: int


def caption_of(number: str) -> str:
    """Return what a class is called, in the library's own table first; empty when nobody knows."""
    key = class_key(number)
    return caption_in_tables(number) or str(MEDICINE.get(key) or MAIN_CLASSES.get(key) or "")
