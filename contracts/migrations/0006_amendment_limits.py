"""Amendments keep what they propose; the first limits of approval."""

from decimal import Decimal
from typing import Any

from django.db import migrations

# Percent of the price, days. Sales and finance propose; a company sets its own on the page.
LIMITS = {"MANAGER": (Decimal(15), 90), "ADMIN": (Decimal(100), 3650)}


def load(apps: Any, schema_editor: Any) -> None:
    """Write the limits that are not there yet."""
    model = apps.get_model("contracts", "AmendmentLimit")
    for role, (percent, days) in LIMITS.items():
        model.objects.get_or_create(
            role=role, defaults={"discount_percent": percent, "extension_days": days}
        )


class Migration(migrations.Migration):
    """Load the rows."""

    replaces = [("contracts", "0017_kept_rules")]
    dependencies = [
        ("contracts", "0005_library"),
    ]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
