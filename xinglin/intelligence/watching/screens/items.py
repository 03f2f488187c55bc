"""Stories: read, put into the parts of a brief, their tone judged anew, their claims made into rumour cards."""

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xinglin.commons.onscreen import Words
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    ChoiceFilter,
    Column,
    DateFilter,
    DetailScreen,
    Fact,
    Facts,
    Kind,
    ListScreen,
    RelatedFilter,
    screen,
)
from xinglin.console.screens.actions import Answers
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.intelligence.watching import queries, services
from xinglin.intelligence.watching.feeling import LIMITS, Feeling
from xinglin.intelligence.watching.models import Item, Origin, Part
from xinglin.newsroom.models import Rumour, Verdict
from xinglin.newsroom.rumours.matching import rumour_repeated
from xinglin.newsroom.rumours.services import WRITE as WRITE_RUMOUR
from xinglin.newsroom.rumours.services import RumourFile

colour_states(
    Item,
    {
        Feeling.GOOD: Tone.GOOD,
        Feeling.BAD: Tone.BAD,
        Feeling.MIXED: Tone.WAITING,
        Feeling.UNKNOWN: Tone.QUIET,
    },
)


class PartForm(forms.Form):
    part = forms.ChoiceField(
        label=_("简报栏目"), choices=[*Part.choices, ("", _("不进简报"))], required=False
    )


class FeelingForm(forms.Form):
    feeling = forms.ChoiceField(label=_("语气"), choices=Feeling.choices)


class ClaimForm(forms.Form):
    claim = forms.CharField(label=_("说法"), max_length=200)
    verdict = forms.ChoiceField(label=_("结论"), choices=Verdict.choices, initial=Verdict.UNPROVEN)
    truth = forms.CharField(label=_("真相"), max_length=600, widget=forms.Textarea(attrs={"rows": 4}))
    sources = forms.CharField(
        label=_("依据，一行一条"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写权威来源，不是这条说法自己的出处"),
    )  # fmt: skip


def _claim_form(request: StaffRequest, row: Item | None, data: object, files: object) -> forms.Form:
    return ClaimForm(data, initial={"claim": row.title[:200] if row else ""})  # type: ignore[arg-type]


def _put(request: StaffRequest, row: Item, answers: Answers) -> Words:
    part = Part(answers["part"]) if answers["part"] else None
    services.put_into_part(item=row, part=part, by=staff_of(request))
    return _("已放进“%(part)s”。") % {"part": part.label} if part else _("已从简报里拿出。")


def _say(request: StaffRequest, row: Item, answers: Answers) -> Words:
    services.say_feeling(item=row, feeling=Feeling(answers["feeling"]), by=staff_of(request))
    return _("已改判，机器不再改它。")


def _claim(request: StaffRequest, row: Item, answers: Answers) -> Words:
    file = RumourFile(**{**answers, "verdict": Verdict(answers["verdict"])})
    services.make_claim(item=row, file=file, by=staff_of(request))
    return _("已写成辟谣卡草稿；医学把关人在“宣传 → 辟谣”通过后，公众号会自动回答，简报里也会出现。")


ACTIONS: tuple[Action[Item], ...] = (
    Action("part", _("放进简报栏目"), _put, form=PartForm, permission=queries.NOTE, icon="folder", many=True),
    Action("feeling", _("改判语气"), _say, form=FeelingForm, permission=queries.NOTE, icon="mood-smile", many=True),
    Action(
        "claim", _("做成辟谣卡"), _claim, form=_claim_form, permission=WRITE_RUMOUR, icon="alert-octagon",
        when=lambda item: item.rumour_id is None,
    ),
)  # fmt: skip


@screen
class Items(ListScreen[Item]):
    """What was said, newest first."""

    name = "intelligence.items"
    title = _("舆情条目")
    section = Section.INTELLIGENCE
    icon = "messages"
    order = 71
    permission = queries.VIEW
    words = (_("舆情"), _("新闻"), "yuqing")
    detail = "intelligence.item"
    columns = (
        Column(_("标题"), "title", link=True, roomy=True),
        Column(_("发布者"), "publisher", sort="publisher"),
        Column(_("日期"), "day", sort="day", kind=Kind.DAY),
        Column(_("语气"), "feeling", kind=Kind.STATE),
        Column(_("简报栏目"), "get_part_display", sort="part", narrow=False),
        Column(_("怎样来的"), "get_origin_display", sort="origin", narrow=False),
        Column(_("网址"), "address", narrow=False, export=True, link=lambda each: each.address),
    )
    tabs = ChoiceFilter("feeling", _("语气"), choices=Feeling.choices)
    filters = (
        RelatedFilter(
            "watch", _("监测"), field="watch", rows=lambda request: queries.watches_visible_to(staff_of(request))
        ),
        ChoiceFilter("part", _("简报栏目"), choices=Part.choices),
        ChoiceFilter("origin", _("怎样来的"), choices=Origin.choices),
        DateFilter("day", _("日期"), field="day"),
    )  # fmt: skip
    search_fields = ("title", "text", "publisher")
    search_hint = _("标题、内容、发布者")
    order_by = ("-day", "-pk")
    actions = ACTIONS
    empty = _("还没有条目。来源取来的、表格导入的、人工记下的都在这里。")

    def rows(self, request: StaffRequest) -> QuerySet[Item]:
        return queries.items_visible_to(staff_of(request))


@screen
class ItemPage(DetailScreen[Item]):
    """One story, with the words its tone rests on and the card that answers it."""

    name = "intelligence.item"
    title = _("舆情条目")
    listing = "intelligence.items"
    panel_template = "intelligence/item.html"
    actions = ACTIONS
    facts = (
        Facts(
            _("条目"),
            (
                Fact(_("监测"), "watch"),
                Fact(_("发布者"), "publisher"),
                Fact(_("日期"), "day", kind=Kind.DAY),
                Fact(_("怎样来的"), "get_origin_display"),
                Fact(_("改过几次"), "edits", kind=Kind.NUMBER),
                Fact(_("简报栏目"), "get_part_display"),
                Fact(_("语气"), "feeling", kind=Kind.STATE),
                Fact(_("改判人"), "feeling_by.first_name"),
            ),
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[Item]:
        return queries.items_visible_to(staff_of(request))

    def context(self, request: StaffRequest, row: Item) -> dict[str, object]:
        library = row.watch.topic.library
        card: Rumour | None = row.rumour or rumour_repeated(row.title, library)
        good, bad = [*row.feeling_words, [], []][:2]
        return {
            "good": good,
            "bad": bad,
            "limits": LIMITS,
            "card": card,
            "card_url": reverse("console:newsroom.rumour", args=[card.pk]) if card else "",
        }
