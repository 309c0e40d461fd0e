"""Screenings in the demonstration: most passed, the silent were rejected, some wait."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

from core.dates import start_of_day
from credit.models import Screening
from credit.selectors import Conditions, Line, is_question, screening_lines
from credit.services import (
    Finding,
    accept_screening,
    accept_with_conditions,
    ask_reference,
    note_findings,
    note_interview,
    note_reference,
    reject_screening,
    start_screening,
    submit_screening,
)
from workspace.services.demo.teller import Account, Teller

YEAR: Final = dt.timedelta(days=365)
#: Days since the first was screened, and between one client and the next.
EARLIEST, STEP = 380, 8
CONDITIONS: Final = {
    "late": Conditions(Decimal("0.1"), None, 60),
    "slow": Conditions(Decimal("0.3"), None, 60),
    "disputing": Conditions(Decimal("0.3"), None, 60),
    "promiser": Conditions(Decimal("0.5"), None, 60),
}

_Words = tuple[str, str]
SEEN: Final[_Words] = ("Compared with the register.", "已与公示系统核对。")
BOUGHT: Final[tuple[_Words, ...]] = (
    ("What their shops and sites need, month by month.", "门店和项目每月所需物资。"),
    ("A local supplier that closed last year.", "本地一家供应商，去年停业。"),
    ("Delivery was too slow there.", "原供应商交货太慢。"),
    (
        "The head of purchasing decides, the managing director signs.",
        "采购负责人决定，总经理签字。",
    ),
    (
        "Accounts payable, on the 25th, with a signed delivery note.",
        "财务部每月25日付款，需签收单。",
    ),
    ("None that they know of.", "据称没有。"),
    ("About six orders a year.", "每年约六笔订单。"),
)
SOUND: Final[_Words] = ("Nothing against it; the usual terms.", "未见异常，建议按常规条件合作。")
CAREFUL: Final[_Words] = (
    "Pays, but not on the day. With a deposit.",
    "有付款能力，但不够准时，建议收取预付款。",
)
AGREED: Final[_Words] = ("As recommended.", "同意。")
SILENT: Final[_Words] = (
    "Nobody answers, and the office is empty.",
    "无人回应，办公地点已人去楼空。",
)
GONE: Final[_Words] = (
    "Not to be taken on again before the old invoices are paid.",
    "旧账结清前不再合作。",
)
MISREAD: Final[_Words] = (
    "The number on the form is not the one on the licence. Asked for a new copy.",
    "表单上的代码与营业执照不一致，已请对方重新提供复印件。",
)
SUPPLIER: Final[_Words] = ("Kestrel Components Ltd", "红隼零部件有限公司")


def screen_clients(teller: Teller, accounts: list[Account]) -> None:
    """Each client in turn, so that some are to be screened again soon, and one is overdue."""
    for number, account in enumerate(accounts):
        if account.habit == "new":
            _begin(teller, account)
            continue
        opened = account.client.created_at + dt.timedelta(days=1)
        began = start_of_day(teller.on, account.creditor.time_zone) + dt.timedelta(hours=10)
        at = max(opened, began - dt.timedelta(days=max(EARLIEST - STEP * number, 20)))
        _pass(teller, account, at)
        if account.habit == "silent":
            _reject(teller, account, began - dt.timedelta(days=15))
    again = next((one for one in accounts if one.habit == "plan"), None)
    if again is not None:
        _submit(again, teller.at - dt.timedelta(hours=20), CAREFUL)


def _say(account: Account, words: _Words) -> str:
    return words[1] if account.language == "zh-hans" else words[0]


def _start(account: Account, at: dt.datetime) -> tuple[Screening, list[Line]]:
    row = start_screening(client=account.client, on=at.date(), actor=account.owner, at=at)
    return row, screening_lines(row)


def _submit(account: Account, at: dt.datetime, summary: _Words) -> Screening:
    """Fill a screening in and ask for a decision."""
    actor, day = account.owner, at.date()
    row, lines = _start(account, at)
    checks = [one.item for one in lines if not is_question(one.item) and one.item.is_required]
    findings = [Finding(one, "GOOD", _say(account, SEEN)) for one in checks]
    note_findings(screening=row, findings=findings, actor=actor, at=at)
    questions = [one.item for one in lines if is_question(one.item)]
    answers = {one: _say(account, said) for one, said in zip(questions, BOUGHT, strict=False)}
    note_interview(screening=row, answers=answers, actor=actor, at=at)
    asked = ask_reference(
        screening=row, company=_say(account, SUPPLIER), contact="", asked_on=day, on=day,
        actor=actor, at=at,
    )  # fmt: skip
    note_reference(
        reference=asked, pays="MOSTLY", recommends=True, volume="", note="", answered_on=day,
        on=day, actor=actor, at=at,
    )  # fmt: skip
    return submit_screening(
        screening=row, summary=_say(account, summary), on=day, actor=actor, at=at
    )


def _pass(teller: Teller, account: Account, at: dt.datetime) -> None:
    manager, asked = teller.staff["manager"], CONDITIONS.get(account.habit)
    row = _submit(account, at, SOUND if asked is None else CAREFUL)
    day, reason = at.date(), _say(account, AGREED)
    if asked is None:
        accept_screening(
            screening=row, reason=reason, review_on=day + YEAR, on=day, actor=manager, at=at
        )
        return
    accept_with_conditions(
        screening=row, conditions=asked, reason=reason, review_on=day + YEAR, on=day,
        actor=manager, at=at,
    )  # fmt: skip


def _reject(teller: Teller, account: Account, at: dt.datetime) -> None:
    row, manager = _submit(account, at, SILENT), teller.staff["manager"]
    reject_screening(screening=row, reason=_say(account, GONE), on=at.date(), actor=manager, at=at)


def _begin(teller: Teller, account: Account) -> None:
    """A newcomer: the first lines are filled in, and a supplier has not answered yet."""
    at, actor = teller.at - dt.timedelta(hours=30), account.owner
    row, lines = _start(account, max(at, account.client.created_at))
    checks = [one.item for one in lines if not is_question(one.item)]
    findings = [
        Finding(checks[0], "CONCERN", _say(account, MISREAD)),
        Finding(checks[1], "GOOD", _say(account, SEEN)),
    ]
    note_findings(screening=row, findings=findings, actor=actor, at=at)
    questions = [one.item for one in lines if is_question(one.item)]
    answers = {questions[0]: _say(account, BOUGHT[0])}
    note_interview(screening=row, answers=answers, actor=actor, at=at)
    ask_reference(
        screening=row, company=_say(account, SUPPLIER), contact="", asked_on=at.date(),
        on=at.date(), actor=actor, at=at,
    )  # fmt: skip


__all__ = ["screen_clients"]
