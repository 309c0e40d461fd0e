"""Balances of the demonstration, at each point of their way: asked to objected to."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from core.dates import day_in
from payments.models import ClientBalance
from portal.services.acts import Visitor, answer_link, open_link
from portal.services.demo_links import contact_of
from portal.services.links import Issued, UnableToIssueLink
from portal.services.silence import chase_silent
from portal.services.statements import issue_statement_confirmation

#: An address of no network (RFC 5737).
_HERE: Final = Visitor("203.0.113.7", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
#: How many days ago each client was asked, and what it answered; None: opened, "": nothing.
_STORY: Final[tuple[tuple[int, dict[str, Any] | str | None], ...]] = (
    (9, {"choice": "CONFIRMED", "lines": {}, "remark": ""}),
    (8, {"choice": "PARTLY", "remark": ""}),
    (7, {"choice": "OBJECTED", "lines": {}, "remark": "The returned goods are not credited yet."}),
    (7, ""),
    (1, None),
    (0, ""),
)


def tell_balances(*, on: dt.date, at: dt.datetime) -> None:
    """Ask six clients for their balance at the end of last month; they answer, or not."""
    end = on.replace(day=1) - dt.timedelta(days=1)
    accounts = ClientBalance.objects.filter(open_amount__gt=0).select_related(
        "client__owner", "creditor__logo"
    )
    story = list(_STORY)
    for account in accounts.order_by("-open_amount", "pk"):
        if not story:
            break
        days, said = story[0]
        asked_at = at - dt.timedelta(days=days, hours=1)
        issued = _ask(account, min(end, day_in(asked_at, account.creditor.time_zone)), asked_at)
        if issued is None:
            continue
        story.pop(0)
        _answer(issued, said, asked_at + dt.timedelta(minutes=30))
    chase_silent(at=at)


def _ask(account: ClientBalance, on: dt.date, at: dt.datetime) -> Issued | None:
    try:
        return issue_statement_confirmation(
            client=account.client,
            creditor=account.creditor,
            currency=account.currency,
            on=on,
            language=account.client.language,
            contact=contact_of(account.client),
            days=30,
            key=f"demo:{account.pk}",
            actor=account.client.owner,
            at=at,
        )
    except UnableToIssueLink:
        return None  # nothing was open on that day


def _answer(issued: Issued, said: dict[str, Any] | str | None, at: dt.datetime) -> None:
    if said == "":
        return
    open_link(link=issued.link, visitor=_HERE, at=at)
    if not isinstance(said, dict):
        return
    count = len(issued.link.facts["lines"])
    marks = {str(count): {"amount": "0", "remark": "Paid on the last day of the month"}}
    contact = issued.link.contact
    answer_link(
        link=issued.link,
        typed_name=contact.name if contact else "Demo",
        answer={"lines": marks, **said},
        key="demo",
        language=issued.link.language,
        visitor=_HERE,
        at=at + dt.timedelta(minutes=5),
    )
