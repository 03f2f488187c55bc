"""The limits that libraries practise, as rows to be checked and changed (library systems sheet 4.9)."""

from datetime import UTC, datetime

from xinglin.delivery.models import CopyrightLimit

SINCE = datetime(2021, 6, 1, tzinfo=UTC)  # the day on which the Copyright Law of 2020 came into force
PRACTICE = "惯例；著作权法（2020）第二十四条个人学习研究，须由法务核对"

LIMITS = (
    {
        "name": "同一期刊同一期，每位读者一篇", "per": "reader", "over": "issue", "within": "ever", "most": 1,
        "kinds": ["article"], "basis": PRACTICE, "advice": "请让读者到馆阅览，或取得版权方许可后写明许可编号再送。",
    },
    {
        "name": "同一本书不超过三分之一", "per": "reader", "over": "book", "within": "ever", "unit": "percent",
        "most": 33, "kinds": ["chapter"], "basis": PRACTICE, "advice": "请改为借书或购买，或取得版权方许可。",
    },
    {
        "name": "同一种刊近五年论文，每馆每年五篇", "per": "library", "over": "title", "within": "year", "most": 5,
        "kinds": ["article"], "recent_years": 5, "basis": "参照 CONTU 指引，须由法务核对",
        "advice": "请考虑订购该刊，或走付费渠道并写明许可编号。",
    },
    {
        "name": "同一本书，每馆六个部分", "per": "library", "over": "book", "within": "ever", "most": 6,
        "kinds": ["chapter"], "basis": "参照 CONTU 指引，须由法务核对",
        "advice": "请考虑购买该书，或取得版权方许可后写明许可编号。",
    },
)  # fmt: skip


def lay_out_limits() -> None:
    """Put in the limits that are not there yet; one that a library has switched off stays off."""
    for limit in LIMITS:
        CopyrightLimit.objects.get_or_create(name=limit["name"], defaults={**limit, "since": SINCE})
