"""An act finds its stream by index, whatever plan its session made while there were few."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql" / "acts.sql"


class Migration(migrations.Migration):
    """The function anew; a database made from now on has it already."""

    dependencies = [("core", "0002_rules")]

    operations = [migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop)]
