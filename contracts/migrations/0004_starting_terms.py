"""What a client of each grade gets, why more is demanded, and that both are frozen."""

from decimal import Decimal
from typing import Any

from django.db import migrations

#: Where a company begins; a manager edits it. Grade, share paid before the work, longest terms.
START = (
    ("A", "0", 60),
    ("B", "0.10", 45),
    ("C", "0.30", 30),
    ("D", "0.50", 15),
    ("E", "1", 0),
    ("U", "0.30", 30),
)


def begin(apps: Any, schema_editor: Any) -> None:
    """Write the rows that are not there yet."""
    terms = apps.get_model("contracts", "GradeTerms")
    for grade, ratio, days in START:
        terms.objects.get_or_create(
            grade=grade,
            defaults={"prepayment_ratio": Decimal(ratio), "max_terms_days": days},
        )


class Migration(migrations.Migration):
    """Load the rows."""

    replaces = [("contracts", "0017_kept_rules")]
    dependencies = [
        ("contracts", "0003_rules"),
    ]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
