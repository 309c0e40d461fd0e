"""An appeal may come through a client link."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("credit", "0012_monitoring")]

    operations = [
        migrations.RemoveConstraint(model_name="appeal", name="appeal_words_known"),
        migrations.AlterField(
            model_name="appeal",
            name="channel",
            field=models.CharField(
                choices=[
                    ("LETTER", "By letter"),
                    ("MAIL", "By e-mail"),
                    ("CALL", "By telephone"),
                    ("VISIT", "In person"),
                    ("LINK", "By client link"),
                ],
                max_length=8,
                verbose_name="how it reached us",
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("against__in", ["BEHAVIOUR", "FREE_WORK", "GRADE", "HOLD", "OTHER"]),
                    ("channel__in", ["LETTER", "MAIL", "CALL", "VISIT", "LINK"]),
                    (
                        "state__in",
                        ["RECEIVED", "IN_WORK", "UPHELD", "PARTLY", "REJECTED", "WITHDRAWN"],
                    ),
                ),
                name="appeal_words_known",
            ),
        ),
    ]
