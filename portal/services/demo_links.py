"""Links of the demonstration: minutes, notices and a survey that wait, and an appeal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from clients.models import Client, Contact
from contracts.models import ContractNotice, Delivery
from contracts.states import DeliveryState
from credit.models import CurrentScore, RiskBehaviour
from credit.selectors.held import HeldThing
from disputes.models import Complaint
from disputes.states import ComplaintState
from interactions.models import Minutes
from interactions.services.minutes_papers import print_minutes
from interactions.states import MinutesState
from portal.services.acts import Visitor, answer_link, open_link
from portal.services.appeals import issue_appeal
from portal.services.links import Issued, UnableToIssueLink
from portal.services.minutes import issue_minutes_confirmation
from portal.services.notices import issue_notice
from portal.services.surveys import Occasion, issue_survey

#: An address of no network (RFC 5737).
_HERE: Final = Visitor("203.0.113.7", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
_DAY: Final = dt.timedelta(days=1)
_SHORT: Final = dt.timedelta(minutes=20)
#: Why a client sees a behaviour differently.
_GROUNDS: Final = {
    "en": "The second round of tests was agreed with your engineer on site. We can name him.",
    "zh-hans": "第二轮测试是与贵方现场工程师当面商定的，我方可以提供其姓名。",
}
#: One client read its notice, one opened it, one did not.
_NOTICES: Final = ("READ", "OPENED", "")


def tell_links(*, on: dt.date, at: dt.datetime) -> None:
    """What was sent to clients and waits, as a new user would find it on a working day."""
    _minutes(at)
    _notices(at)
    _survey(on, at)
    _appeals(on, at)


def contact_of(client: Client) -> Contact | None:
    """Whom a client's links are for."""
    contacts = Contact.objects.filter(client=client).for_reminders()
    return contacts.order_by("-is_primary", "pk").first()


def _minutes(at: dt.datetime) -> None:
    """The minutes that wait were opened by the client and not answered."""
    waiting = Minutes.objects.filter(state=MinutesState.SENT)
    for row in waiting.select_related("meeting__client__owner").order_by("pk"):
        client = row.meeting.client
        print_minutes(minutes_id=row.pk, at=at)
        issued = issue_minutes_confirmation(
            minutes=row,
            language=row.language if row.language != "both" else client.language,
            contact=contact_of(client),
            days=30,
            key=f"demo:minutes:{row.pk}",
            actor=client.owner,
            at=at - 2 * _DAY,
        )
        open_link(link=issued.link, visitor=_HERE, at=at - 2 * _DAY + _SHORT)


def _notices(at: dt.datetime) -> None:
    """The first clients whose contract has a notice: read, opened, waiting."""
    attached = ContractNotice.objects.select_related(
        "version__notice", "contract__client__owner", "contract__creditor"
    )
    first: dict[int, ContractNotice] = {}
    for row in attached.order_by("pk"):
        first.setdefault(row.contract.client_id, row)
    for how, row in zip(_NOTICES, first.values(), strict=False):
        client = row.contract.client
        issued = issue_notice(
            version=row.version,
            client=client,
            creditor=row.contract.creditor,
            language=client.language,
            contact=contact_of(client),
            days=30,
            key=f"demo:notice:{client.pk}",
            actor=client.owner,
            at=at - _DAY,
        )
        _read(issued, how, at - _DAY + _SHORT)


def _read(issued: Issued, how: str, at: dt.datetime) -> None:
    if not how:
        return
    open_link(link=issued.link, visitor=_HERE, at=at)
    if how != "READ":
        return
    contact = issued.link.contact
    answer_link(
        link=issued.link,
        typed_name=contact.name if contact else "Demo",
        answer={"has_read": True},
        key="demo",
        language=issued.link.language,
        visitor=_HERE,
        at=at + dt.timedelta(minutes=2),
    )


def _survey(on: dt.date, at: dt.datetime) -> None:
    """Ask the first client that may be asked about something that is over; it has not answered."""
    for about, client in _over(on):
        try:
            issue_survey(
                about=about,
                language=client.language,
                contact=contact_of(client),
                days=30,
                key=f"demo:survey:{client.pk}",
                actor=client.owner,
                at=at - _DAY,
            )
        except UnableToIssueLink:
            continue  # it was asked lately
        return


def _over(on: dt.date) -> Iterable[tuple[Occasion, Client]]:
    deliveries = Delivery.objects.filter(
        state=DeliveryState.ACCEPTED, answer__answered_on__lt=on - _DAY
    ).select_related("contract__client__owner", "contract__creditor")
    for delivery in deliveries.order_by("-answer__answered_on", "-pk"):
        yield delivery, delivery.contract.client
    complaints = Complaint.objects.filter(state=ComplaintState.CLOSED)
    for complaint in complaints.select_related("client__owner", "creditor").order_by("-pk"):
        yield complaint, complaint.client


def _appeals(on: dt.date, at: dt.datetime) -> None:
    """One client has appealed against a behaviour; another was told what its score rests on."""
    for behaviour in RiskBehaviour.objects.counted(on=on).order_by("-happened_on", "-pk")[:1]:
        client = behaviour.client
        issued = _tell(behaviour, f"demo:appeal:{client.pk}", at - 2 * _DAY)
        open_link(link=issued.link, visitor=_HERE, at=at - _DAY)
        contact = issued.link.contact
        answer_link(
            link=issued.link,
            typed_name=contact.name if contact else "Demo",
            answer={"grounds": _GROUNDS[client.language]},
            key="demo",
            language=client.language,
            visitor=_HERE,
            at=at - _DAY + _SHORT,
        )
    worst = CurrentScore.objects.exclude(client__grade="U").select_related("snapshot__client")
    for current in worst.order_by("-warning", "client_id")[:1]:
        _tell(current.snapshot, f"demo:score:{current.client_id}", at - _SHORT)


def _tell(thing: HeldThing, key: str, at: dt.datetime) -> Issued:
    client = thing.client
    return issue_appeal(
        thing=thing,
        language=client.language,
        contact=contact_of(client),
        days=14,
        key=key,
        actor=client.owner,
        at=at,
    )
