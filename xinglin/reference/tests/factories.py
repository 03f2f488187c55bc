"""Orders and the two who work on them, for tests."""

from dataclasses import dataclass
from datetime import timedelta

from xinglin.commons import clock
from xinglin.consortium import roles
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.tests.factories import a_staff
from xinglin.patrons.models import Patron
from xinglin.reference import services
from xinglin.reference.models import Order, OrderKind, Skill

NOVELTY = {
    "title": "基于深度学习的急性心肌梗死心电图早期识别",
    "title_foreign": "Deep learning for early recognition of acute myocardial infarction in ECG",
    "purpose": "proposal",
    "content": "以十二导联心电图为输入，建立卷积网络模型，在急诊分诊中提示急性心肌梗死。\n指标：灵敏度不低于 0.95。",
    "points": ["将十二导联心电图深度学习模型用于急诊分诊", "模型给出病变血管的定位提示"],
    "keywords": ["急性心肌梗死", "心电图", "deep learning"],
    "members": ["李建国", "王芳"],
}
CITATION = {
    "title": "李建国论文收录与他引证明",
    "purpose": "promotion",
    "content": "急性心肌梗死心电图的深度学习识别，中华心血管病杂志，2023",
    "members": ["李建国", "Li Jianguo"],
}


@dataclass(frozen=True)
class Pair:
    """Who searches and who reviews."""

    searcher: Staff
    reviewer: Staff


def a_pair(library: Library) -> Pair:
    """Two librarians of a library, each with the qualification for one of the two works."""
    pair = Pair(
        a_staff(roles.REFERENCE_LIBRARIAN, library=library, name="许文清"),
        a_staff(roles.REFERENCE_LIBRARIAN, library=library, name="郑雅文"),
    )
    for staff, skill in ((pair.searcher, Skill.SEARCHER), (pair.reviewer, Skill.REVIEWER)):
        services.record_qualification(staff=staff, skill=skill, certificate=f"CX-{staff.pk}", by=None)
    return pair


def an_order(
    patron: Patron, library: Library, *, kind: OrderKind = OrderKind.NOVELTY, submitted: bool = True
) -> Order:
    """An order of a reader, handed in unless asked otherwise."""
    entry = NOVELTY if kind == OrderKind.NOVELTY else CITATION
    order = services.draft(kind=kind, library=library, patron=patron, **entry)  # type: ignore[arg-type]
    return services.submit(order=order, patron=patron) if submitted else order


def an_order_at_work(
    patron: Patron, library: Library, pair: Pair, *, kind: OrderKind = OrderKind.NOVELTY
) -> Order:
    """An order that was agreed to and assigned."""
    order = an_order(patron, library, kind=kind)
    services.quote(order=order, fee_fen=80_000, promised_on=clock.today() + timedelta(days=7), by=None)
    services.agree(order=order, patron=patron)
    return services.assign(order=order, searcher=pair.searcher, reviewer=pair.reviewer, by=None)


def an_order_in_review(patron: Patron, library: Library, pair: Pair) -> Order:
    """A novelty search that was searched, written and handed in."""
    order = an_order_at_work(patron, library, pair)
    for database, expression, hits in (
        ("中国知网", "SU='心电图' AND SU='深度学习' AND SU='心肌梗死'", 37),
        (
            "PubMed",
            '("Electrocardiography"[Mesh]) AND ("Deep Learning"[Mesh]) AND "Myocardial Infarction"[Mesh]',
            112,
        ),
    ):
        services.note_strategy(
            order=order, database=database, coverage="建库—2026", expression=expression, hits=hits,
            relevant=3, searched_on=clock.today(), by=pair.searcher,
        )  # fmt: skip
    services.add_related(
        order=order, citation="Liu W, et al. A deep learning system for ECG in STEMI[J]. EuroIntervention, 2021.",
        comparison="用于导管室前的识别，未用于急诊分诊，未给出病变血管定位。", point=1, by=pair.searcher,
    )  # fmt: skip
    services.say(
        order=order, findings="国内外有心电图深度学习识别心肌梗死的报道，未见与查新点 2 相同的。",
        conclusion="综合分析：除委托人的工作外，国内外未见与查新点完全相同的文献报道。", by=pair.searcher,
    )  # fmt: skip
    services.begin_report(order=order, by=pair.searcher)
    return services.hand_in(order=order, by=pair.searcher)
