"""The limits that libraries practise, as rows to be checked and changed (library systems sheet 4.9)."""

from datetime import UTC, datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

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


def put(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    limits = apps.get_model("delivery", "CopyrightLimit")
    for limit in LIMITS:
        limits.objects.get_or_create(name=limit["name"], defaults={**limit, "since": SINCE})


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_requests_files_and_policy")]
    operations = [migrations.RunPython(put, migrations.RunPython.noop)]
