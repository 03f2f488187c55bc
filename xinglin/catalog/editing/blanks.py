"""Records to begin with: what every record of a kind needs, and the fields that are usually filled."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.marc import DataField, Field, Flavour, Record
from xinglin.commons import clock


@dataclass(frozen=True)
class Blank:
    """A record to begin with; its lines know today and this year."""

    name: str
    title: str | Promise
    flavour: Flavour
    lines: str

    @property
    def text(self) -> str:
        """Return the lines, dated today."""
        today = clock.today()
        return self.lines.strip("\n").format(day=f"{today:%Y%m%d}", short=f"{today:%y%m%d}", year=today.year)


_CNMARC_END = "801 #0 ‡aCN‡b‡c{day}"

BLANKS = (
    Blank(
        "cnmarc_book",
        _("CNMARC 图书"),
        Flavour.CNMARC,
        f"""
LDR      nam0 22        450{" "}
010 ## ‡a‡d
100 ## ‡a{{day}}d{{year}}    em y0chiy50      ea
101 0# ‡achi
102 ## ‡aCN‡b
105 ## ‡ay   z   000yy
106 ## ‡ar
200 1# ‡a‡f
210 ## ‡a‡c‡d{{year}}
215 ## ‡a‡d26cm
330 ## ‡a
606 0# ‡a
690 ## ‡a‡v5
701 #0 ‡a‡4主编
{_CNMARC_END}
""",
    ),
    Blank(
        "cnmarc_serial",
        _("CNMARC 期刊"),
        Flavour.CNMARC,
        f"""
LDR      nas0 22        450{" "}
011 ## ‡a‡d
100 ## ‡a{{day}}a{{year}}9999em y0chiy50      ea
101 0# ‡achi
102 ## ‡aCN‡b
106 ## ‡ar
110 ## ‡aafa   0xx0
200 1# ‡a‡f
207 #0 ‡a
210 ## ‡a‡c‡d{{year}}-
215 ## ‡a‡d30cm
326 ## ‡a月刊
606 0# ‡a
690 ## ‡a‡v5
711 02 ‡a‡4主办
{_CNMARC_END}
""",
    ),
    Blank(
        "cnmarc_thesis",
        _("CNMARC 学位论文"),
        Flavour.CNMARC,
        f"""
LDR      nam0 22        450{" "}
100 ## ‡a{{day}}d{{year}}    km y0chiy50      ea
101 0# ‡achi
102 ## ‡aCN‡b
105 ## ‡ay   m   000yy
106 ## ‡ar
200 1# ‡a‡b学位论文‡f
210 ## ‡a‡c‡d{{year}}
215 ## ‡a‡d30cm
328 ## ‡a
330 ## ‡a
606 0# ‡a
690 ## ‡a‡v5
701 #0 ‡a‡4撰
702 #0 ‡a‡4指导
712 02 ‡a‡4授予
{_CNMARC_END}
""",
    ),
    Blank(
        "cnmarc_standard",
        _("CNMARC 标准"),
        Flavour.CNMARC,
        f"""
LDR      nam0 22        450{" "}
094 ## ‡aCN‡b
100 ## ‡a{{day}}d{{year}}    km y0chiy50      ea
101 0# ‡achi
102 ## ‡aCN‡b110000
105 ## ‡ay   j   000yy
106 ## ‡ar
200 1# ‡a‡b标准‡f
210 ## ‡a北京‡c‡d{{year}}
215 ## ‡a‡d30cm
330 ## ‡a
606 0# ‡a
690 ## ‡a‡v5
711 02 ‡a‡4起草
{_CNMARC_END}
""",
    ),
    Blank(
        "marc21_book",
        _("MARC 21 图书"),
        Flavour.MARC21,
        """
LDR      nam a22      i 4500
008 {short}s{year}    xxu           000 0 eng d
020 ## ‡a‡c
040 ## ‡a‡beng‡erda‡c
084 ## ‡a‡2clc
100 1# ‡a
245 10 ‡a‡c
264 #1 ‡a‡b‡c{year}
300 ## ‡apages‡c24 cm
336 ## ‡atext‡btxt‡2rdacontent
337 ## ‡aunmediated‡bn‡2rdamedia
338 ## ‡avolume‡bnc‡2rdacarrier
520 ## ‡a
650 #2 ‡a
""",
    ),
)


def blank_named(name: str) -> Blank:
    """Return a blank; an unknown name gives the first one."""
    return next((blank for blank in BLANKS if blank.name == name), BLANKS[0])


# Of these a blank supplies the value: scheme, edition of a class table, part played. Alone they say nothing.
_SUPPLIED = frozenset("v0123456789")


def filled(record: Record) -> Record:
    """Return a record without empty subfields, and without fields that hold only what a blank supplied."""
    fields: list[Field] = []
    for field in record.fields:
        if isinstance(field, DataField):
            said = tuple((code, value) for code, value in field.subfields if value.strip())
            if said == field.subfields or any(code not in _SUPPLIED for code, _value in said):
                fields.append(field._replace(subfields=said))
        else:
            fields.append(field)
    return record.with_fields(tuple(fields))
