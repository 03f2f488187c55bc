from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="FailedSignIn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("username", models.CharField(max_length=150, verbose_name="用户名")),
                ("address", models.GenericIPAddressField(null=True, verbose_name="网络地址")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "登录失败记录",
                "verbose_name_plural": "登录失败记录",
                "indexes": [
                    models.Index(fields=["username", "at"], name="failed_sign_ins_by_name"),
                    models.Index(fields=["address", "at"], name="failed_sign_ins_by_address"),
                ],
            },
        ),
    ]
