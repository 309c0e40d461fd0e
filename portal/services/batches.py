"""Asking many clients at a period's end: previewed, then each claimed, asked and mailed once.

The address of a link is shown once and kept nowhere, so here it is mailed at once. A row is
claimed in its own committed transaction before its link is made: a worker that dies leaves a row
that the next run calls "not known whether it arrived", and never sends again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext as _

from clients.models import Contact, Creditor
from core import audit
from core.dates import day_in
from core.errors import Refusal
from core.jobs import start_job
from core.models import User
from core.pdf.errors import UnableToRenderPdf
from core.states import Role
from core.transactions import in_transaction, refusing
from portal.models import StatementBatch, StatementBatchRow
from portal.rules import DAYS_VALID
from portal.selectors.balances import Account, accounts_to_ask
from portal.services.links import Issued, revoke_link
from portal.services.mailing import send_link, site_address
from portal.services.statements import issue_statement_confirmation
from portal.states import BatchRowState, LinkMail

BATCH_JOB: Final = "portal.statement_batch"
#: More at once is another kind of project, and says so.
MOST_CLIENTS: Final = 2_000
_MONEY: Final = frozenset({Role.FINANCE, Role.MANAGER, Role.ADMIN})
_OUTCOMES: Final = {
    LinkMail.SENT: BatchRowState.SENT,
    LinkMail.FAILED: BatchRowState.FAILED,
    LinkMail.IN_DOUBT: BatchRowState.IN_DOUBT,
    LinkMail.NONE: BatchRowState.FAILED,
}

Report = Callable[[int, int], None]


class UnableToAskMany(Refusal):
    """These clients cannot be asked like this."""


@in_transaction
def start_batch(
    *,
    creditor: Creditor,
    currency: str,
    on: dt.date,
    overdue_only: bool,
    days: int,
    may_remind: bool,
    key: str,
    actor: User,
    at: dt.datetime,
) -> StatementBatch:
    """Write down who is asked, and promise the work to a worker. One form makes one batch.

    Those without an address are listed and not asked; those asked before for that day are left
    out. Raises UnableToAskMany for other roles than finance, a day to come, nobody to ask, and
    above 2,000 clients.
    """
    if actor.role not in _MONEY:
        raise UnableToAskMany(_("Finance asks many clients at once."))
    if on > day_in(at, creditor.time_zone):
        raise UnableToAskMany(_("Choose today or a day before."), field="on")
    if days not in DAYS_VALID:
        raise UnableToAskMany(_("A link is valid for 7, 14, 30, 60 or 90 days."), field="days")
    found = accounts_to_ask(
        creditor=creditor, currency=currency, on=on, overdue_only=overdue_only, at=at
    )
    accounts = _left_to_ask(found)
    with refusing(
        UnableToAskMany,
        {"portal_statementbatch_key_key": _("This form was sent before; its work is under way.")},
    ):
        batch = StatementBatch.objects.create(
            creditor=creditor,
            currency=currency,
            on=on,
            overdue_only=overdue_only,
            days=days,
            may_remind=may_remind,
            key=key[:64],
            created_at=at,
            created_by=actor,
        )
    StatementBatchRow.objects.bulk_create(
        StatementBatchRow(
            batch=batch,
            client=one.client,
            state=BatchRowState.WAITING if one.contact else BatchRowState.NO_ADDRESS,
        )
        for one in accounts
    )
    _promise_work(batch, count=len(accounts), actor=actor, at=at)
    return batch


def _promise_work(batch: StatementBatch, *, count: int, actor: User, at: dt.datetime) -> None:
    batch.job = start_job(
        kind=BATCH_JOB,
        title=_("Balance confirmations as of %(day)s") % {"day": batch.on},
        args={"batch_id": batch.pk},
        actor=actor,
        at=at,
    )
    batch.save(update_fields=["job"])
    audit.record(
        action="portal.ask_many",
        actor=actor,
        at=at,
        subject=batch,
        payload={"creditor": batch.creditor_id, "on": batch.on, "clients": count},
    )


def _left_to_ask(found: list[Account]) -> list[Account]:
    """Those not asked before for that day, if there is anybody to write to and not too many."""
    accounts = [one for one in found if not one.was_asked]
    if not any(one.contact for one in accounts):
        raise UnableToAskMany(_("Nobody is left to ask for that day."), field="on")
    if len(accounts) > MOST_CLIENTS:
        raise UnableToAskMany(_("At most 2,000 clients are asked at once."), field="on")
    return accounts


def run_batch(*, batch: StatementBatch, clock: Callable[[], dt.datetime], report: Report) -> None:
    """Ask every client of a batch that waits. Again after a crash, it sends nothing twice."""
    rows = batch.rows.select_related("client").order_by("pk")
    # Claimed by a run that is gone: nobody knows whether its mail left.
    for left in rows.filter(state=BatchRowState.SENDING):
        _settle(left, BatchRowState.IN_DOUBT, note=_("The work was interrupted."))
    total = batch.rows.exclude(state=BatchRowState.NO_ADDRESS).count()
    done = total - rows.filter(state=BatchRowState.WAITING).count()
    report(done, total)
    for row in rows.filter(state=BatchRowState.WAITING):
        if _claim(row):
            _ask(row, batch, at=clock())
        done += 1
        report(done, total)


def _claim(row: StatementBatchRow) -> bool:
    waiting = StatementBatchRow.objects.filter(pk=row.pk, state=BatchRowState.WAITING)
    return bool(waiting.update(state=BatchRowState.SENDING))


def _ask(row: StatementBatchRow, batch: StatementBatch, *, at: dt.datetime) -> None:
    """Make the link of a claimed row and mail it; how it ended is written down."""
    people = Contact.objects.filter(client=row.client).for_reminders()
    contact = people.order_by("-is_primary", "pk").first()
    if contact is None:
        _settle(row, BatchRowState.REFUSED, note=_("There is no e-mail address any more."))
        return
    try:
        issued = issue_statement_confirmation(
            client=row.client,
            creditor=batch.creditor,
            currency=batch.currency,
            on=batch.on,
            language=row.client.language,
            contact=contact,
            days=batch.days,
            key=f"batch:{batch.pk}:{row.client_id}",
            may_remind=batch.may_remind,
            actor=batch.created_by,
            at=at,
        )
    except (Refusal, UnableToRenderPdf) as refusal:
        _settle(row, BatchRowState.REFUSED, note=str(refusal))
        return
    StatementBatchRow.objects.filter(pk=row.pk).update(link=issued.link)
    _send(row, issued, batch, at=at)


def _send(
    row: StatementBatchRow, issued: Issued, batch: StatementBatch, *, at: dt.datetime
) -> None:
    url = site_address(f"/p/{issued.token}/")
    try:
        outcome = send_link(
            link=issued.link, token=issued.token, url=url, actor=batch.created_by, at=at
        )
    except Refusal as refusal:
        _settle(row, BatchRowState.FAILED, note=str(refusal))
        _close(issued, batch, at=at)
        return
    note = "" if outcome is LinkMail.SENT else str(LinkMail(outcome).label)
    _settle(row, _OUTCOMES[outcome], note=note)
    if _OUTCOMES[outcome] is BatchRowState.FAILED:
        _close(issued, batch, at=at)


def _close(issued: Issued, batch: StatementBatch, *, at: dt.datetime) -> None:
    """Nobody has the address: closed, so that the client can be asked again."""
    reason = _("Its mail did not leave.")
    revoke_link(link=issued.link, reason=reason, actor=batch.created_by, at=at)


def _settle(row: StatementBatchRow, state: BatchRowState, *, note: str = "") -> None:
    claimed = StatementBatchRow.objects.filter(pk=row.pk, state=BatchRowState.SENDING)
    claimed.update(state=state, note=note[:300])
