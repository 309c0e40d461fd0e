"""Meetings of the demonstration: minutes confirmed, awaited and objected to, and one to come."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import override

from core.dates import start_of_day
from interactions.models import Meeting, Minutes
from interactions.rules.minutes import OURS, THEIRS, Draft, Participant, Point, Task
from interactions.services.meetings import plan_meeting, save_draft
from interactions.services.minutes import answer_minutes, issue_minutes, send_minutes
from interactions.states import MinutesState
from workspace.services.demo.agreements import CLIENT_ADDRESS
from workspace.services.demo.teller import Account, Teller

_CHINESE = "zh-hans"


def write_meetings(teller: Teller, accounts: list[Account]) -> None:
    """One meeting with each of four clients, two of each language, at where it stands."""
    chinese = [one for one in accounts if one.language == _CHINESE]
    english = [one for one in accounts if one.language != _CHINESE]
    confirmed, objected, awaited, planned = chinese[0], chinese[1], english[0], english[1]
    _answer(teller, _sent(teller, confirmed, ago=9), confirmed)
    _sent(teller, awaited, ago=3)
    minutes = _sent(teller, objected, ago=6)
    words = (
        "我方记录的付款日是月底，请更正。"
        if minutes.language == _CHINESE
        else "Our notes say the end of the month. Please correct it."
    )
    _answer(teller, minutes, objected, objections={2: words})
    _meeting(teller, planned, ago=-5)


def _meeting(teller: Teller, account: Account, *, ago: int) -> Meeting:
    """One held so many days ago, or to come when negative."""
    zone = account.creditor.time_zone
    starts_at = start_of_day(teller.on - dt.timedelta(days=ago), zone) + dt.timedelta(hours=10)
    is_chinese = account.client.language == _CHINESE
    is_planned = ago < 0
    subjects = {
        (False, False): "Open invoices and the way forward",
        (False, True): "未付发票对账会",
        (True, False): "Quarterly review",
        (True, True): "季度对账会",
    }
    place = "客户办公室" if is_chinese else "At the client's office"
    return plan_meeting(
        client=account.client,
        creditor=account.creditor,
        subject=subjects[is_planned, is_chinese],
        starts_at=starts_at,
        time_zone=zone,
        place="" if is_planned else place,
        online_url="https://meet.example.com/quarterly" if is_planned else "",
        actor=account.owner,
        at=teller.at if is_planned else starts_at + dt.timedelta(hours=2),
    )


def _sent(teller: Teller, account: Account, *, ago: int) -> Minutes:
    meeting = _meeting(teller, account, ago=ago)
    at = meeting.starts_at + dt.timedelta(hours=3)
    save_draft(
        meeting=meeting,
        draft=_draft(teller, account, ago),
        revision=0,
        actor=account.owner,
        at=at,
    )
    minutes = issue_minutes(meeting=meeting, actor=account.owner, at=at)
    return send_minutes(minutes=minutes, actor=account.owner, at=at)


def _answer(
    teller: Teller, minutes: Minutes, account: Account, objections: dict[int, str] | None = None
) -> None:
    at = min((minutes.sent_at or teller.at) + dt.timedelta(days=1), teller.at)
    answer_minutes(
        minutes=minutes,
        outcome=MinutesState.OBJECTED if objections else MinutesState.CONFIRMED,
        answered_on=at.date(),
        at=at,
        name=account.contact.name,
        address=CLIENT_ADDRESS,
        objections=objections,
        text_sha256=minutes.sha256,
    )


def _draft(teller: Teller, account: Account, ago: int) -> Draft:
    owner, contact = account.owner, account.contact
    soon, later = (teller.on + dt.timedelta(days=days) for days in (2, 12 - ago))
    if account.client.language == _CHINESE:
        content = "双方逐一核对了未付发票，客户说明了内部付款审批的进度。"
        points = ("双方对发票金额没有争议。", "客户在下一付款日支付最早到期的发票。")
        ours, theirs = "发送最新对账单", "提交付款审批"
    else:
        content = (
            "The open invoices were gone through one by one. The client explained where its "
            "approval of payments stands."
        )
        points = (
            "The amounts of the invoices are not in dispute.",
            "The client pays the oldest invoice with its next payment run.",
        )
        ours, theirs = "Send a fresh statement of account", "Hand in the payment for approval"
    return Draft(
        language=account.client.language,
        content=content,
        participants=(
            Participant(OURS, owner.name, "", f"user:{owner.pk}"),
            Participant(THEIRS, contact.name, _role(account), f"contact:{contact.pk}"),
        ),
        points=tuple(Point(one) for one in points),
        tasks=(
            Task(ours, OURS, soon, who=owner.name, owner=owner.pk),
            Task(theirs, THEIRS, later, who=contact.name),
        ),
    )


def _role(account: Account) -> str:
    with override(account.client.language):
        return str(account.contact.get_role_display())
