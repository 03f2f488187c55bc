import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import xinglin.commons.clock


class Migration(migrations.Migration):
    dependencies = [
        ("consortium", "0001_first_rooms"),
        ("eresources", "0001_first_rooms"),
    ]

    operations = [
        migrations.CreateModel(
            name="TitleList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="清单名称")),
                ("file_name", models.CharField(max_length=200, verbose_name="文件名")),
                ("declared", models.PositiveIntegerField(verbose_name="文件行数")),
                ("taken", models.PositiveIntegerField(verbose_name="导入")),
                ("refused", models.JSONField(blank=True, default=list, verbose_name="未导入")),
                ("at", models.DateTimeField(default=xinglin.commons.clock.now, verbose_name="导入时间")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="consortium.staff",
                        verbose_name="导入人",
                    ),
                ),
                (
                    "database",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="title_lists",
                        to="eresources.database",
                        verbose_name="数据库",
                    ),
                ),
            ],
            options={
                "verbose_name": "收录清单",
                "verbose_name_plural": "收录清单",
                "ordering": ["database", "name"],
            },
        ),
        migrations.CreateModel(
            name="LicensedTitle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("serial", "期刊"), ("monograph", "图书")], max_length=9, verbose_name="类型"
                    ),
                ),
                ("title", models.CharField(max_length=400, verbose_name="题名")),
                ("title_key", models.CharField(max_length=600, verbose_name="检索键")),
                (
                    "numbers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=13),
                        default=list,
                        size=None,
                        verbose_name="ISSN / ISBN",
                    ),
                ),
                ("publisher", models.CharField(blank=True, max_length=200, verbose_name="出版者")),
                ("first_on", models.DateField(blank=True, null=True, verbose_name="起")),
                ("last_on", models.DateField(blank=True, null=True, verbose_name="止")),
                ("first_volume", models.CharField(blank=True, max_length=40, verbose_name="起卷")),
                ("last_volume", models.CharField(blank=True, max_length=40, verbose_name="止卷")),
                ("embargo", models.CharField(blank=True, max_length=20, verbose_name="时滞")),
                (
                    "depth",
                    models.CharField(
                        choices=[("fulltext", "全文"), ("selected", "部分文章"), ("abstracts", "仅文摘")],
                        default="fulltext",
                        max_length=9,
                        verbose_name="收录深度",
                    ),
                ),
                ("is_free", models.BooleanField(default=False, verbose_name="免费")),
                ("url", models.CharField(blank=True, max_length=1000, verbose_name="网址")),
                ("note", models.CharField(blank=True, max_length=400, verbose_name="附注")),
                (
                    "title_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="titles",
                        to="eresources.titlelist",
                        verbose_name="收录清单",
                    ),
                ),
            ],
            options={
                "verbose_name": "收录的刊和书",
                "verbose_name_plural": "收录的刊和书",
                "ordering": ["title_key", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="titlelist",
            constraint=models.UniqueConstraint(fields=("database", "name"), name="one_title_list_of_a_name"),
        ),
        migrations.AddIndex(
            model_name="licensedtitle",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["numbers"], name="licensed_titles_by_number"
            ),
        ),
        migrations.AddIndex(
            model_name="licensedtitle",
            index=models.Index(fields=["title_key"], name="licensed_titles_by_name"),
        ),
        migrations.AddConstraint(
            model_name="licensedtitle",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_on__isnull", True),
                    ("last_on__isnull", True),
                    ("last_on__gte", models.F("first_on")),
                    _connector="OR",
                ),
                name="coverage_ends_after_it_begins",
            ),
        ),
    ]
