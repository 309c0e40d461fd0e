"""Contracts of the demonstration in each state of their life, and what was found in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from contracts.models import Contract, ContractLine, ContractTemplate, Review
from contracts.rules.prepayment import required_amount
from contracts.selectors.completeness import blocking_gaps
from contracts.selectors.terms import terms_of
from contracts.services import (
    accept_version,
    activate_contract,
    ask_for_override,
    ask_for_review,
    override_gap,
    request_changes,
    send_contract,
    sign_off,
    suspend_contract,
    update_contract,
)
from contracts.services.amendments import Changes, propose_amendment
from contracts.services.clauses import remove_clause
from contracts.services.lines import add_line
from contracts.services.performance import add_obligation, answer_delivery, record_delivery
from contracts.services.reviews import Remark, add_remark
from contracts.services.schedule import Entry, set_schedule
from contracts.services.templates import draft_from_template
from contracts.states import (
    AmendmentKind,
    AnsweredHow,
    ClauseKind,
    DeliveryState,
    ScheduleKind,
    Side,
)
from core.dates import start_of_day
from core.models import User
from core.money import round_money
from credit.services.limits import ask_for_release
from payments.models import Prepayment
from payments.selectors.prepayments import delivery_hold
from payments.services import ask_release, receive_prepayment, request_prepayment
from payments.services.billing import invoice_entry
from payments.services.prepayments import suggested_request
from payments.services.supervision import supervise_contracts
from payments.states import ReleaseKind
from workspace.services.demo.papers import signed_copy
from workspace.services.demo.teller import Account, Teller, read_data

#: From where the demonstration's clients answer; an address of no network (RFC 5737).
CLIENT_ADDRESS: Final = "203.0.113.7"
FIRST_NUMBER: Final = 201


def write_contracts(teller: Teller, accounts: list[Account]) -> None:
    """Lead each contract of the data file to where it stands, then look at all of them."""
    by_code = {account.client.code: account for account in accounts}
    for number, row in enumerate(read_data("demo_contracts.json"), start=FIRST_NUMBER):
        paper = Paper(teller, by_code[row["client"]], row, number)
        ENDS[row["becomes"]](paper)
    for creditor in {account.creditor.pk: account.creditor for account in accounts}.values():
        supervise_contracts(creditor=creditor, on=teller.on, at=teller.at)


class Paper:
    """One contract on its way, written by the owner of its client and reviewed by the manager."""

    def __init__(self, teller: Teller, account: Account, row: dict[str, Any], number: int) -> None:
        self.teller, self.account, self.row = teller, account, row
        self.owner: User = account.owner
        self.manager = teller.staff["manager"]
        self.finance = teller.staff["finance"]
        account.client.refresh_from_db()
        self.contract = self._begun(f"{account.prefix}-{teller.on.year}-{number}")

    # Days and words ----------------------------------------------------------------------------

    def day(self, ago: int) -> dt.date:
        """The day so many days before today."""
        return self.teller.on - dt.timedelta(days=ago)

    def at(self, ago: int, hour: int = 10) -> dt.datetime:
        """A time of that day where the creditor is, never later than now."""
        start = start_of_day(self.day(ago), self.account.creditor.time_zone)
        return min(start + dt.timedelta(hours=hour), self.teller.at)

    def say(self, english: str, chinese: str) -> str:
        """In the language of the client."""
        return chinese if self.account.language == "zh-hans" else english

    @property
    def began(self) -> int:
        """How many days ago it was begun."""
        return int(self.row["began"])

    @property
    def lines(self) -> list[ContractLine]:
        """Its lines, in order."""
        return list(self.contract.lines.select_related("contract").order_by("position"))

    # The desk ----------------------------------------------------------------------------------

    def _begun(self, number: str) -> Contract:
        at = self.at(self.began)
        contract = draft_from_template(
            template=ContractTemplate.objects.get(name=self.row["template"]),
            creditor=self.account.creditor,
            client=self.account.client,
            number=number,
            language=self.row["language"],
            currency=self.account.currency,
            starts_on=self.day(self.began),
            ends_on=self.day(-365),
            actor=self.owner,
            at=at,
        )
        words = {name: self.row[name] for name in ("title", "title_zh")}
        contract = update_contract(contract=contract, actor=self.owner, at=at, **words)
        for description, deliverable, quantity, unit, price, deliver_in in self.row["lines"]:
            add_line(
                contract=contract,
                description=description,
                deliverable=deliverable,
                quantity=Decimal(quantity),
                unit=unit,
                unit_price=Decimal(price),
                deliver_on=None if deliver_in is None else self.day(-deliver_in),
                actor=self.owner,
                at=at,
            )
        contract.refresh_from_db()
        return contract

    def schedule(self, *, due_ago: int | None = None, prepaid: bool = True) -> None:
        """What is paid before the work, then each line when accepted, or the rest on a day."""
        contract, price = self.contract, self.contract.amount or Decimal(0)
        ratio = terms_of(contract).ratio if prepaid else Decimal(0)
        first = required_amount(price, ratio, contract.currency)
        entries = [Entry(ScheduleKind.PREPAYMENT, first)] if first else []
        if due_ago is not None:
            entries.append(Entry(ScheduleKind.DATE, price - first, due_on=self.day(due_ago)))
        else:
            entries += self._milestones(price - first)
        set_schedule(contract=contract, entries=entries, actor=self.owner, at=self.at(self.began))

    def _milestones(self, left: Decimal) -> list[Entry]:
        price, entries = self.contract.amount or Decimal(0), []
        lines = self.lines
        rest = left
        for line in lines[:-1]:
            share = round_money(line.total * left / price, self.contract.currency)
            entries.append(Entry(ScheduleKind.MILESTONE, share, line=line))
            rest -= share
        return [*entries, Entry(ScheduleKind.MILESTONE, rest, line=lines[-1])]

    def ask_review(self) -> Review:
        """Onto the manager's desk."""
        return ask_for_review(
            contract=self.contract,
            reviewer=self.manager,
            note=self.say("Please look at the payment terms.", "请重点审阅付款条款。"),
            actor=self.owner,
            at=self.at(self.began, 14),
        )

    def approve(self) -> None:
        """Asked for, read, signed off."""
        sign_off(review=self.ask_review(), actor=self.manager, at=self.at(self.began - 1))
        self.contract.refresh_from_db()

    def send(self) -> None:
        """Out to the client."""
        self.approve()
        send_contract(contract=self.contract, actor=self.owner, at=self.at(self.began - 2))

    def sign(self) -> None:
        """Accepted by the client through a link."""
        self.send()
        accept_version(
            version=self.contract.versions.order_by("-number")[0],
            typed_name=self.account.contact.name,
            address=CLIENT_ADDRESS,
            at=self.at(self.began - 3),
        )
        self.contract.refresh_from_db()

    def activate(self) -> None:
        """In force; what blocks on the day, a manager lets pass with a reason."""
        self.sign()
        ago = self.began - 4
        for gap in blocking_gaps(self.contract, self.day(ago)):
            override_gap(
                contract=self.contract,
                gap=gap.gap.code,
                reason=self.say("Agreed with the client's board.", "已与客户管理层商定。"),
                actor=self.manager,
                at=self.at(ago),
            )
        activate_contract(contract=self.contract, actor=self.owner, at=self.at(ago, 11))
        self.contract.refresh_from_db()

    # Money and work ----------------------------------------------------------------------------

    def request(self, ago: int) -> Prepayment | None:
        """Ask for the money before the work; None where nothing is asked."""
        if delivery_hold(self.contract) is None:
            return None
        on = self.day(ago)
        amount, due_on = suggested_request(self.contract, on=on)
        return request_prepayment(
            contract=self.contract,
            amount=amount,
            due_on=due_on,
            bank_account=self.account.bank_account,
            on=on,
            actor=self.owner,
            at=self.at(ago, 12),
        )

    def receive(self, prepayment: Prepayment, amount: Decimal, ago: int) -> None:
        """Money came in for it."""
        receive_prepayment(
            prepayment=prepayment,
            amount=amount,
            received_on=self.day(ago),
            bank_account=self.account.bank_account,
            actor=self.finance,
            at=self.at(ago, 9),
        )

    def prepay(self) -> Prepayment | None:
        """Asked for at once, and paid two days later."""
        prepayment = self.request(self.began - 5)
        if prepayment is not None:
            self.receive(prepayment, prepayment.amount, self.began - 7)
        return prepayment

    def deliver(self, line: ContractLine, ago: int, *, whole: bool = True) -> Any:
        """Handed over."""
        return record_delivery(
            line=line,
            delivered_on=self.day(ago),
            what=line.deliverable or line.description,
            recipient=self.account.contact.name,
            completes_line=whole,
            file=(self._note(ago), f"{self.contract.number}-{line.position}.pdf"),
            on=self.day(ago),
            actor=self.owner,
            at=self.at(ago, 15),
        )

    def _note(self, ago: int) -> bytes:
        return signed_copy(self.contract.number, self.account.client.code, self.day(ago))

    def answer(self, delivery: Any, ago: int, fault: str = "") -> None:
        """The client accepts on a record, or rejects."""
        answer_delivery(
            delivery=delivery,
            outcome=DeliveryState.REJECTED if fault else DeliveryState.ACCEPTED,
            how=AnsweredHow.RECORD,
            answered_on=self.day(ago),
            name=self.account.contact.name,
            remark=fault,
            on=self.day(ago),
            actor=self.owner,
            at=self.at(ago, 16),
        )

    def owe(self, side: Side, english: str, chinese: str, due_ago: int) -> None:
        """Write a duty down."""
        add_obligation(
            contract=self.contract,
            side=side,
            what=self.say(english, chinese),
            due_on=self.day(due_ago),
            actor=self.owner,
            at=self.at(self.began - 6),
        )


# Where each of them ends --------------------------------------------------------------------------


def _gaps(paper: Paper) -> None:
    """No schedule, no date, a clause taken out: and sales ask to let one of them pass."""
    kinds = (ClauseKind.ACCEPTANCE, ClauseKind.SUSPENSION)
    for clause in paper.contract.clauses.filter(kind__in=kinds).order_by("position"):
        remove_clause(clause=clause, actor=paper.owner, at=paper.at(paper.began))
    ask_for_override(
        contract=paper.contract,
        gap="NO_DELIVERY_DATE",
        note=paper.say("The ship is not booked yet.", "船期未定，到货日待客户确认。"),
        actor=paper.owner,
        at=paper.at(2),
    )


def _remarks(paper: Paper) -> None:
    paper.schedule()
    review = paper.ask_review()
    said = (
        (2, "Name the day of the month on which we invoice.", "请写明每月开票日。"),
        (5, "Say who pays for stopping.", "请写明暂停期间的费用由谁承担。"),
    )
    for place, english, chinese in said:
        add_remark(
            review=review,
            text=paper.say(english, chinese),
            clause_position=place,
            actor=paper.manager,
            at=paper.at(paper.began - 2),
        )


def _changes(paper: Paper) -> None:
    paper.schedule()
    remark = paper.say("Earnest money counts towards the price: say so.", "请写明定金抵作价款。")
    request_changes(
        review=paper.ask_review(),
        verdict=paper.say("Mend clause 3, then ask again.", "请修改第3条后再提交。"),
        remarks=[Remark(remark, 3)],
        actor=paper.manager,
        at=paper.at(paper.began - 2),
    )


def _approved(paper: Paper) -> None:
    paper.schedule()
    paper.approve()


def _sent(paper: Paper) -> None:
    paper.schedule()
    paper.send()


def _held(paper: Paper) -> None:
    """Half of what was asked for has come in."""
    paper.schedule()
    paper.activate()
    prepayment = paper.request(paper.began - 5)
    if prepayment is not None:
        part = round_money(prepayment.amount / 2, prepayment.currency)
        paper.receive(prepayment, part, paper.began - 8)


def _unasked(paper: Paper) -> None:
    paper.schedule()
    paper.activate()


def _accepting(paper: Paper) -> None:
    """One line accepted and invoiced, one waits for the client, one is to come."""
    paper.schedule()
    paper.activate()
    paper.prepay()
    first, second, third = paper.lines
    rejected = paper.deliver(first, 30)
    paper.answer(rejected, 27, paper.say("Two pages do not open.", "有两个页面打不开。"))
    paper.answer(paper.deliver(first, 21), 18)
    paper.deliver(second, 2)
    paper.deliver(third, 1, whole=False)
    paper.owe(Side.THEIRS, "Send the room list", "提供库位清单", 12)
    paper.owe(Side.OURS, "Name a contact for faults", "指定故障联系人", -10)


def _late(paper: Paper) -> None:
    paper.schedule()
    paper.activate()
    paper.prepay()
    paper.owe(Side.OURS, "Book the site visit", "预约现场评估", 15)
    paper.owe(Side.THEIRS, "Give access to the yard", "开通堆场通行权限", 20)


def _unpaid(paper: Paper) -> None:
    """The rest fell due long ago, was invoiced, and is not paid."""
    paper.schedule(due_ago=100)
    paper.activate()
    paper.prepay()
    for line in paper.lines:
        if line.deliver_on and line.deliver_on < paper.day(100):
            paper.answer(paper.deliver(line, 104), 102)
    entry = paper.contract.schedule.select_related("contract__creditor", "line").get(
        kind=ScheduleKind.DATE
    )
    invoice_entry(entry=entry, on=paper.day(100), actor=paper.finance, at=paper.at(100))


def _suspended(paper: Paper) -> None:
    _unpaid(paper)
    clause = paper.contract.clauses.filter(kind=ClauseKind.SUSPENSION).order_by("position")[0]
    suspend_contract(
        contract=paper.contract,
        reason=paper.say(
            f"Clause {clause.position}: the invoice is unpaid after the time set.",
            f"第{clause.position}条：催告期满仍未付款。",
        ),
        actor=paper.owner,
        at=paper.at(10),
    )


def _amended(paper: Paper) -> None:
    paper.schedule()
    paper.activate()
    paper.prepay()
    last = paper.lines[-1]
    propose_amendment(
        contract=paper.contract,
        kind=AmendmentKind.EXTENSION,
        changes=Changes(ends_on=paper.day(-410), lines={last.pk: {"deliver_on": paper.day(-60)}}),
        reason=paper.say("The client's crew is away until next month.", "客户人员下月才能到位。"),
        actor=paper.owner,
        at=paper.at(2),
    )


def _stopped(paper: Paper) -> None:
    """Above the credit limit, so signed and not in force; sales ask a manager."""
    limit = paper.account.client.credit_limit or Decimal(0)
    add_line(
        contract=paper.contract,
        description=paper.say("Licences for all homes", "全部许可"),
        unit_price=limit * 2 + 1_000,
        deliver_on=paper.day(-90),
        actor=paper.owner,
        at=paper.at(paper.began),
    )
    paper.contract.refresh_from_db()
    paper.schedule()
    paper.sign()
    ask_for_release(
        contract=paper.contract,
        note=paper.say("Their parent company guarantees it.", "由其母公司担保。"),
        actor=paper.owner,
        at=paper.at(2),
    )


def _refund(paper: Paper) -> None:
    """More was prepaid than the first work took; finance ask to return the rest."""
    paper.schedule(prepaid=False)
    paper.activate()
    prepayment = paper.prepay()
    first, _second = paper.lines
    paper.answer(paper.deliver(first, 14), 11)
    if prepayment is None:
        return
    price = paper.contract.amount or Decimal(0)
    extra = round_money(price / 20, paper.contract.currency)
    prepayment = Prepayment.objects.get(pk=prepayment.pk)
    paper.receive(prepayment, extra, 6)
    left = sum((one.unallocated for one in prepayment.receipts.all()), Decimal(0))
    ask_release(
        prepayment=prepayment,
        kind=ReleaseKind.REFUND,
        amount=left,
        reason=paper.say("Paid twice by mistake.", "客户重复付款。"),
        actor=paper.finance,
        at=paper.at(3),
    )


ENDS: Final[dict[str, Callable[[Paper], None]]] = {
    "gaps": _gaps,
    "remarks": _remarks,
    "changes": _changes,
    "approved": _approved,
    "sent": _sent,
    "held": _held,
    "unasked": _unasked,
    "accepting": _accepting,
    "late": _late,
    "suspendable": _unpaid,
    "suspended": _suspended,
    "amended": _amended,
    "stopped": _stopped,
    "refund": _refund,
}
