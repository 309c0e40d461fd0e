from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0002_contact_addresses"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="client",
            name="deposit_basis",
            field=models.CharField(
                blank=True,
                choices=[
                    ("SEGMENT", "Of the grade in its segment"),
                    ("KEPT", "As last confirmed; a rise waits for a person"),
                ],
                db_default="",
                default="",
                editable=False,
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="limit_currency",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=3,
                verbose_name="currency of the limit",
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="terms_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Empty: those of the grade.",
                null=True,
                verbose_name="longest payment terms (days)",
            ),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("deposit_basis", ""), ("deposit_ratio__isnull", False), _connector="OR"
                ),
                name="client_basis_of_a_ratio",
            ),
        ),
    ]
