"""Names of languages as readers know them; codes are those of MARC and ISO 639-2/B."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LANGUAGES: dict[str, Promise] = {
    "chi": _("中文"),
    "eng": _("英文"),
    "jpn": _("日文"),
    "ger": _("德文"),
    "fre": _("法文"),
    "rus": _("俄文"),
    "spa": _("西班牙文"),
    "ita": _("意大利文"),
    "lat": _("拉丁文"),
    "kor": _("朝鲜文"),
    "por": _("葡萄牙文"),
    "ara": _("阿拉伯文"),
    "tib": _("藏文"),
    "uig": _("维吾尔文"),
    "mon": _("蒙古文"),
    "mul": _("多语种"),
    "und": _("语种不明"),
}


def name_of_language(code: str) -> str:
    """Return a language's name; a code that has none here is shown as it is."""
    return str(LANGUAGES.get(code, code))
