"""What came of a survey: how many know, before and after, in all, by group and by question; and whether that is chance.

Each person is one unit: known or not, by the share of right answers. Who answered both waves is compared with
themself (McNemar); where too few did, those who answered only one wave are compared as two samples. The two are never
mixed: a test of two samples does not hold when half of the people are in both.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from xinglin.audience.models import Delivery, DeliveryState, Survey, Tag, Wave
from xinglin.audience.proportions import (
    LEVEL,
    holm,
    mcnemar,
    newcombe,
    paired_interval,
    told,
    two_proportions,
)
from xinglin.audience.services.policies import policy_of
from xinglin.newsroom.answers import queries as answered

LEAST = 30
Known = Mapping[int, bool]


@dataclass(frozen=True)
class Share:
    """How many of how many know."""

    people: int
    known: int

    @property
    def percent(self) -> float:
        return 100 * self.known / self.people if self.people else 0.0


@dataclass(frozen=True)
class Change:
    """Some people or one question, before and after. ``hidden``: too few to speak of."""

    dimension: str
    name: str
    before: Share
    after: Share
    both: int = 0
    gained: int = 0
    lost: int = 0
    difference: float = 0.0
    low: float = -1.0
    high: float = 1.0
    p_value: float | None = None
    adjusted: float | None = None
    test: str = ""
    hidden: bool = False

    @property
    def is_paired(self) -> bool:
        """Whether the same people were compared with themselves."""
        return self.both >= LEAST

    @property
    def low_points(self) -> float:
        return 100 * self.low

    @property
    def high_points(self) -> float:
        return 100 * self.high

    @property
    def points(self) -> str:
        """The difference among those who were compared, in percentage points."""
        return f"{100 * self.difference:+.1f}"

    @property
    def verdict(self) -> str:
        """Say in words what the test allows to be said."""
        if self.hidden:
            return _("人数过少，不显示")
        p_value = self.p_value if self.adjusted is None else self.adjusted
        if p_value is None:
            return _("两次都答过的、或各只答一次的，都要满 %(n)d 人才能比较") % {"n": LEAST}
        if p_value >= LEVEL:
            return _("没有显著变化（p %(p)s）") % {"p": told(p_value)}
        rose = self.difference > 0
        return (_("显著提高（p %(p)s）") if rose else _("显著降低（p %(p)s）")) % {"p": told(p_value)}


@dataclass(frozen=True)
class Awareness:
    """The whole of a survey's figures."""

    survey: Survey
    questions: int
    whole: Change
    # The share of right answers among all answers, as the field also calls awareness; told, never tested.
    right: tuple[float | None, float | None]
    groups: list[Change] = field(default_factory=list)
    by_question: list[Change] = field(default_factory=list)

    @property
    def lines(self) -> list[Change]:
        return [self.whole, *self.groups, *self.by_question]


def of(survey: Survey) -> Awareness:
    """Return the figures of a survey as they stand now. Of those who have left nothing is counted."""
    keys = [block.key for block in answered.quizzes_of(survey.questionnaire)]
    before, after = (_sheets(survey, wave, keys) for wave in Wave)
    smallest = policy_of(survey.campaign.account).smallest_group
    known = tuple(
        {person: 100 * sum(sheet.values()) >= survey.known_from * len(keys) for person, sheet in wave.items()}
        for wave in (before, after)
    )
    whole = change("", str(_("全部答卷人")), known[0], known[1], smallest=smallest)
    groups = [
        change(dimension, name, _only(known[0], people), _only(known[1], people), smallest=smallest)
        for dimension, name, people in _groups(survey, set(before) | set(after))
    ]
    titles = {block.key: block.question for block in answered.quizzes_of(survey.questionnaire)}
    by_question = [
        change(
            str(_("题")), titles[key], {person: sheet[key] for person, sheet in before.items()},
            {person: sheet[key] for person, sheet in after.items()}, smallest=smallest,
        )
        for key in keys
    ]  # fmt: skip
    right = tuple(None if whole.hidden else _right(wave) for wave in (before, after))
    return Awareness(
        survey, len(keys), whole, (right[0], right[1]), _adjusted(_guarded(groups)), _adjusted(by_question)
    )


def change(dimension: str, name: str, before: Known, after: Known, *, smallest: int) -> Change:
    """Compare two waves of some people. The figures of a group that is too small in either are left out."""
    shares = Share(len(before), sum(before.values())), Share(len(after), sum(after.values()))
    found = Change(dimension, name, *shares)
    if any(0 < share.people < smallest for share in shares) or not any(share.people for share in shares):
        return replace(found, before=Share(0, 0), after=Share(0, 0), hidden=True)
    both = before.keys() & after.keys()
    if len(both) >= LEAST:
        gained = sum(after[person] and not before[person] for person in both)
        lost = sum(before[person] and not after[person] for person in both)
        low, high = paired_interval(gained, lost, len(both))
        p_value, test = mcnemar(gained, lost)
        return replace(
            found, both=len(both), gained=gained, lost=lost, difference=(gained - lost) / len(both), low=low,
            high=high, p_value=p_value, test=test,
        )  # fmt: skip
    once = [[known for person, known in wave.items() if person not in both] for wave in (before, after)]
    (n_a, x_a), (n_b, x_b) = ((len(wave), sum(wave)) for wave in once)
    if min(n_a, n_b) < LEAST:
        return replace(found, both=len(both))
    p_value, test = two_proportions(x_b, n_b, x_a, n_a)
    low, high = newcombe(x_b, n_b, x_a, n_a)
    return replace(
        found,
        both=len(both),
        difference=x_b / n_b - x_a / n_a,
        low=low,
        high=high,
        p_value=p_value,
        test=test,
    )


def _sheets(survey: Survey, wave: Wave, keys: list[str]) -> dict[int, dict[str, bool]]:
    """Return the whole sheets of one wave by follower: who stopped in the middle is not counted."""
    rows = answered.answers_of_wave(survey.questionnaire.article, survey.named(wave)).filter(
        person__startswith="f"
    )
    sheets: dict[int, dict[str, bool]] = defaultdict(dict)
    for person, key, right in rows.values_list("person", "key", "right"):
        sheets[int(person[1:])][key] = bool(right)
    return {person: sheet for person, sheet in sheets.items() if len(sheet) == len(keys)}


def _groups(survey: Survey, people: set[int]) -> Iterable[tuple[str, str, set[int]]]:
    """Yield the groups that are told apart: by what the push did with them, then by tag; never a sensitive one."""
    if survey.campaign.started_at is not None:
        sent = Delivery.objects.filter(campaign=survey.campaign_id, state=DeliveryState.SENT)
        reached = set(sent.values_list("follower_id", flat=True)) & people
        opened = set(sent.filter(~Q(opened_at=None)).values_list("follower_id", flat=True)) & people
        yield str(_("推送")), str(_("收到推送")), reached
        yield str(_("推送")), str(_("没有收到推送")), people - reached
        yield str(_("推送")), str(_("打开了推送")), opened
    carried: dict[int, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(
            "select tag_id, follower_id from audience_followertag where follower_id = any(%s)", [list(people)]
        )
        for tag, person in cursor.fetchall():
            carried[tag].add(person)
    tags = Tag.objects.filter(pk__in=carried).select_related("dimension")
    for tag in tags.order_by("dimension__position", "position"):
        yield tag.dimension.name, tag.name, carried[tag.pk]


def _guarded(groups: list[Change]) -> list[Change]:
    """Hide "received" where "not received" is hidden: one can be reckoned from the other and the whole."""
    pair = {0, 1} if groups and groups[0].dimension == _("推送") else set()
    if any(groups[place].hidden for place in pair):
        return [
            replace(one, before=Share(0, 0), after=Share(0, 0), hidden=True) if place in pair else one
            for place, one in enumerate(groups)
        ]
    return groups


def _adjusted(changes: list[Change]) -> list[Change]:
    """Give each p value its size for being one of several that were looked at."""
    tested = [place for place, one in enumerate(changes) if one.p_value is not None and not one.hidden]
    sizes = dict(zip(tested, holm([changes[place].p_value or 0.0 for place in tested]), strict=True))
    return [replace(one, adjusted=sizes.get(place)) for place, one in enumerate(changes)]


def _only(known: Known, people: set[int]) -> Known:
    return {person: known[person] for person in known.keys() & people}


def _right(sheets: Mapping[int, Mapping[str, bool]]) -> float | None:
    answers = [right for sheet in sheets.values() for right in sheet.values()]
    return 100 * sum(answers) / len(answers) if answers else None
