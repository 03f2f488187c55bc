"""How far two screeners agree beyond chance: Cohen's kappa."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Landis and Koch 1977, Biometrics 33:159-174: a custom of naming, not a test.
_NAMES: tuple[tuple[float, Promise], ...] = (
    (0.81, _("几乎一致")), (0.61, _("高度一致")), (0.41, _("中等一致")), (0.21, _("一致性一般")), (0.0, _("一致性低")),
)  # fmt: skip


@dataclass(frozen=True)
class Agreement:
    """Over the papers that both have judged. ``kappa`` is None where chance alone would agree on all."""

    papers: int
    agreed: int
    kappa: float | None

    @property
    def observed(self) -> float:
        return self.agreed / self.papers if self.papers else 0.0

    @property
    def word(self) -> Promise:
        """Name the kappa as Landis and Koch do."""
        if self.kappa is None:
            return _("判断太单一，算不出一致性")
        kappa = self.kappa
        return next((name for least, name in _NAMES if kappa >= least), _("不如随机"))


def agreement(one: Mapping[int, str], other: Mapping[int, str]) -> Agreement:
    """Compare two people's last answers by paper; papers that only one has judged are left out."""
    both = sorted(one.keys() & other.keys())
    count = len(both)
    agreed = sum(one[paper] == other[paper] for paper in both)
    if not count:
        return Agreement(0, 0, None)
    first, second = Counter(one[paper] for paper in both), Counter(other[paper] for paper in both)
    # In whole numbers: chance is a share of count squared.
    chance = sum(first[answer] * second[answer] for answer in first)
    if chance == count * count:
        return Agreement(count, agreed, None)
    return Agreement(count, agreed, (agreed * count - chance) / (count * count - chance))
