"""Where a company begins."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import migrations

#: Grade: deposit, terms, factor of the limit, days between looks, who approves, over the limit.
#: The unrated are treated like C: nothing speaks against them, and nothing for them.
START = (
    ("A", "0", 60, "1.5", 180, "FINANCE", "WARN"),
    ("B", "0.10", 45, "1.0", 90, "FINANCE", "WARN"),
    ("C", "0.30", 30, "0.6", 60, "MANAGER", "BLOCK"),
    ("D", "0.50", 15, "0.3", 30, "MANAGER", "BLOCK"),
    ("E", "1", 0, "0", 14, "ADMIN", "BLOCK"),
    ("U", "0.30", 30, "0.6", 60, "MANAGER", "BLOCK"),
)
#: Rule, threshold, within days.
HOLD_RULES = (
    ("OVERDUE_DAYS", "60", None),
    ("OVER_LIMIT", "20", None),
    ("GRADE", "0", None),
    ("BROKEN_PROMISES", "2", 90),
)


def begin(apps: Any, schema_editor: Any) -> None:
    """The first version; prepayment and terms are those that contracts asked for so far."""
    at = dt.datetime.now(tz=dt.UTC)
    policy = apps.get_model("credit", "CreditPolicy").objects.create(
        number=1, valid_from=at.date(), note="Where a company begins", created_at=at
    )
    asked = {
        row.grade: (row.prepayment_ratio, row.max_terms_days)
        for row in apps.get_model("contracts", "GradeTerms").objects.all()
    }
    rows = apps.get_model("credit", "PolicyRow").objects
    for grade, ratio, days, factor, monitor, approver, action in START:
        ratio_now, days_now = asked.get(grade, (Decimal(ratio), days))
        rows.create(
            policy=policy,
            segment="",
            grade=grade,
            deposit_ratio=ratio_now,
            terms_days=min(days_now, 365),
            limit_factor=Decimal(factor),
            monitor_days=monitor,
            approver=approver,
            limit_action=action,
        )
    rules = apps.get_model("credit", "HoldRule").objects
    for rule, threshold, within in HOLD_RULES:
        rules.create(policy=policy, rule=rule, threshold=Decimal(threshold), within_days=within)


class Migration(migrations.Migration):
    """Load the rows."""

    replaces = [("credit", "0017_screening_rules")]
    dependencies = [
        ("credit", "0003_factor_weights"),
        ("contracts", "0004_starting_terms"),
    ]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
