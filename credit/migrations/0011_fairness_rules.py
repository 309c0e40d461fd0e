"""What the database refuses of behaviours and appeals; where rules and deadlines begin."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"

#: So many times within so many days propose a behaviour; a person decides.
RULES = {"returns": (3, 180), "demands": (2, 180), "abuse": (1, 180)}
ANSWER_DAYS = 15
#: Points each time and at most, of a behaviour that was not weighed before.
WEIGHT = {"factor": "expired_reports", "each": 10, "most": 20}
SINCE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def load(apps: Any, schema_editor: Any) -> None:
    """Write the rows to begin with where there are none."""
    rule = apps.get_model("credit", "ProposalRule")
    if not rule.objects.exists():
        for kind, (times, days) in RULES.items():
            rule.objects.create(kind=kind, times=times, days=days, created_at=SINCE)
    weight = apps.get_model("credit", "FactorWeight")
    if not weight.objects.filter(factor=WEIGHT["factor"]).exists():
        weight.objects.create(**WEIGHT, created_at=SINCE)
    terms = apps.get_model("credit", "AppealTerms")
    if not terms.objects.exists():
        terms.objects.create(answer_days=ANSWER_DAYS, created_at=SINCE)


class Migration(migrations.Migration):
    """Load the triggers and the rows to begin with."""

    dependencies = [("credit", "0010_fairness")]

    operations = [
        migrations.RunPython(load, migrations.RunPython.noop),
        migrations.RunSQL(
            (SQL / "fairness.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        ),
    ]
