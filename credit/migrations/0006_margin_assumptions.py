"""What the net margin assumes until a manager says otherwise."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import migrations

SINCE = dt.date(2000, 1, 1)
MADE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
#: Cost of an hour: consulting, sales, delivery, collection.
HOURS = {
    "CNY": (300, 200, 200, 150),
    "EUR": (60, 45, 45, 35),
    "GBP": (55, 40, 40, 30),
    "HKD": (450, 300, 300, 220),
    "USD": (65, 50, 50, 40),
}
WORK = ("CONSULTING", "SALES", "DELIVERY", "COLLECTION")
MINUTES = {
    "CALL": 15,
    "EMAIL": 10,
    "REMINDER": 3,
    "LETTER": 45,
    "MESSAGE": 5,
    "VISIT": 180,
    "MEETING": 90,
}
PLAIN = {
    "GROSS_MARGIN": 30,
    "CAPITAL": 6,
    "LOST_AFTER": 180,
    "LOST_SHARE": 50,
    "KEEP_AT": 0,
    "MIN_INVOICES": 3,
}


def rows() -> list[tuple[str, str, str, int]]:
    """Name, of what, currency and value of each."""
    hours = [
        ("HOUR_COST", work, currency, value)
        for currency, values in HOURS.items()
        for work, value in zip(WORK, values, strict=True)
    ]
    minutes = [("MINUTES", act, "", value) for act, value in MINUTES.items()]
    return [*hours, *minutes, *((name, "", "", value) for name, value in PLAIN.items())]


def load(apps: Any, _schema: Any) -> None:
    """Write them as rows from long ago, so that every past day has one."""
    model = apps.get_model("credit", "MarginAssumption")
    model.objects.bulk_create(
        model(
            name=name,
            of=of,
            currency=currency,
            effective_on=SINCE,
            value=Decimal(value),
            source="starting",
            created_at=MADE,
        )
        for name, of, currency, value in rows()
    )


class Migration(migrations.Migration):
    """Load the rows."""

    replaces = [("credit", "0017_screening_rules")]
    dependencies = [
        ("credit", "0005_report_providers"),
    ]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
