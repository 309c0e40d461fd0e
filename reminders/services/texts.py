"""What a reminder says: subject, plain text and HTML, in the client's language.

One function makes the text for the preview and for the claim, so that the preview is what goes.
Every amount and date is written out for the client's language before it reaches the template:
nothing depends on the language or the currency of whoever runs the program.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

from django.template.loader import render_to_string

from clients.models import BankAccount, Client, Contact, Creditor
from core.dates import UnknownCalendar, business_day_on_or_after
from core.display import format_long_day
from core.mailing import one_line
from core.money import ZERO, format_money
from reminders.rules.ladder import ANSWER_DAYS
from reminders.states import Tone


class AskedInvoice(NamedTuple):
    """An invoice as a message asks for it. `asked` is what is collectible less `credit`."""

    id: int
    number: str
    issued_on: dt.date
    due_on: dt.date
    amount: Decimal
    open_amount: Decimal
    collectible: Decimal
    credit: Decimal

    @property
    def asked(self) -> Decimal:
        """What the client is asked to pay of it."""
        return self.collectible - self.credit


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything a message is made of; its amounts are as of the moment it was made."""

    creditor: Creditor
    client: Client
    contact: Contact
    account: BankAccount | None
    currency: str
    level: int
    tone: Tone
    on: dt.date
    wrote_before: bool
    sender_name: str
    invoices: tuple[AskedInvoice, ...]

    @property
    def language(self) -> str:
        """The client's, never the operator's."""
        return self.client.language

    @property
    def total(self) -> Decimal:
        """What is asked for."""
        return sum((invoice.asked for invoice in self.invoices), ZERO)

    @property
    def credit(self) -> Decimal:
        """The client's unapplied credit that was taken off."""
        return sum((invoice.credit for invoice in self.invoices), ZERO)


@dataclass(frozen=True, slots=True)
class Text:
    """A message as it is read."""

    subject: str
    body: str
    html: str


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of the invoice table, natively in one language."""

    client: str
    number: str
    issued: str
    due: str
    amount: str
    balance: str
    disputed: str
    subtotal: str
    credit: str
    total: str
    colon: str
    separator: str
    dear: str
    dear_nobody: str


_WORDS: Final = MappingProxyType(
    {
        "en": _Words(
            client="Client",
            number="Invoice",
            issued="Issued",
            due="Due",
            amount="Amount",
            balance="Open",
            disputed="not counting {amount} that is disputed",
            subtotal="Sum",
            credit="Less your credit with us",
            total="Total",
            colon=": ",
            separator=" · ",
            dear="Dear {name},",
            dear_nobody="Dear Sir or Madam,",
        ),
        "zh-hans": _Words(
            client="客户",
            number="账单",
            issued="开具日期",
            due="到期日",
            amount="金额",
            balance="未付",
            disputed="不含有争议的 {amount}",
            subtotal="小计",
            credit="减去贵方在我方的余款",
            total="合计",
            colon="：",
            separator=" · ",
            dear="{name}，您好：",
            dear_nobody="您好：",
        ),
    }
)

# Stands for the table while the template is rendered; no name can contain it (see `one_line`).
_TABLE: Final = "\x00table\x00"


def write_text(draft: Draft) -> Text:
    """The message in the client's language. Pure: the same draft gives the same text."""
    words = _WORDS[draft.language]
    rendered = render_to_string(
        f"email/reminder_{draft.tone.value.lower()}.{draft.language}.txt", _context(draft, words)
    )
    subject, _newline, rest = rendered.strip().partition("\n")
    body = re.sub(r"\n{3,}", "\n\n", rest.strip())
    table = _table(draft, words)
    subject = one_line(subject)
    return Text(
        subject=subject,
        body=body.replace(_TABLE, _plain_table(table)) + "\n",
        html=_html(draft, subject, body, table),
    )


def _context(draft: Draft, words: _Words) -> dict[str, object]:
    days = sorted(invoice.due_on for invoice in draft.invoices)
    name = one_line(draft.contact.name)
    only = draft.invoices[0] if len(draft.invoices) == 1 else None
    return {
        "greeting": words.dear.format(name=name) if name else words.dear_nobody,
        "creditor": one_line(draft.creditor.name_in(draft.language)),
        "invoices": _TABLE,
        "count": len(draft.invoices),
        "one": {"number": one_line(only.number), "due_on": _day(only.due_on, draft)}
        if only
        else None,
        "first_due_on": _day(days[0], draft),
        "last_due_on": _day(days[-1], draft),
        "total": _money(draft.total, draft),
        "reply_by": _day(answer_by(draft), draft),
        "wrote_before": draft.wrote_before,
        "account": _account(draft),
        "phone": one_line(draft.creditor.phone),
        "signature": _signature(draft),
    }


def answer_by(draft: Draft) -> dt.date:
    """The day an answer is asked for: some days on, moved to a working day of the client."""
    day = draft.on + dt.timedelta(days=ANSWER_DAYS[draft.tone])
    try:
        return business_day_on_or_after(day, draft.client.country)
    except UnknownCalendar:
        return business_day_on_or_after(day)


def _day(day: dt.date, draft: Draft) -> str:
    return format_long_day(day, draft.language)


def _money(amount: Decimal, draft: Draft) -> str:
    return format_money(amount, draft.currency, draft.language)


def _account(draft: Draft) -> str:
    """The bank account, line by line; empty where none is set up for this currency."""
    account = draft.account
    if account is None:
        return ""
    labels = (
        ("户名", "账号", "开户行", "行号/SWIFT")
        if draft.language == "zh-hans"
        else ("Account name", "Account number", "Bank", "BIC")
    )
    values = (account.account_name, account.account_number, account.bank_name, account.bic)
    colon = _WORDS[draft.language].colon
    return "\n".join(
        f"{label}{colon}{one_line(value)}"
        for label, value in zip(labels, values, strict=True)
        if value
    )


def _signature(draft: Draft) -> str:
    creditor = draft.creditor
    lines = (
        draft.sender_name or creditor.signatory,
        creditor.name_in(draft.language),
        creditor.phone,
        creditor.email,
    )
    return "\n".join(one_line(line) for line in lines if line)


# --- The table of invoices -------------------------------------------------------------------


class _Line(NamedTuple):
    number: str
    issued_on: str
    due_on: str
    amount: str
    balance: str
    note: str


@dataclass(frozen=True, slots=True)
class _Table:
    caption: str
    headings: tuple[str, ...]
    lines: tuple[_Line, ...]
    sums: tuple[tuple[str, str], ...]
    words: _Words


def _table(draft: Draft, words: _Words) -> _Table:
    sums: list[tuple[str, str]] = []
    if draft.credit:
        collectible = sum((invoice.collectible for invoice in draft.invoices), ZERO)
        sums.append((words.subtotal, _money(collectible, draft)))
        sums.append((words.credit, _money(draft.credit, draft)))
    sums.append((words.total, _money(draft.total, draft)))
    return _Table(
        caption=f"{words.client}{words.colon}{one_line(draft.client.legal_name)}",
        headings=(words.number, words.issued, words.due, words.amount, words.balance),
        lines=tuple(_line(invoice, draft, words) for invoice in draft.invoices),
        sums=tuple(sums),
        words=words,
    )


def _line(invoice: AskedInvoice, draft: Draft, words: _Words) -> _Line:
    disputed = invoice.open_amount - invoice.collectible
    return _Line(
        number=one_line(invoice.number),
        issued_on=_day(invoice.issued_on, draft),
        due_on=_day(invoice.due_on, draft),
        amount=_money(invoice.amount, draft),
        balance=_money(invoice.collectible, draft),
        note=words.disputed.format(amount=_money(disputed, draft)) if disputed else "",
    )


def _plain_table(table: _Table) -> str:
    """One block per invoice: columns do not line up in proportional fonts or on a phone."""
    words = table.words
    blocks = [table.caption]
    for line in table.lines:
        dates = words.separator.join(
            (
                f"{words.issued}{words.colon}{line.issued_on}",
                f"{words.due}{words.colon}{line.due_on}",
            )
        )
        amounts = words.separator.join(
            (
                f"{words.amount}{words.colon}{line.amount}",
                f"{words.balance}{words.colon}{line.balance}",
            )
        )
        note = f"\n  ({line.note})" if line.note else ""
        blocks.append(f"{words.number} {line.number}\n  {dates}\n  {amounts}{note}")
    blocks.append("\n".join(f"{label}{words.colon}{value}" for label, value in table.sums))
    return "\n\n".join(blocks)


class _Block(NamedTuple):
    text: str
    is_table: bool


def _html(draft: Draft, subject: str, body: str, table: _Table) -> str:
    """The same words in HTML: paragraphs and a real table, nothing fetched from anywhere."""
    blocks = [_Block(part, part.strip() == _TABLE) for part in _paragraphs(body)]
    return render_to_string(
        "email/reminder.html",
        {
            "lang": "zh-Hans" if draft.language == "zh-hans" else "en",
            "subject": subject,
            "blocks": blocks,
            "table": table,
        },
    )


def _paragraphs(body: str) -> Sequence[str]:
    return [part for part in body.split("\n\n") if part.strip()]
