"""Which balances were asked, opened, confirmed, contested or met with silence; by invoice too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Q

from clients.models import Client, Contact, Creditor
from core.verify import check
from payments.models import Invoice
from portal.models import PortalLink, PortalLinkQuerySet, StatementAnswer, StatementLine
from portal.states import StatementState

STATEMENT_ACTION: Final = "statement.confirm"


def balances_in(
    found: PortalLinkQuerySet, state: StatementState | None, at: dt.datetime
) -> PortalLinkQuerySet:
    """Links that ask for a balance, those in one state; reminders of a link are left out."""
    asked: PortalLinkQuerySet = found.filter(action=STATEMENT_ACTION, reminds_of=None)
    if state is None:
        return asked
    answered = {StatementState.CONFIRMED, StatementState.PARTLY, StatementState.OBJECTED}
    if state in answered:
        through_fresh = Q(reminder__fresh__statement__outcome=state)
        return asked.filter(Q(statement__outcome=state) | through_fresh)
    unanswered = asked.filter(acted_at=None).exclude(reminder__fresh__acted_at__isnull=False)
    over = Q(revoked_at__isnull=False) | Q(expires_at__lte=at)
    if state is StatementState.CLOSED:
        return unanswered.filter(over)
    alive = unanswered.exclude(over)
    silent = Q(reminder__followed_up_at__isnull=False)
    if state is StatementState.SILENT:
        return alive.filter(silent)
    alive = alive.exclude(silent)
    opened = Q(opened_at__isnull=False) | Q(reminder__fresh__opened_at__isnull=False)
    return alive.filter(opened) if state is StatementState.OPENED else alive.exclude(opened)


def with_answers(found: PortalLinkQuerySet) -> PortalLinkQuerySet:
    """All that a list of balances shows, in one query."""
    loaded: PortalLinkQuerySet = found.select_related(
        "client", "creditor", "statement", "reminder__fresh__statement"
    )
    return loaded


def answer_to(link: PortalLink) -> StatementAnswer | None:
    """The answer to a balance that was asked, through the link or through its reminder's."""
    own: StatementAnswer | None = getattr(link, "statement", None)
    if own is not None:
        return own
    reminder = getattr(link, "reminder", None)
    fresh = reminder.fresh if reminder is not None else None
    return getattr(fresh, "statement", None) if fresh is not None else None


def state_of(link: PortalLink, at: dt.datetime) -> StatementState:
    """The one state its badge shows: the same that `balances_in` filters by."""
    answer = answer_to(link)
    if answer is not None:
        return StatementState(answer.outcome)
    if link.revoked_at is not None or link.expires_at <= at:
        return StatementState.CLOSED
    reminder = getattr(link, "reminder", None)
    if reminder is not None and reminder.followed_up_at is not None:
        return StatementState.SILENT
    fresh = reminder.fresh if reminder is not None else None
    was_opened = link.opened_at or (fresh is not None and fresh.opened_at)
    return StatementState.OPENED if was_opened else StatementState.ASKED


def acknowledgements_of(invoice: Invoice) -> list[StatementLine]:
    """What the client said of an invoice on its statements, the latest first."""
    found = StatementLine.objects.filter(invoice=invoice)
    return list(
        found.select_related("answer__act", "answer__link__creditor").order_by(
            "-answer__at", "-pk"
        )[:20]
    )


def acknowledged_invoices(client: Client) -> list[StatementLine]:
    """For each invoice of a client its latest answer: which are acknowledged, when, by whom."""
    rows = (
        StatementLine.objects.filter(answer__client=client)
        .select_related("answer__act", "invoice")
        .order_by("invoice_id", "-answer__at", "-pk")
        .distinct("invoice_id")
    )
    return list(rows)


def statements_of(client: Client, limit: int) -> list[StatementAnswer]:
    """A client's latest answers."""
    found = StatementAnswer.objects.filter(client=client).select_related("act", "creditor")
    return list(found.order_by("-at", "-pk")[:limit])


# --- who is asked at a period's end -------------------------------------------------------------

_ACCOUNTS: Final = """
SELECT i.client_id, count(*), sum(open_on), bool_or(i.due_on < %(on)s)
FROM (
    SELECT i.client_id, i.due_on, i.open_amount + coalesce((
               SELECT sum(a.amount) FROM payments_allocation a
               WHERE a.invoice_id = i.id AND a.effective_on > %(on)s), 0) AS open_on
    FROM payments_invoice i
    WHERE i.creditor_id = %(creditor)s AND i.currency = %(currency)s
      AND i.issued_on <= %(on)s AND (i.closed_on IS NULL OR i.closed_on > %(on)s)
) i WHERE open_on <> 0
GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Account:
    """A client with something open at the end of a day, and who would be asked."""

    client: Client
    invoices: int
    total: Decimal
    is_overdue: bool
    contact: Contact | None
    was_asked: bool


def accounts_to_ask(
    *, creditor: Creditor, currency: str, on: dt.date, overdue_only: bool, at: dt.datetime
) -> list[Account]:
    """Everybody with an open balance, by name; four queries, whatever their number."""
    given: dict[str, Any] = {"creditor": creditor.pk, "currency": currency, "on": on}
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS, given)
        rows = [row for row in cursor.fetchall() if row[3] or not overdue_only]
    ids = [row[0] for row in rows]
    clients = Client.objects.select_related("owner").in_bulk(ids)
    contacts: dict[int, Contact] = {}
    people = Contact.objects.filter(client__in=ids).for_reminders()
    for one in people.order_by("client_id", "-is_primary", "pk"):
        contacts.setdefault(one.client_id, one)
    asked = set(
        PortalLink.objects.filter(
            action=STATEMENT_ACTION,
            creditor=creditor,
            facts__on=on.isoformat(),
            facts__currency=currency,
            revoked_at=None,
        )
        .exclude(acted_at=None, expires_at__lte=at)
        .values_list("client_id", flat=True)
    )
    accounts = [
        Account(clients[pk], count, total, late, contacts.get(pk), pk in asked)
        for pk, count, total, late in rows
    ]
    return sorted(accounts, key=lambda one: (one.client.name_pinyin, one.client.pk))


@check("portal: confirmed balances are the sum of their lines")
def statements_add_up() -> Iterator[str]:
    """Stated and confirmed totals are those of the lines."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT a.id FROM portal_statementanswer a
            LEFT JOIN portal_statementline l ON l.answer_id = a.id GROUP BY a.id
            HAVING a.stated <> coalesce(sum(l.open_amount), 0)
                OR a.confirmed
                   <> coalesce(sum(l.open_amount) FILTER (WHERE l.said = 'CONFIRMED'), 0)
            ORDER BY 1
            """
        )
        for (pk,) in cursor:
            yield f"statement answer {pk}: its lines do not add up"
