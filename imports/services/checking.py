"""What does not hold together, between the rows of the file and against the ledger.

Each check is one query over all rows, so a million rows cost a handful of scans. A query gives
row, value and figures of what it finds, first rows first, and how many there are in all.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from imports.rules.headers import normal_header
from imports.rules.problems import PROBLEMS_KEPT, Finding, Note, Problem
from imports.rules.targets import INVOICES, LINE_FIELDS, PAYMENTS, Target
from imports.services.options import Options
from imports.services.staging import Staged, execute, fetch, sql


@dataclass(frozen=True, slots=True)
class Check:
    """A query over `import_doc d` (or what `source` names) and what its rows mean."""

    code: Problem | Note
    target: Target | None
    where: str
    value: str = "d.number"
    figures: str = "NULL"
    source: str = "import_doc d"


_INVOICE: Final = "d.kind = 'I'"
_OWED: Final = "d.kind IN ('I', 'C')"
_EXISTING: Final = "import_doc d JOIN payments_invoice i ON i.id = d.invoice_id AND NOT d.is_new"
_NOTE: Final = "import_doc d JOIN payments_creditnote i ON i.id = d.note_id"


def _missing(target: Target, column: str, where: str = "d.kind IN ('I', 'C', '?')") -> Check:
    return Check(Problem.MISSING_VALUE, target, f"{where} AND d.{column} IS NULL")


def _changed(target: Target, was: str, now: str, source: str = _EXISTING) -> Check:
    return Check(
        Problem.CHANGED_FACT,
        target,
        f"{was} <> {now}",
        figures=f"jsonb_build_object('was', {was}::text, 'now', {now}::text)",
        source=source,
    )


_CLOSED_BOOKS: Final = "jsonb_build_object('through', %(closed)s::date::text, 'day', {day}::text)"

DOCUMENT_CHECKS: Final = (
    _missing(Target.INVOICE_NUMBER, "number"),
    _missing(Target.CLIENT_NAME, "client"),
    _missing(Target.ISSUED_ON, "issued_on"),
    _missing(Target.AMOUNT, "amount"),
    _missing(Target.CURRENCY, "currency"),
    Check(
        Problem.NO_DUE_DATE,
        Target.DUE_ON,
        f"{_INVOICE} AND d.due_on IS NULL AND d.issued_on IS NOT NULL",
    ),
    Check(Problem.ZERO_AMOUNT, Target.AMOUNT, f"{_INVOICE} AND d.amount = 0"),
    Check(
        Problem.BALANCE_ABOVE_AMOUNT,
        Target.OPEN_BALANCE,
        f"{_INVOICE} AND d.amount > 0 AND d.open_balance > d.amount",
        figures="jsonb_build_object('balance', d.open_balance::text, 'amount', d.amount::text)",
    ),
    Check(
        Problem.SETTLEMENT_BELOW_ZERO,
        Target.PAID_AMOUNT,
        f"{_INVOICE} AND d.open_balance IS NULL AND d.paid_in_file < 0",
        figures="jsonb_build_object('paid', d.paid_in_file::text)",
    ),
    Check(
        Problem.DISPUTE_ABOVE_AMOUNT,
        Target.DISPUTED_AMOUNT,
        f"{_INVOICE} AND (d.disputed_amount > d.amount OR d.disputed_amount < 0)",
        figures="jsonb_build_object('disputed', d.disputed_amount::text, 'amount', d.amount::text)",
    ),
    _changed(Target.CLIENT_NAME, "i.client_id", "d.client_id"),
    _changed(Target.CURRENCY, "i.currency", "d.currency"),
    _changed(Target.AMOUNT, "i.amount", "d.amount"),
    _changed(Target.ISSUED_ON, "i.issued_on", "d.issued_on"),
    Check(
        Problem.CHANGED_FACT,
        Target.DUE_ON,
        "d.due_from <> 'D' AND i.due_on <> d.due_on",
        figures="jsonb_build_object('was', i.due_on::text, 'now', d.due_on::text)",
        source=_EXISTING,
    ),
    _changed(Target.CLIENT_NAME, "i.client_id", "d.client_id", _NOTE),
    _changed(Target.CURRENCY, "i.currency", "d.currency", _NOTE),
    _changed(Target.ISSUED_ON, "i.issued_on", "d.issued_on", _NOTE),
    Check(
        Problem.CHANGED_FACT,
        Target.AMOUNT,
        "i.amount <> d.amount AND (d.open_balance IS NULL OR i.amount < d.amount)",
        figures="jsonb_build_object('was', i.amount::text, 'now', d.amount::text)",
        source=_NOTE,
    ),
    Check(
        Problem.BOOKS_CLOSED,
        Target.ISSUED_ON,
        f"{_OWED} AND d.is_new AND d.note_id IS NULL AND d.issued_on <= %(closed)s::date",
        figures=_CLOSED_BOOKS.format(day="d.issued_on"),
    ),
    Check(
        Problem.BOOKS_CLOSED,
        Target.SETTLED_ON,
        f"{_INVOICE} AND d.paid > d.ledger_allocated AND d.paid_on <= %(closed)s::date",
        figures=_CLOSED_BOOKS.format(day="d.paid_on"),
    ),
)

DOCUMENT_NOTES: Final = (
    Check(Note.LEFT_OUT_STATUS, Target.STATUS, "d.kind = 'X'"),
    Check(
        Note.LEFT_OUT_STANDS,
        Target.STATUS,
        "d.kind = 'X' AND i.creditor_id = %(creditor)s",
        source="import_doc d JOIN payments_invoice i ON i.number = d.number",
    ),
    Check(Note.LEFT_OUT_ZERO, Target.AMOUNT, "d.kind = 'Z'"),
    Check(Note.LEFT_OUT_LATER, Target.ISSUED_ON, "d.kind = 'L'"),
    Check(Note.LEFT_OUT_USED_CREDIT, Target.OPEN_BALANCE, "d.kind = 'U'"),
    Check(
        Note.PART_USED_CREDIT,
        Target.OPEN_BALANCE,
        "d.kind = 'C' AND d.amount < d.amount_in_file",
        figures="jsonb_build_object('left', d.amount::text, 'amount', d.amount_in_file::text)",
    ),
    Check(Note.UNKNOWN_STATUS, Target.STATUS, "d.status LIKE '?%%'", value="substr(d.status, 2)"),
    Check(
        Note.PARTIAL_WITHOUT_AMOUNT,
        Target.STATUS,
        f"{_INVOICE} AND d.status = 'PARTIAL' AND d.paid_in_file = 0",
    ),
    Check(Note.WRITTEN_OFF, Target.STATUS, f"{_INVOICE} AND d.status = 'WRITTEN_OFF'"),
    Check(
        Note.LINES_ADDED_UP,
        Target.INVOICE_NUMBER,
        f"{_OWED} AND d.lines > 1",
        figures="jsonb_build_object('lines', d.lines, 'amount', d.amount::text)",
    ),
    Check(Note.DUE_FROM_TERMS, Target.DUE_ON, f"{_INVOICE} AND d.due_from = 'T'"),
    Check(
        Note.DUE_FROM_DEFAULT,
        Target.DUE_ON,
        f"{_INVOICE} AND d.due_from = 'D' AND d.due_on IS NOT NULL",
        figures="jsonb_build_object('days', %(terms)s::integer)",
    ),
    Check(Note.DUE_BEFORE_ISSUED, Target.DUE_ON, f"{_INVOICE} AND d.due_on < d.issued_on"),
    Check(
        Note.SETTLED_BEFORE_ISSUED,
        Target.SETTLED_ON,
        f"{_INVOICE} AND d.paid > 0 AND d.paid_on < d.issued_on",
    ),
    Check(
        Note.ASSUMED_DATE,
        Target.SETTLED_ON,
        f"{_INVOICE} AND d.is_assumed AND d.paid > d.ledger_allocated",
    ),
    Check(
        Note.OVERPAID,
        Target.OPEN_BALANCE,
        f"{_INVOICE} AND d.paid > d.amount",
        figures="jsonb_build_object('over', (d.paid - d.amount)::text)",
    ),
    Check(
        Note.BALANCE_DIFFERS,
        Target.OPEN_BALANCE,
        f"{_INVOICE} AND d.paid_amount + d.open_balance <> d.amount",
        figures="jsonb_build_object('paid', d.paid_amount::text, 'balance', d.open_balance::text,"
        " 'amount', d.amount::text)",
    ),
    Check(
        Note.PAID_WITH_BALANCE,
        Target.STATUS,
        f"{_INVOICE} AND d.status = 'PAID' AND d.paid_in_file < d.amount",
        figures="jsonb_build_object('open', (d.amount - d.paid_in_file)::text)",
    ),
    Check(
        Note.LEDGER_AHEAD,
        Target.PAID_AMOUNT,
        f"{_INVOICE} AND d.ledger_allocated > least(d.paid, d.amount)",
        figures="jsonb_build_object('ledger', d.ledger_allocated::text, 'file', d.paid::text)",
    ),
    Check(
        Note.TAKEN_BACK,
        Target.PAID_AMOUNT,
        f"{_INVOICE} AND NOT d.is_new AND d.paid > d.ledger_allocated",
        source="import_doc d JOIN payments_receipt r ON r.creditor_id = %(creditor)s"
        " AND r.external_ref IN ('import:assumed:' || d.number || ':' || trim_scale(d.paid),"
        " 'import:settled:' || d.number || ':' || trim_scale(d.paid))",
    ),
    Check(
        Note.FUTURE,
        Target.ISSUED_ON,
        f"{_OWED} AND (d.issued_on > %(today)s OR (d.paid > 0 AND d.paid_on > %(today)s))",
    ),
)

_LINE: Final = "import_payline d"
_PAID: Final = "import_payment d"
_NUMBER: Final = "coalesce(d.payment_number, '')"
_PAYMENT: Final = "coalesce(d.payment_number, d.number, '')"

PAYMENT_CHECKS: Final = (
    Check(
        Problem.MISSING_VALUE,
        Target.CLIENT_NAME,
        "d.client_id IS NULL AND d.number IS NULL",
        value=_PAYMENT,
        source=_LINE,
    ),
    Check(
        Problem.MISSING_VALUE, Target.SETTLED_ON, "d.received_on IS NULL", _PAYMENT, source=_LINE
    ),
    Check(Problem.MISSING_VALUE, Target.AMOUNT, "d.amount IS NULL", _PAYMENT, source=_LINE),
    Check(
        Problem.SETTLEMENT_BELOW_ZERO,
        Target.AMOUNT,
        "d.is_negative OR d.amount = 0",
        _PAYMENT,
        "jsonb_build_object('paid', d.amount::text)",
        _LINE,
    ),
    Check(
        Problem.UNKNOWN_INVOICE,
        Target.INVOICE_NUMBER,
        "NOT d.is_later AND d.number IS NOT NULL AND d.invoice_id IS NULL",
        source=_LINE,
    ),
    Check(
        Problem.OTHER_CLIENT,
        Target.CLIENT_NAME,
        "d.invoice_client_id <> d.client_id",
        source=_LINE,
    ),
    Check(
        Problem.OTHER_CURRENCY,
        Target.CURRENCY,
        "d.invoice_currency <> d.currency",
        figures="jsonb_build_object('invoice', d.invoice_currency, 'payment', d.currency)",
        source=_LINE,
    ),
    Check(
        Problem.PAYMENT_CLASH,
        Target.PAYMENT_NUMBER,
        "(d.client_id, d.currency, d.received_on) <> (f.client_id, f.currency, f.received_on)"
        " OR (%(has_applied)s AND d.amount <> f.amount)",
        value=_PAYMENT,
        figures="jsonb_build_object('row', f.row)",
        source="import_payline d JOIN import_payment f ON f.key = d.key AND f.row <> d.row",
    ),
    Check(
        Problem.PAYMENT_CLASH,
        Target.APPLIED_AMOUNT,
        "%(has_applied)s AND d.applied > d.amount",
        value=_NUMBER,
        figures="jsonb_build_object('row', d.row)",
        source=_PAID,
    ),
    Check(
        Problem.CHANGED_RECEIPT,
        Target.AMOUNT,
        "NOT d.is_new AND (d.amount, d.received_on) <> (d.ledger_amount, d.ledger_received_on)",
        value=_NUMBER,
        figures="jsonb_build_object('was', d.ledger_amount::text || ', ' || d.ledger_received_on,"
        " 'now', d.amount::text || ', ' || d.received_on)",
        source=_PAID,
    ),
    Check(
        Problem.BOOKS_CLOSED,
        Target.SETTLED_ON,
        "d.is_new AND d.received_on <= %(closed)s::date",
        value=_NUMBER,
        figures=_CLOSED_BOOKS.format(day="d.received_on"),
        source=_PAID,
    ),
    Check(
        Note.WITHOUT_INVOICE,
        Target.INVOICE_NUMBER,
        "NOT d.is_later AND d.number IS NULL",
        _PAYMENT,
        source=_LINE,
    ),
    Check(Note.LEFT_OUT_LATER, Target.SETTLED_ON, "d.is_later", _PAYMENT, source=_LINE),
    Check(
        Note.MORE_THAN_OPEN,
        Target.AMOUNT,
        "d.applied < d.wanted",
        value="i.number",
        figures="jsonb_build_object('over', (d.wanted - d.applied)::text)",
        source="import_applied d JOIN payments_invoice i ON i.id = d.invoice_id",
    ),
    Check(
        Note.REPLACED_ASSUMED,
        Target.INVOICE_NUMBER,
        "true",
        value="i.number",
        source="(SELECT 0 AS row, invoice_id FROM import_payback) d"
        " JOIN payments_invoice i ON i.id = d.invoice_id",
    ),
)

_CLASHES: Final = """
    SELECT r.row, r.number, jsonb_build_object('row', f.row, 'columns', concat_ws(' ',
        CASE WHEN r.client <> f.client THEN 'client_name' END,
        CASE WHEN r.currency <> f.currency THEN 'currency' END,
        CASE WHEN r.issued_on <> f.issued_on THEN 'issued_on' END,
        CASE WHEN r.due_on <> f.due_on THEN 'due_on' END)), count(*) OVER ()
    FROM import_double f
    JOIN import_row r
        ON r.number = f.number AND coalesce(r.document_type, 'INVOICE') = f.document_type
    WHERE r.client <> f.client OR r.currency <> f.currency OR r.issued_on <> f.issued_on
        OR r.due_on <> f.due_on
    ORDER BY r.row LIMIT %(limit)s
"""
_TWICE: Final = """
    SELECT s.row, s.number, jsonb_build_object('row', s.first), count(*) OVER ()
    FROM (
        SELECT r.row, r.number, min(r.row) OVER same AS first
        FROM import_row r JOIN import_double d
            ON d.number = r.number AND d.document_type = coalesce(r.document_type, 'INVOICE')
        WINDOW same AS (PARTITION BY r.number, r.document_type, r.client, r.currency, r.issued_on,
            r.due_on, r.amount, r.paid_amount, r.open_balance, r.settled_on, r.status,
            r.description, r.reference)
    ) s
    WHERE s.row > s.first
    ORDER BY s.row LIMIT %(limit)s
"""
# Words in a heading that speak of the whole invoice and not of one of its lines.
_TOTAL_WORDS: Final = frozenset({"total", "合计", "总额", "价税合计", "总金额", "发票总额"})


def params_of(staged: Staged, options: Options) -> dict[str, Any]:
    """What the statements of this import are told."""
    mapping = staged.mapping
    amount = normal_header(staged.label(Target.AMOUNT))
    return {
        "creditor": options.creditor.pk,
        "today": options.on,
        "until": options.until,
        "closed": options.creditor.books_closed_on,
        "terms": mapping.terms_days,
        "has_lines": bool(LINE_FIELDS & mapping.targets),
        "is_total": bool(_TOTAL_WORDS & set(amount.split())),
        "is_payments": mapping.kind == PAYMENTS,
        "has_currency": Target.CURRENCY in mapping.targets or bool(mapping.currency),
        "has_applied": Target.APPLIED_AMOUNT in mapping.targets
        and Target.AMOUNT in mapping.targets,
        "limit": PROBLEMS_KEPT,
    }


def check(staged: Staged, options: Options, *, assign: bool) -> dict[str, Any]:
    """Work out the documents and find what is wrong with them. Gives the statements' params.

    `assign` gives new invoices their keys, for an import that follows in the same transaction.
    """
    params = {**params_of(staged, options), "assign": assign}
    execute(sql("documents"), params)
    execute(sql("payments"), params)
    if staged.mapping.kind == INVOICES:
        _check_repeats(staged, params)
    has_payments = bool(fetch("SELECT 1 FROM import_payline LIMIT 1"))
    if has_payments:
        execute(sql("paybacks"), params)
    checks = (*DOCUMENT_CHECKS, *DOCUMENT_NOTES, *(PAYMENT_CHECKS if has_payments else ()))
    for one in _with_rows(checks, params):
        _run(one, staged, params)
    return params


def _with_rows(checks: Sequence[Check], params: dict[str, Any]) -> list[Check]:
    """Those that find anything, in their order: each source is read once for all its checks.

    Most files are in order, and a question whose answer is no need not be asked row by row.
    """
    by_source: dict[str, list[Check]] = defaultdict(list)
    for one in checks:
        by_source[one.source].append(one)
    found: set[Check] = set()
    for source, its in by_source.items():
        if len(its) == 1:
            found.update(its)
            continue
        any_row = ", ".join(f"bool_or({one.where})" for one in its)
        answers = fetch(f"SELECT {any_row} FROM {source}", params)[0]  # noqa: S608  # constants above
        found.update(one for one, answer in zip(its, answers, strict=True) if answer)
    return [one for one in checks if one in found]


def _run(one: Check, staged: Staged, params: dict[str, Any]) -> None:
    query = (
        f"SELECT d.row, {one.value}, {one.figures}, count(*) OVER () FROM {one.source}"  # noqa: S608  # constants above
        f" WHERE {one.where} ORDER BY d.row LIMIT %(limit)s"
    )
    _collect(one.code, one.target, fetch(query, params), staged)


def _check_repeats(staged: Staged, params: dict[str, Any]) -> None:
    """Rows of one number belong to one invoice; the same row twice is a mistake."""
    clashes = fetch(_CLASHES, params)
    for row, number, figures, _count in clashes:
        first = str(json.loads(figures)["columns"]).split()[0]
        _collect(Problem.NUMBER_CLASH, Target(first), [(row, number, figures, 1)], staged)
    if clashes and clashes[0][3] > len(clashes):
        rest = clashes[0][3] - len(clashes)
        staged.findings.add(Finding(Problem.NUMBER_CLASH), count=rest)
    if not params["has_lines"]:
        _collect(Problem.ROW_TWICE, Target.INVOICE_NUMBER, fetch(_TWICE, params), staged)


def _collect(
    code: Problem | Note,
    target: Target | None,
    rows: list[tuple[Any, ...]],
    staged: Staged,
) -> None:
    column = staged.label(target) if target else ""
    fresh = [row for row in rows if (row[0], str(target)) not in staged.bad_cells]
    for row, value, figures, _count in fresh:
        given = json.loads(figures) if figures else {}
        staged.findings.add(Finding(code, row or 0, column, str(value or ""), given))
    if fresh and rows[0][3] > len(rows):
        staged.findings.add(Finding(code, column=column), count=rows[0][3] - len(rows))
