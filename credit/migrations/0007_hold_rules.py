"""What the database refuses of holds, and the holds that stood before they had rows."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
#: A hold that was set before ends after so many days unless somebody decides anew.
TAKEN_OVER_DAYS = 90

TAKE_OVER = """
INSERT INTO credit_credithold (client_id, state, matches, proposed_on, proposed_at, proposal,
    reason, decided_at, expires_on, end_reason)
SELECT id, 'HELD', '[]', %(on)s, %(at)s, '', hold_reason, %(at)s, %(until)s, ''
FROM clients_client WHERE on_credit_hold
"""


def take_over(apps: Any, schema_editor: Any) -> None:
    """Holds set by hand so far stay, with an end."""
    at = dt.datetime.now(tz=dt.UTC)
    until = at.date() + dt.timedelta(days=TAKEN_OVER_DAYS)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(TAKE_OVER, {"on": at.date(), "at": at, "until": until})


class Migration(migrations.Migration):
    """Triggers first, then the rows."""

    dependencies = [("credit", "0006_holds")]

    operations = [
        migrations.RunSQL(
            (SQL / "03_holds.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
