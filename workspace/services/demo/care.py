"""Care in the demonstration: visits that come back, a year of answers, and complaints."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.translation import override

from contracts.services.notices import attach_notice
from core.dates import add_months, business_day_on_or_after, start_of_day
from disputes.models import Complaint
from disputes.services import (
    answer_complaint,
    close_complaint,
    open_complaint,
    take_up_complaint,
)
from interactions.models import PolicyNotice, Revisit, ServiceLevel, SurveyAnswer
from interactions.rules.care import is_unhappy
from interactions.services import add_follow_up, log_interaction
from interactions.services.care import record_revisit, set_service_level, skip_revisit
from interactions.services.surveys import record_survey_answer, request_survey
from interactions.states import score_words
from workspace.services.demo.teller import Account, Teller

MONTHS: Final = 12
PER_MONTH: Final = 3
NOTICED: Final = 6
#: A planned visit older than this was left out, with a reason.
LONG_LATE: Final = dt.timedelta(days=20)

#: Score, and what was said in English and Chinese; told in turn.
SAID: Final = (
    (5, "Always somebody who knows our file.", "对接人很了解我们的情况。"),
    (4, "", ""),
    (4, "Delivery notes could be clearer.", "送货单可以写得更清楚一些。"),
    (3, "Good work, but the invoice came late.", "东西不错，就是发票来得晚。"),
    (5, "", ""),
    (4, "We like that problems are told early.", "有问题会提前告知，这点很好。"),
    (2, "Twice nobody called us back.", "两次都没有人回电话。"),
)
UNSORTED: Final = "OTHER_UNSORTED"


def care_for(teller: Teller, accounts: list[Account]) -> None:
    """Levels, visits and answers over the last year; the last answer is an unhappy one."""
    levels = list(ServiceLevel.objects.order_by("position"))
    if not levels or len(accounts) < PER_MONTH:
        return
    number = 0
    for back in range(MONTHS, 0, -1):
        month = add_months(teller.on, -back)
        for place in range(PER_MONTH):
            account = accounts[number % len(accounts)]
            day = business_day_on_or_after(month + dt.timedelta(days=3 + 7 * place))
            _visit_and_ask(teller, account, levels, min(day, teller.on), SAID[number % len(SAID)])
            number += 1
    _leave_out(teller)
    _complaints(teller, accounts)
    _notices(teller, accounts)


def _at(account: Account, day: dt.date, teller: Teller, hour: int = 10) -> dt.datetime:
    began = start_of_day(day, account.creditor.time_zone)
    return min(began + dt.timedelta(hours=hour), teller.at)


def _level(account: Account, levels: list[ServiceLevel]) -> ServiceLevel:
    account.client.refresh_from_db(fields=["grade"])
    return next((one for one in levels if account.client.grade in one.grades), levels[-1])


def _visit_and_ask(
    teller: Teller,
    account: Account,
    levels: list[ServiceLevel],
    day: dt.date,
    said: tuple[int, str, str],
) -> None:
    with override(account.language):  # the log is written in the client's language
        _told(teller, account, levels, day, said)


def _told(
    teller: Teller,
    account: Account,
    levels: list[ServiceLevel],
    day: dt.date,
    said: tuple[int, str, str],
) -> None:
    chinese = account.language == "zh-hans"
    at = _at(account, day, teller)
    revisit = set_service_level(
        client=account.client,
        level=_level(account, levels),
        start_on=day,
        on=day,
        actor=teller.staff["manager"],
        at=at,
    )
    if revisit is None:
        return
    outcome = "上门拜访，情况正常。" if chinese else "Visited; all is well."
    record_revisit(
        revisit=revisit,
        kind="VISIT",
        done_on=day,
        occurred_at=at,
        outcome=outcome,
        on=day,
        actor=account.owner,
        at=at,
    )
    _answer(teller, account, revisit, day, said)


def _answer(
    teller: Teller, account: Account, revisit: Revisit, day: dt.date, said: tuple[int, str, str]
) -> SurveyAnswer:
    score, english, chinese = said
    comment = chinese if account.language == "zh-hans" else english
    at = _at(account, day, teller, 15)
    request = request_survey(
        client=account.client,
        creditor=account.creditor,
        occasion="REVISIT",
        about=revisit,
        on=day,
        actor=account.owner,
        at=at,
    )
    entry = log_interaction(
        client=account.client,
        kind="NOTE",
        direction="IN",
        occurred_at=at,
        subject=f"{score}/5 · {score_words(score)}",
        body=comment,
        contact=account.contact,
        about=request,
        actor=None,
        at=at,
    )
    made = record_survey_answer(
        request=request,
        score=score,
        comment=comment,
        wants_to_complain=False,
        name=account.contact.name,
        on=day,
        entry=entry,
        at=at,
    )
    if is_unhappy(score=score, wants_to_complain=False):
        _complained(teller, account, made, day, at)
    return made


def _complained(
    teller: Teller, account: Account, made: SurveyAnswer, day: dt.date, at: dt.datetime
) -> None:
    """What an unhappy answer leads to; the older ones are settled."""
    row = open_complaint(
        client=account.client,
        creditor=account.creditor,
        channel="SURVEY",
        reason=UNSORTED,
        what=made.comment or score_words(made.score),
        received_at=at,
        key=f"survey:{made.request_id}",
        entry=made.interaction,
        actor=None,
        at=at,
    )
    chinese = account.language == "zh-hans"
    if day <= teller.on - dt.timedelta(days=40):
        settled = "已致电说明并致歉。" if chinese else "We called, explained and apologised."
        _settle(teller, account, row, day + dt.timedelta(days=2), settled)
        return
    add_follow_up(
        client=account.client,
        due_on=day,
        owner=account.owner,
        text="回复不满意的客户" if chinese else "Answer a client who is not content",
        interaction=made.interaction,
        actor=None,
        at=at,
    )


def _settle(teller: Teller, account: Account, row: Complaint, day: dt.date, answer: str) -> None:
    at, who = _at(account, day, teller), account.owner
    take_up_complaint(complaint=row, owner=who, reason="SERVICE_SLOW", actor=who, at=at)
    answer_complaint(complaint=row, answer=answer, actor=who, at=at)
    close_complaint(complaint=row, is_accepted=True, resolution=answer, actor=who, at=at)


def _leave_out(teller: Teller) -> None:
    """Visits that nobody made long ago were skipped; so a few are late and not dozens."""
    old = Revisit.objects.planned().filter(due_on__lt=teller.on - LONG_LATE)
    for row in old.select_related("client__owner").order_by("pk"):
        chinese = row.client.language == "zh-hans"
        reason = "客户当月盘点，改期。" if chinese else "They took stock that month."
        skip_revisit(revisit=row, reason=reason, on=teller.on, actor=row.client.owner, at=teller.at)


def _complaints(teller: Teller, accounts: list[Account]) -> None:
    """One that is late, one that is in work, about an invoice each."""
    billed = [one for one in accounts if one.invoices]
    for number, (days, reason) in enumerate(((16, "BILLING_PAPER"), (2, "DELIVERY_SHORT"))):
        account = billed[(5 + 7 * number) % len(billed)]
        chinese = account.language == "zh-hans"
        at = _at(account, teller.on - dt.timedelta(days=days), teller)
        row = open_complaint(
            client=account.client,
            creditor=account.creditor,
            channel="CALL",
            reason=reason,
            what="单据与实收数量不一致。" if chinese else "The papers and the goods do not agree.",
            wants="请更正单据。" if chinese else "Please correct the papers.",
            received_at=at,
            key=f"demo:{number}",
            actor=account.owner,
            at=at,
        )
        if number:
            take_up_complaint(
                complaint=row, owner=account.owner, reason=reason, actor=account.owner, at=at
            )


def _notices(teller: Teller, accounts: list[Account]) -> None:
    """The rules of payment belong to a few contracts, and one of service to the first."""
    payment, *others = PolicyNotice.objects.filter(creditor=None).order_by("pk")
    agreed = [one for one in accounts if one.contract is not None]
    chinese = [one for one in agreed if one.language == "zh-hans"]
    english = [one for one in agreed if one.language != "zh-hans"]
    chosen = [one for pair in zip(chinese, english, strict=False) for one in pair][:NOTICED]
    for number, account in enumerate(chosen):
        for notice in [payment, *(others if number == 0 else [])]:
            if account.contract is not None:
                attach_notice(
                    contract=account.contract,
                    notice=notice,
                    on=teller.on,
                    actor=account.owner,
                    at=teller.at,
                )
