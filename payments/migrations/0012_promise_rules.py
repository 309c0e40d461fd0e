"""Money of a prepayment keeps no promise for the balance; promises judged before are marked."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


def _run(name: str, reverse: str = migrations.RunSQL.noop) -> migrations.RunSQL:
    return migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), reverse)


class Migration(migrations.Migration):
    """Mark those that an older rule judged, then let nobody mark any more."""

    dependencies = [("payments", "0011_references")]

    operations = [
        _run("07_promises.sql"),
        migrations.AddField(
            model_name="promise",
            name="rule",
            field=models.PositiveSmallIntegerField(db_default=3, default=3, editable=False),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("rule", 3),
                    models.Q(("judged_at__isnull", False), ("rule__gte", 1), ("rule__lt", 3)),
                    _connector="OR",
                ),
                name="promise_rule_known",
            ),
        ),
        _run("10_promise_rules.sql"),
        _run(
            "11_promise_rule_kept.sql",
            "DROP TRIGGER refuse_older_rule ON payments_promise;"
            "DROP TRIGGER refuse_other_rule ON payments_promise;"
            "DROP FUNCTION payments_promise_rule_kept();",
        ),
    ]
