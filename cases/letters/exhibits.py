"""Exhibits made from the records: each a frozen context, in the language of the reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.utils import translation

from cases.letters.acknowledgements import acknowledgement_exhibits, minutes_exhibits
from cases.letters.agreements import contract_exhibits
from cases.letters.calculation import figure, interest_section, interest_sums
from cases.letters.complaints import complaint_section, notice_section
from cases.letters.contexts import (
    Cell,
    Column,
    LabelledLine,
    LogEntry,
    Row,
    Section,
    Table,
)
from cases.letters.deliveries import delivery_exhibits
from cases.letters.drafts import Attached, DraftExhibit
from cases.letters.mails import mail_file, mails_exhibit
from cases.letters.words import words_of
from cases.selectors import Evidence
from core.display import NOTHING, format_day, format_long_day, format_moment
from core.models import Document
from core.money import format_amount, format_money
from interactions.models import Interaction, InteractionDocument
from interactions.selectors import abouts_of
from payments.models import Allocation, CreditNote, Receipt
from reminders.models import DemandLetter

PRINTABLE_IMAGES = frozenset({"image/png", "image/jpeg"})


@dataclass
class ExhibitWriter:
    """Writes the exhibits of one packet; collects what could not be shown."""

    evidence: Evidence
    language: str
    gaps: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.words: Mapping[str, str] = words_of(self.language)
        self.zone = self.evidence.creditor.time_zone

    # Small writers -----------------------------------------------------------------------

    def say(self, word: str, **values: object) -> str:
        """A word or sentence of the packet."""
        return self.words[word].format(**values) if values else self.words[word]

    def day(self, day: dt.date | None) -> str:
        """A date in full, or a dash."""
        return format_long_day(day, self.language) if day else NOTHING

    def short_day(self, day: dt.date) -> str:
        """A date in a column: it stays on one line."""
        return format_day(day, self.language)

    def money(self, amount: Decimal | None, currency: str) -> str:
        """An amount with its currency, or a dash."""
        return NOTHING if amount is None else format_money(amount, currency, self.language)

    def amount(self, amount: Decimal, currency: str) -> str:
        """An amount in a column that names the currency."""
        return format_amount(amount, currency, self.language)

    def moment(self, at: dt.datetime) -> str:
        """An instant in the creditor's time zone."""
        return format_moment(at, self.language, self.zone)

    def line(self, word: str, value: str) -> LabelledLine:
        """A heading and its value."""
        return LabelledLine(self.words[word], value or NOTHING)

    def label(self, choice: object) -> str:
        """A state's name in the packet's language."""
        with translation.override(self.language):
            return str(choice)

    def own(self) -> str:
        """The source of what was printed from the records."""
        name = self.evidence.creditor.name_in(self.language)
        return self.say("own_records", creditor=name)

    def system(self, word: str, sections: list[Section], first: dt.date | None) -> DraftExhibit:
        """An exhibit printed from the records; made when its first row was."""
        return DraftExhibit(
            title=self.words[word],
            proves=self.words[f"{word}_proves"],
            source=self.own(),
            made_on=self.day(first),
            original=self.words["copy_system"],
            sections=tuple(sections),
        )

    # The exhibits, in the order of a court's file -------------------------------------------

    def all(self) -> Iterator[DraftExhibit]:
        """Every exhibit that has something to show."""
        yield self.parties()
        yield from contract_exhibits(self)
        yield from delivery_exhibits(self)
        if self.evidence.invoices:
            yield self.invoices()
        yield from acknowledgement_exhibits(self)
        yield from minutes_exhibits(self)
        if self.evidence.promises:
            yield self.promises()
        if self.evidence.receipts or self.evidence.credit_notes:
            yield self.receipts()
        if self.evidence.disputes:
            yield self.disputes()
        yield from self.said()
        yield from self.letters()
        if self.evidence.interest:
            yield self.interest()
        self._note_gaps()

    def said(self) -> Iterator[DraftExhibit]:
        """What was complained of, talked about and sent."""
        if self.evidence.acknowledgements:
            yield self.notices()
        if self.evidence.complaints:
            yield self.complaints()
        if self.evidence.interactions:
            yield self.interactions()
        if self.evidence.mails:
            yield mails_exhibit(self)
        if self.evidence.messages:
            yield self.messages()

    def parties(self) -> DraftExhibit:
        """Who owes, and to whom."""
        creditor, client = self.evidence.creditor, self.evidence.client
        ours = (
            self.line("creditor", creditor.name_in(self.language)),
            self.line("registration", creditor.registration_number),
            self.line("address", creditor.address_in(self.language)),
        )
        theirs = [
            self.line("debtor", client.legal_name),
            self.line("registration", client.registration_number),
            self.line("address", client.address),
        ]
        for contact in self.evidence.contacts:
            known = [contact.name, self.label(contact.get_role_display()), contact.email]
            theirs.append(self.line("contact", " · ".join(part for part in known if part)))
        sections = [Section(facts=ours), Section(facts=tuple(theirs))]
        return self.system("parties", sections, self.evidence.as_of_on)

    def invoices(self) -> DraftExhibit:
        """One table per currency, with what was open on the day."""
        sections = []
        for currency in sorted({row.invoice.currency for row in self.evidence.invoices}):
            rows = [r for r in self.evidence.invoices if r.invoice.currency == currency]
            body = []
            for row in rows:
                invoice = row.invoice
                late = (self.evidence.as_of_on - invoice.due_on).days
                is_late = row.open_amount > 0 and late > 0
                days = map(self.short_day, (invoice.issued_on, invoice.due_on))
                figures = (
                    str(late) if is_late else NOTHING,
                    self.amount(invoice.amount, currency),
                    self.amount(row.settled, currency),
                    self.amount(row.disputed, currency),
                    self.amount(row.open_amount, currency),
                )
                body.append(
                    Row((*map(Cell, (invoice.number, *days)), *(figure(f) for f in figures)))
                )
            body.append(self._invoice_total(currency))
            sections.append(
                Section(heading=currency, table=Table(self._invoice_columns(), (*body,)))
            )
        unnamed = sum(row.invoice.contract_id is None for row in self.evidence.invoices)
        if unnamed and self.evidence.contracts:
            self.gaps.append(self.say("gap_contract_of", count=unnamed))
        return self.system("invoices", sections, self.evidence.invoices[0].invoice.issued_on)

    def _invoice_columns(self) -> tuple[Column, ...]:
        texts = (("number", 17.0), ("issued", 14.0), ("due", 14.0))
        figures = (
            ("days_late", 8.0),
            ("amount", 12.5),
            ("settled", 12.0),
            ("disputed", 10.5),
            ("open", 12.0),
        )
        return (
            *(Column(self.words[word], width) for word, width in texts),
            *(Column(self.words[word], width, is_number=True) for word, width in figures),
        )

    def _invoice_total(self, currency: str) -> Row:
        rows = [r for r in self.evidence.invoices if r.invoice.currency == currency]
        sums = (
            sum((r.invoice.amount for r in rows), Decimal(0)),
            sum((r.settled for r in rows), Decimal(0)),
            sum((r.disputed for r in rows), Decimal(0)),
            sum((r.open_amount for r in rows), Decimal(0)),
        )
        cells = [figure(self.amount(s, currency)) for s in sums]
        return Row((Cell(self.say("total", currency=currency), span=4), *cells), "total")

    def receipts(self) -> DraftExhibit:
        """Payments and credit notes by day, each with what it settled."""
        entries: list[Receipt | CreditNote] = [
            *self.evidence.receipts,
            *self.evidence.credit_notes,
        ]
        entries.sort(key=lambda one: (self._day_of(one), one.pk))
        rows: list[Row] = []
        for one in entries:
            rows += self._money_rows(one)
        columns = (
            Column(self.words["received"], 17),
            Column(self.words["kind"], 14),
            Column(self.words["reference"], 36),
            Column(self.words["amount"], 33, is_number=True),
        )
        sections = [Section(table=Table(columns, tuple(rows)))]
        return self.system("receipts", sections, self._day_of(entries[0]))

    @staticmethod
    def _day_of(one: Receipt | CreditNote) -> dt.date:
        return one.received_on if isinstance(one, Receipt) else one.issued_on

    def _money_rows(self, one: Receipt | CreditNote) -> Iterator[Row]:
        if isinstance(one, Receipt):
            kind, said = self.words["receipt"], (one.payer_name, one.reference)
        else:
            kind, said = self.words["credit_note"], (one.number, one.reason)
        cells = (
            Cell(self.short_day(self._day_of(one))),
            Cell(kind),
            Cell(" · ".join(part for part in said if part) or NOTHING),
            figure(self.money(one.amount, one.currency)),
        )
        allocations: list[Allocation] = list(one.allocations.all())
        yield Row(cells, "lead" if allocations else "")
        for row in allocations:
            word = "settles" if row.amount > 0 else "taken_back"
            yield Row(
                (
                    Cell(""),
                    Cell(self.short_day(row.effective_on)),
                    Cell(self.say(word, invoice=row.invoice.number)),
                    figure(self.money(row.amount, one.currency)),
                ),
                "sub",
            )

    def disputes(self) -> DraftExhibit:
        """What was contested, and what came of it."""
        sections = [
            Section(
                heading=row.invoice.number,
                facts=(
                    self.line("received", self.day(row.opened_on)),
                    self.line("amount", self.money(row.amount, row.invoice.currency)),
                    self.line("reason", self.label(row.get_reason_display())),
                    self.line("state", self.label(row.get_state_display())),
                    self.line("result", row.resolution),
                ),
                paragraphs=(row.note,) if row.note else (),
            )
            for row in self.evidence.disputes
        ]
        return self.system("disputes", sections, self.evidence.disputes[0].opened_on)

    def notices(self) -> DraftExhibit:
        """Which rules the debtor was told and said that it had read, word by word."""
        sections = [notice_section(self, row) for row in self.evidence.acknowledgements]
        return self.system("notices_read", sections, self.evidence.acknowledgements[0].at.date())

    def complaints(self) -> DraftExhibit:
        """What the debtor complained of, and its history as it was recorded."""
        sections = [complaint_section(self, row) for row in self.evidence.complaints]
        return self.system("complaints", sections, self.evidence.complaints[0].received_at.date())

    def promises(self) -> DraftExhibit:
        """What the debtor undertook to pay."""
        columns = (
            Column(self.words["promised_on"], 18),
            Column(self.words["pay_by"], 18),
            Column(self.words["for_invoice"], 22),
            Column(self.words["state"], 17),
            Column(self.words["amount"], 25, is_number=True),
        )
        rows = tuple(
            Row(
                (
                    Cell(self.short_day(row.promised_on)),
                    Cell(self.short_day(row.due_on)),
                    Cell(row.invoice.number if row.invoice else self.words["balance"]),
                    Cell(self.label(row.get_state_display())),
                    figure(self.money(row.amount, row.currency)),
                )
            )
            for row in self.evidence.promises
        )
        first = self.evidence.promises[0].promised_on
        return self.system("promises", [Section(table=Table(columns, rows))], first)

    def interactions(self) -> DraftExhibit:
        """The log, in the words it was recorded; a correction says so."""
        entries, attached = [], []
        # Letters and mails are exhibits of their own: the log points to them instead of printing
        # them twice.
        shown = {
            letter.document.pk: _letter_file(letter, letter.document)
            for letter in self.evidence.letters
            if letter.document is not None
        }
        mails = {mail.interaction_id: mail_file(mail) for mail in self.evidence.mails}
        with translation.override(self.language):
            abouts = abouts_of(self.evidence.interactions)
        for row in self.evidence.interactions:
            mail = mails.get(row.pk)
            body = [self.say("mail_shown", name=mail) if mail else row.body]
            if abouts[row.pk]:
                body.append(
                    self.say("said_about", things=", ".join(x.label for x in abouts[row.pk]))
                )
            for file in row.attachments.all():
                name = shown.get(file.document_id)
                if name is None:
                    name = f"interactions/{row.pk}-{file.pk}-{file.document.original_name}"
                    attached.append(Attached(name, file.document))
                body.append(self._file_line(name, file))
            said = "\n".join(line for line in body if line)
            entries.append(
                LogEntry(self.moment(row.occurred_at), self._what(row), row.subject, said)
            )
        first = self.evidence.interactions[0].occurred_at.date()
        exhibit = self.system("interactions", [Section(entries=tuple(entries))], first)
        return replace(exhibit, attached=tuple(attached))

    def _what(self, row: Interaction) -> str:
        """How it was said, what came of it, and who recorded it when."""
        who = str(row.recorded_by or self.words["system"])
        parts = [self.label(row.get_kind_display()), self.label(row.get_direction_display())]
        if row.outcome:
            parts.append(self.label(row.get_outcome_display()))
        parts.append(self.say("recorded", at=self.moment(row.recorded_at), who=who))
        if row.corrects_id:
            parts.append(self.words["corrects"])
        return " · ".join(parts)

    def _file_line(self, name: str, file: InteractionDocument) -> str:
        """A file of an entry; of a recording also whether the other side knew, and its hash."""
        recording = getattr(file, "recording", None)
        if recording is None:
            return f"[{name}]"
        facts = [self.label(recording.get_consent_display()), recording.jurisdiction]
        facts.append(recording.note)
        consent = " · ".join(part for part in facts if part)
        return self.say("recording", name=name, consent=consent, sha256=file.document.sha256)

    def messages(self) -> DraftExhibit:
        """Reminders as they were sent; their raw bytes lie in the archive."""
        entries = [
            LogEntry(
                when=self.moment(row.sent_at) if row.sent_at else NOTHING,
                what=self.say("sent_to", to=row.to_email, id=row.message_id),
                subject=row.subject,
                body=row.body,
            )
            for row in self.evidence.messages
        ]
        first = self.evidence.messages[0].queued_at.date()
        return self.system("messages", [Section(entries=tuple(entries))], first)

    def letters(self) -> Iterator[DraftExhibit]:
        """One exhibit per demand letter, with the letter itself behind it."""
        if not self.evidence.letters:
            self.gaps.append(self.say("gap_no_demand"))
        for letter in self.evidence.letters:
            if letter.document is None:
                continue
            self.gaps.append(self.say("gap_service", number=letter.reference))
            name = _letter_file(letter, letter.document)
            yield DraftExhibit(
                title=self.say("letter", number=letter.reference),
                proves=self.words["letter_proves"],
                source=self.own(),
                made_on=self.day(letter.created_at.date()),
                original=self.words["copy_file"],
                sections=(),
                attached=(Attached(name, letter.document),),
            )

    def interest(self) -> DraftExhibit:
        """The calculation, line by line, invoice by invoice."""
        sections, verified = [], True
        with translation.override(self.language):
            for one in self.evidence.interest:
                if one.calculation is None:
                    why, number = one.problem_text, one.invoice.number
                    self.gaps.append(self.say("gap_interest", number=number, why=why))
                elif one.calculation.lines:
                    verified = verified and one.calculation.verified
                    sections.append(interest_section(self, one))
            sections.append(interest_sums(self))
        if not verified:
            self.gaps.append(self.words["gap_unverified"])
        return self.system("interest", sections, self.evidence.as_of_on)

    def _note_gaps(self) -> None:
        """What a court will ask for and these records cannot show."""
        if not any(one.confirmed for one in self.evidence.balances):
            self.gaps.append(self.words["gap_no_acknowledgement"])
        if not self.evidence.interactions:
            self.gaps.append(self.words["gap_no_talk"])


def _letter_file(letter: DemandLetter, document: Document) -> str:
    """Where a letter's PDF lies in the archive."""
    return f"letters/{letter.pk}-{document.original_name}"
