"""What every test shares."""

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Hash passwords cheaply: no test is about the hash."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _load_contract_rows() -> None:
    """Services, clauses, templates and terms by grade: they name users, so they went with them."""
    from django.apps import apps

    import_module("contracts.migrations.0005_terms").begin(apps, None)
    import_module("contracts.migrations.0007_library").load(apps, None)
    import_module("interactions.migrations.0012_care_rules").load(apps, None)
    import_module("interactions.migrations.0016_notice_rules").load(apps, None)
    import_module("interactions.migrations.0008_tone_lexicon").load(apps, None)
    import_module("interactions.migrations.0014_texts").load(apps, None)


@pytest.fixture(autouse=True, scope="session")
def _flush_append_only() -> Iterator[None]:
    """Let the test runner empty tables that refuse TRUNCATE.

    Replica mode keeps triggers from firing; only a superuser can switch it on, and only the
    runner's own flush between transactional tests does.
    """
    from django.db.backends.base.operations import BaseDatabaseOperations
    from django.db.backends.postgresql.operations import DatabaseOperations

    original = BaseDatabaseOperations.execute_sql_flush
    # Rows that a migration loads are part of the schema: a test after the flush needs them.
    kept = re.compile(r'"payments_(referencerate|interestpreset)",? ?')

    def flush(self: DatabaseOperations, sql_list: list[str]) -> None:
        original(
            self,
            [
                "SET session_replication_role = replica",
                *(re.sub(r",\s*;", ";", kept.sub("", sql)) for sql in sql_list),
                "SET session_replication_role = origin",
            ],
        )
        _load_contract_rows()

    DatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign, assignment]  # test runner only
    yield
    del DatabaseOperations.execute_sql_flush
