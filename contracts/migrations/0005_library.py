"""Services, clauses and templates to begin with, each clause with its sources.

A manager changes them: a service or template in place, a clause by a new version. A row that is
already there is left as it is.
"""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

DATA = Path(__file__).resolve().parent.parent / "data"
WRITTEN_AT = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
WORDING = ("heading", "heading_zh", "body", "body_zh", "source")


def read(name: str) -> list[dict[str, Any]]:
    """The rows of one file."""
    rows: list[dict[str, Any]] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return rows


def load(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Insert the rows of `contracts/data/`."""
    services = apps.get_model("contracts", "ServiceType").objects
    clauses = apps.get_model("contracts", "Clause").objects
    versions = apps.get_model("contracts", "ClauseVersion").objects
    templates = apps.get_model("contracts", "ContractTemplate").objects
    for row in read("service_types.json"):
        services.get_or_create(code=row.pop("code"), defaults=row)
    for row in read("clauses.json"):
        wording = {name: row.pop(name) for name in WORDING}
        clause, is_new = clauses.get_or_create(code=row.pop("code"), defaults=row)
        if is_new:
            versions.create(clause=clause, number=1, created_at=WRITTEN_AT, **wording)
    for row in read("templates.json"):
        service, codes = row.pop("service"), row.pop("clauses")
        row["service_type"] = services.get(code=service)
        template, is_new = templates.get_or_create(name=row.pop("name"), defaults=row)
        if is_new:
            template.clauses.set(clauses.filter(code__in=codes))


class Migration(migrations.Migration):
    """Load the rows."""

    replaces = [("contracts", "0017_kept_rules")]
    dependencies = [
        ("contracts", "0004_starting_terms"),
    ]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
