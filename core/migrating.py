"""Many tables are created as fast as Postgres creates them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.models import CreateModel
from django.db.migrations.state import ProjectState


class CreateTables(Operation):
    """Create the tables of several models in one step.

    Django draws all models anew after each operation, and here nearly every model knows nearly
    every other by way of the client and the user: a hundred and fifty tables cost a minute of
    which Postgres works two seconds. Here they are drawn once. The order does not matter, for
    foreign keys are added at the end.
    """

    reversible = True

    def __init__(self, tables: Sequence[CreateModel]) -> None:
        self.tables = tables

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Add the models; what was drawn is forgotten, and drawn anew when it is next needed."""
        state.__dict__.pop("apps", None)
        state.is_delayed = False
        for table in self.tables:
            table.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Create each table."""
        for table in self.tables:
            table.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop each table, the last first."""
        for table in reversed(self.tables):
            table.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """For `migrate --plan`."""
        return "Create the tables of " + ", ".join(table.name for table in self.tables)
