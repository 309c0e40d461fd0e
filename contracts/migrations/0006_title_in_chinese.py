"""A title per language; the PDF of a version is added to it once."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """The field and the triggers."""

    dependencies = [("contracts", "0005_terms")]

    operations = [
        migrations.AddField(
            model_name="contract",
            name="title_zh",
            field=models.CharField(blank=True, max_length=200, verbose_name="title in Chinese"),
        ),
        migrations.RunSQL((SQL / "texts.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
