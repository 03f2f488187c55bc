"""Which rule holds, and why: pure matching of a case against the rules in force.

The lending library counts most, then where the reader is at home, the kind of reader, the kind of item;
a rule that names the more important of them wins, whatever the rest.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from xinglin.catalog.models import Item, ItemType
from xinglin.circulation.models import CirculationRule
from xinglin.circulation.terms import HOUSE_TERMS, Terms
from xinglin.consortium.models import Library
from xinglin.patrons.models import Patron, PatronCategory


@dataclass(frozen=True)
class Case:
    """Who borrows what where."""

    library: Library
    home_library: Library
    category: PatronCategory
    item_type: str

    @classmethod
    def of(cls, patron: Patron, item: Item, library: Library) -> "Case":
        return cls(library, patron.home_library, patron.category, item.item_type)


@dataclass(frozen=True)
class Verdict:
    """What became of one rule in the matching, and why."""

    rule: CirculationRule
    fits: bool
    why: str


@dataclass(frozen=True)
class Match:
    """The terms that hold for a case; ``rule`` is None where the house's own terms do."""

    rule: CirculationRule | None
    terms: Terms

    @property
    def why(self) -> str:
        """Why these terms hold, in one sentence."""
        if self.rule is None:
            return _("没有符合的规则，按系统默认。")
        named = [words for words, names_it in zip(_axes(), precision_of(self.rule), strict=True) if names_it]
        because = _("指定了%(named)s") % {"named": "、".join(named)} if named else _("适用于所有情况")
        return _("规则“%(rule)s”第 %(version)d 版，%(because)s。") % {
            "rule": self.rule,
            "version": self.rule.version,
            "because": because,
        }


def best_of(fitting: Iterable[CirculationRule]) -> Match:
    """Return the rule that wins among those that fit a case."""
    winner = max(fitting, key=precision_of, default=None)
    return Match(winner, winner.terms if winner else HOUSE_TERMS)


def judged(case: Case, rules: Iterable[CirculationRule]) -> list[Verdict]:
    """Return what becomes of every rule in a case, those that fit first and the winner at their head."""
    verdicts = [_judged(rule, case) for rule in rules]
    return sorted(verdicts, key=lambda found: (found.fits, precision_of(found.rule)), reverse=True)


def precision_of(rule: CirculationRule) -> tuple[bool, bool, bool, bool]:
    """Return what a rule names, the most important first; the greater tuple wins."""
    return (
        rule.library_id is not None,
        rule.home_library_id is not None,
        rule.category_id is not None,
        rule.item_type != "",
    )


def _axes() -> tuple[str, str, str, str]:
    return _("借出馆"), _("读者所属馆"), _("读者类别"), _("单册类型")


def _judged(rule: CirculationRule, case: Case) -> Verdict:
    library, home, category, kind = _axes()
    differs = [
        words
        for words, wanted, given in (
            (library, rule.library_id, case.library.pk),
            (home, rule.home_library_id, case.home_library.pk),
            (category, rule.category_id, case.category.pk),
            (kind, rule.item_type or None, case.item_type),
        )
        if wanted is not None and wanted != given
    ]
    if differs:
        return Verdict(rule, False, _("%(what)s不同") % {"what": "、".join(differs)})
    return Verdict(rule, True, _("符合"))


def type_words(item_type: str) -> str:
    return str(ItemType(item_type).label)
