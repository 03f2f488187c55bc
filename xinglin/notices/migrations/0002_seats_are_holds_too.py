"""The topic of holds is that of seats as well: its words, nothing else."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_first_rooms")]

    operations = [
        migrations.AlterField(
            model_name="preference",
            name="topic",
            field=models.CharField(
                choices=[
                    ("loans", "借阅到期与逾期"),
                    ("holds", "预约取书与座位"),
                    ("fees", "欠款"),
                    ("requests", "文献传递、互借、荐购与咨询"),
                    ("learning", "讲座与培训"),
                    ("intelligence", "文献推送"),
                    ("news", "馆内动态"),
                    ("account", "读者证与账号"),
                ],
                max_length=20,
                verbose_name="主题",
            ),
        ),
    ]
