"""The library: kinds of service, clauses in versions, templates. Managers keep it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from contracts.models import Clause, ClauseVersion, ContractTemplate, ServiceType
from contracts.services.clauses import check_wording
from contracts.states import LateChargeKind
from core import audit
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction, refusing

WORDING: Final = ("heading", "heading_zh", "body", "body_zh")


class UnableToSaveLibrary(Refusal):
    """A row of the library cannot be kept like this."""


@in_transaction
def save_service_type(
    *, service_type: ServiceType | None = None, actor: User | None, at: dt.datetime, **fields: Any
) -> ServiceType:
    """Keep a kind of service. Contracts already made keep what was frozen into them.

    Raises UnableToSaveLibrary naming the field at fault.
    """
    row = service_type or ServiceType()
    _fill(row, fields)
    if not 0 <= row.prepayment_ratio <= 1:
        raise UnableToSaveLibrary(
            _("The base prepayment is between 0 and 100 percent."), field="prepayment_ratio"
        )
    with refusing(
        UnableToSaveLibrary,
        {"contracts_servicetype_code_key": _("Another service has this code.")},
    ):
        row.save()
    _record("contracts.save_service_type", row, actor, at, {"code": row.code})
    return row


@in_transaction
def save_clause(
    *, clause: Clause | None = None, actor: User | None, at: dt.datetime, **fields: Any
) -> Clause:
    """Keep a clause of the library, without its text: see `add_clause_version`.

    A clause made the first choice of its kind takes that place from the one that had it.
    """
    row = clause or Clause()
    _fill(row, fields)
    if not row.is_active:
        row.is_standard = False
    if row.is_standard:
        Clause.objects.filter(kind=row.kind, is_standard=True).exclude(pk=row.pk).update(
            is_standard=False
        )
    with refusing(
        UnableToSaveLibrary,
        {"contracts_clause_code_key": _("Another clause has this code.")},
    ):
        row.save()
    payload = {"code": row.code, "standard": row.is_standard, "active": row.is_active}
    _record("contracts.save_clause", row, actor, at, payload)
    return row


@in_transaction
def create_clause(
    *, fields: dict[str, Any], wording: dict[str, str], actor: User | None, at: dt.datetime
) -> Clause:
    """Keep a new clause with its first version, both or neither."""
    row = save_clause(actor=actor, at=at, **fields)
    add_clause_version(clause=row, actor=actor, at=at, **wording)
    return row


@in_transaction
def add_clause_version(
    *,
    clause: Clause,
    heading: str,
    heading_zh: str,
    body: str,
    body_zh: str,
    source: str = "",
    actor: User | None,
    at: dt.datetime,
) -> ClauseVersion:
    """Word a clause anew. Contracts keep the wording they have.

    Raises UnableToSaveLibrary with the field: a language is missing, a placeholder is not
    known, or nothing changed.
    """
    Clause.objects.select_for_update(no_key=True).get(pk=clause.pk)
    texts = {"heading": heading, "heading_zh": heading_zh, "body": body, "body_zh": body_zh}
    texts = {name: text.replace("\r\n", "\n").strip() for name, text in texts.items()}
    for name, text in texts.items():
        if not text:
            raise UnableToSaveLibrary(
                _("A clause of the library has heading and text in both languages."), field=name
            )
    for name in ("body", "body_zh"):
        check_wording(texts[name], field=name, refusal=UnableToSaveLibrary)
    newest = clause.versions.order_by("-number").first()
    if newest is not None and all(getattr(newest, name) == texts[name] for name in WORDING):
        raise UnableToSaveLibrary(_("This is the wording the clause has already."), field="body")
    row = ClauseVersion.objects.create(
        clause=clause,
        number=newest.number + 1 if newest else 1,
        source=source.strip(),
        created_at=at,
        created_by=actor,
        **texts,
    )
    payload = {"clause": clause.code, "version": row.number}
    _record("contracts.add_clause_version", row, actor, at, payload)
    return row


@in_transaction
def save_template(
    *,
    template: ContractTemplate | None = None,
    clauses: Iterable[Clause] | None = None,
    actor: User | None,
    at: dt.datetime,
    **fields: Any,
) -> ContractTemplate:
    """Keep a template and, when given, its clauses. Raises UnableToSaveLibrary with the field."""
    row = template or ContractTemplate()
    _fill(row, fields)
    _check_late_charge(row)
    with refusing(
        UnableToSaveLibrary,
        {"contracts_contracttemplate_name_key": _("Another template has this name.")},
    ):
        row.save()
    if clauses is not None:
        row.clauses.set(clauses)
    codes = sorted(row.clauses.values_list("code", flat=True))
    _record("contracts.save_template", row, actor, at, {"name": row.name, "clauses": codes})
    return row


def _check_late_charge(row: ContractTemplate) -> None:
    kind = row.late_charge_kind
    if kind == LateChargeKind.RATE and (
        row.late_charge_rate is None or not 0 <= row.late_charge_rate <= 400  # noqa: PLR2004  # as said
    ):
        raise UnableToSaveLibrary(
            _("Give the agreed rate in percent a year, from 0 to 400."), field="late_charge_rate"
        )
    if kind == LateChargeKind.PRESET and not row.late_charge_preset:
        raise UnableToSaveLibrary(_("Choose the preset."), field="late_charge_preset")
    if kind != LateChargeKind.RATE:
        row.late_charge_rate = None
    if kind != LateChargeKind.PRESET:
        row.late_charge_preset = ""


def _fill(row: Model, fields: dict[str, Any]) -> None:
    known = {field.name for field in row._meta.fields} - {"id"}
    unknown = set(fields) - known
    if unknown:
        raise TypeError(f"unknown fields of {row._meta.label}: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(row, name, value)


def _record(
    action: str, row: Model, actor: User | None, at: dt.datetime, payload: dict[str, Any]
) -> None:
    audit.record(action=action, actor=actor, at=at, subject=row, payload=payload)
