"""Ask a provider about a client: promised in the request, done by a job, filed as a report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext as _

from clients.models import Client
from core import audit
from core.jobs import start_job
from core.models import Job, User
from core.states import JobState
from core.transactions import in_transaction
from credit.models import CreditReport, ReportProvider
from credit.rules.companies_house import company_number, is_same_name
from credit.rules.providers import Found, FoundFact, FoundFigure, Provider
from credit.services.companies_house import CODE, UnableToLookUp
from credit.services.providers import provider_for
from credit.services.reports import Content, FactLine, FigureLine, Upload, file_report
from credit.states import PaperKind

LOOK_UP_JOB: Final = "credit.look_up"
_HOME: Final = frozenset({"", "GB"})


def unfit_for_look_up(client: Client) -> str:
    """Why the register of the United Kingdom cannot be asked about a client; "" when it can."""
    if client.country not in _HOME:
        return _(
            "This client is registered in %(country)s; Companies House keeps companies of the "
            "United Kingdom only."
        ) % {"country": client.country}
    if not client.registration_number.strip():
        return _("Enter the registration number of the client first.")
    if company_number(client.registration_number) is None:
        return _("“%(number)s” is not a company number of the United Kingdom.") % {
            "number": client.registration_number
        }
    return ""


@in_transaction
def start_look_up(
    *, client: Client, accepts_other_name: bool, key: str, actor: User, at: dt.datetime
) -> Job:
    """Promise the look-up to a worker; one that is still on its way is given instead.

    Raises UnableToLookUp before anything is sent: without a key, for a client that is not in this
    register, for a number that has not its form.
    """
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=client.pk)
    if provider_for(CODE) is None:
        raise UnableToLookUp(_("There is no key for Companies House; see how to get one below."))
    reason = unfit_for_look_up(client)
    if reason:
        raise UnableToLookUp(reason)
    on_its_way = Job.objects.filter(
        kind=LOOK_UP_JOB,
        args__client_id=client.pk,
        state__in=[JobState.QUEUED, JobState.RUNNING],
        created_by=actor,
    )
    waiting = on_its_way.order_by("pk").first()
    if waiting is not None:
        return waiting
    job = start_job(
        kind=LOOK_UP_JOB,
        title=_("Companies House: %(client)s") % {"client": client.legal_name},
        args={
            "client_id": client.pk,
            "number": client.registration_number,
            "accepts_other_name": accepts_other_name,
            "key": key[:64],
        },
        actor=actor,
        at=at,
    )
    audit.record(
        action="credit.look_up",
        actor=actor,
        at=at,
        subject=client,
        stream=f"client:{client.pk}",
        payload={"provider": CODE, "job": job.pk, "other_name": accepts_other_name},
    )
    return job


def look_up(
    *,
    client: Client,
    number: str,
    accepts_other_name: bool,
    key: str,
    on: dt.date,
    actor: User | None,
    clock: Callable[[], dt.datetime],
    provider: Provider | None = None,
) -> CreditReport:
    """Ask the register and file what it says. Raises UnableToLookUp or ProviderIsBusy.

    The question is outside any transaction. A company of another name is not filed unless the
    person who asked said that it is the same: another's insolvency must not stand here.
    """
    known = CreditReport.objects.filter(key=key, client=client).first()
    if known is not None:
        return known
    asked = provider or provider_for(CODE)
    if asked is None:
        raise UnableToLookUp(_("There is no key for Companies House any more."))
    found = asked.look_up(number)
    names = (found.name, *found.former_names)
    if not accepts_other_name and not any(is_same_name(client.legal_name, one) for one in names):
        raise UnableToLookUp(
            _(
                "Number %(number)s belongs to “%(theirs)s”, this client is “%(ours)s”. Nothing was "
                "filed. Correct the number or the name, or look it up again and say that both are "
                "the same company."
            )
            % {
                "number": found.number,
                "theirs": found.name or _("a company without a name"),
                "ours": client.legal_name,
            }
        )
    return _file(client, found, key=key, on=on, actor=actor, at=clock())


def _file(
    client: Client,
    found: Found,
    *,
    key: str,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
) -> CreditReport:
    return file_report(
        client=client,
        provider=ReportProvider.objects.get(code=CODE),
        content=Content(
            report_on=on,
            subject_name=found.name,
            registration_number=found.number,
            reference=found.number,
            figures=[_figure(one) for one in found.figures],
            facts=[_fact(one) for one in found.facts],
        ),
        uploads=[
            Upload(
                name=f"{CODE}-{found.number}-{place + 1}.json",
                data=one.body,
                kind=PaperKind.ANSWER,
                source=one.path,
                mime="application/json",
            )
            for place, one in enumerate(found.answers)
        ],
        key=key,
        on=on,
        actor=actor,
        at=at,
        is_looked_up=True,
    )


def _figure(one: FoundFigure) -> FigureLine:
    return FigureLine(name=one.name, number=one.number, text=one.text, unit=one.unit, year=one.year)


def _fact(one: FoundFact) -> FactLine:
    return FactLine(kind=one.kind, dated_on=one.dated_on, details=dict(one.details))
