"""Notices attached to contracts: after the first, because notices know contracts in turn."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """One table."""

    replaces = [("contracts", "0017_kept_rules")]
    dependencies = [
        ("contracts", "0001_initial"),
        ("interactions", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ContractNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("attached_on", models.DateField(verbose_name="attached")),
                ("attached_at", models.DateTimeField()),
                (
                    "attached_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="contracts.contract",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to="interactions.noticeversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "notice of a contract",
                "verbose_name_plural": "notices of contracts",
                "ordering": ("attached_at", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "version"), name="contract_notice_once"
                    )
                ],
            },
        ),
    ]
