"""From the content of a version to the words on paper. Reads nothing but that content."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from contracts.letters.labels import BILINGUAL, CLOSING, LABELS, PREAMBLE, WHAT, WHEN
from contracts.letters.paper import (
    TAGS,
    ClausePaper,
    ContractPaper,
    Labelled,
    Paragraph,
    Party,
    Said,
    ScheduleRow,
    ServiceRow,
    Words,
)
from contracts.rules.differences import paragraphs
from contracts.rules.wording import (
    EN,
    ZH,
    capital_amount,
    has_gap,
    money_in_words,
    plain_number,
)
from core.display import format_day, format_long_day
from core.letterhead import Sender, letterhead
from core.money import format_amount

Content = Mapping[str, Any]
_BOTH = "both"


def contract_paper(
    content: Content,
    *,
    created: str,
    sha256: str,
    version: int | None = None,
    is_draft: bool = False,
    has_logo: bool = False,
) -> ContractPaper:
    """The paper of a contract. `version` None is a text that nobody froze."""
    return Writer(content).paper(
        created=created, sha256=sha256, version=version, is_draft=is_draft, has_logo=has_logo
    )


def clause_papers(content: Content) -> tuple[ClausePaper, ...]:
    """The clauses alone, e.g. of a template that has no parties yet.

    Needs of the content: language, clauses.
    """
    writer = Writer({**content, "governing_language": "", "terms": {"currency": ""}})
    return tuple(writer.clause(number, one) for number, one in enumerate(content["clauses"], 1))


class Writer:
    """Writes one contract in the languages it has."""

    def __init__(self, content: Content) -> None:
        self.content, self.terms = content, content["terms"]
        self.currency: str = self.terms["currency"]
        language = content["language"]
        self.languages = (EN, ZH) if language == _BOTH else (language,)
        self.governing: str = content["governing_language"]

    # --- small words ------------------------------------------------------------------------

    def said(self, english: str, chinese: str) -> Said:
        """One statement in each language of the contract."""
        texts = {EN: english, ZH: chinese}
        return tuple(Words(TAGS[one], texts[one]) for one in self.languages)

    def by(self, make: Callable[[str], str]) -> Said:
        """One statement, made for each language."""
        return tuple(Words(TAGS[one], make(one)) for one in self.languages)

    def alone(self, text: str) -> Said:
        """A text that is the same in every language: said once."""
        return (Words("", text),)

    def label(self, name: str) -> Said:
        return self.said(*LABELS[name])

    def plain(self, amount: str | None) -> str:
        return "" if amount is None else format_amount(Decimal(amount), self.currency, EN)

    def money(self, amount: str | None) -> Said:
        if amount is None:
            return ()
        return self.by(lambda one: money_in_words(Decimal(amount), self.currency, one))

    def long_day(self, day: str) -> Said:
        return self.by(lambda one: format_long_day(dt.date.fromisoformat(day), one))

    def short_day(self, day: str | None) -> str:
        # Both columns of a bilingual table share one cell: the ISO form is read in both.
        language = self.languages[0] if len(self.languages) == 1 else ZH
        return format_day(dt.date.fromisoformat(day), language) if day else ""

    # --- the whole --------------------------------------------------------------------------

    def paper(
        self, *, created: str, sha256: str, version: int | None, is_draft: bool, has_logo: bool
    ) -> ContractPaper:
        content = self.content
        lines: Sequence[Mapping[str, Any]] = content["lines"]
        clauses = tuple(
            self.clause(number, clause) for number, clause in enumerate(content["clauses"], 1)
        )
        return ContractPaper(
            language=self.governing if len(self.languages) > 1 else self.languages[0],
            is_bilingual=len(self.languages) > 1,
            number=content["number"],
            created=created,
            is_draft=is_draft,
            version="" if version is None else str(version),
            sha256=sha256,
            title=self.title(),
            sender=self.sender(has_logo=has_logo),
            preamble=self.preamble(),
            parties=(self.party("client"), self.party("supplier")),
            columns=self.columns(),
            labels={name: self.label(name) for name in LABELS},
            key_terms=tuple(self.key_terms()),
            services=tuple(self.service(number, row) for number, row in enumerate(lines, 1)),
            has_tax=any(Decimal(row["tax_percent"]) for row in lines),
            has_deliveries=any(row["deliver_on"] for row in lines),
            totals=self.totals(),
            capital_amount=self.capitals(),
            currency=self.currency,
            schedule=tuple(
                self.entry(number, row) for number, row in enumerate(content["schedule"], 1)
            ),
            schedule_total=self.plain(
                str(sum((Decimal(row["amount"]) for row in content["schedule"]), Decimal(0)))
            ),
            clauses=clauses,
            account=tuple(self.account()),
            closing=self.closing(),
            gaps=sum(
                has_gap(words.text)
                for clause in clauses
                for paragraph in clause.paragraphs
                for words in paragraph.said
            ),
        )

    def title(self) -> Said:
        title, title_zh = self.content["title"], self.content["title_zh"]
        return self.said(title or title_zh or "Contract", title_zh or title or "合同")

    def sender(self, *, has_logo: bool) -> Sender:
        us = self.content["parties"]["supplier"]
        first = self.languages[0]
        chinese = us["name_zh"] or us["name"]
        name, other = (us["name"], chinese) if first == EN else (chinese, us["name"])
        address = us["address"] if first == EN else us["address_zh"] or us["address"]
        contact = " · ".join(part for part in (us["phone"], us["email"]) if part)
        lines = [line.strip() for line in address.splitlines() if line.strip()]
        joined = ("" if first == ZH else ", ").join(line.rstrip(",") for line in lines)
        return letterhead(name, other, (joined, contact), has_logo=has_logo)

    def columns(self) -> Said:
        """The heads of the two columns, saying which text governs; nothing for one language."""
        if len(self.languages) == 1:
            return ()
        names = {EN: "English", ZH: "中文"}
        governs = dict(zip((EN, ZH), LABELS["governs"], strict=True))
        return self.by(
            lambda one: names[one] + (f" · {governs[one]}" if one == self.governing else "")
        )

    def preamble(self) -> Said:
        us, them = self.content["parties"]["supplier"], self.content["parties"]["client"]
        names = {EN: us["name"], ZH: us["name_zh"] or us["name"]}
        texts = dict(zip((EN, ZH), PREAMBLE, strict=True))
        return self.by(lambda one: texts[one].format(supplier=names[one], client=them["name"]))

    def closing(self) -> Said:
        if len(self.languages) == 1:
            return self.said(*CLOSING)
        which = BILINGUAL[self.governing]
        return self.said(f"{which[0]} {CLOSING[0]}", f"{which[1]}{CLOSING[1]}")

    # --- parties ----------------------------------------------------------------------------

    def party(self, role: str) -> Party:
        facts = self.content["parties"][role]
        names = [facts["name"], facts.get("name_zh", "")]
        if self.languages == (EN,):
            names = names[:1]
        elif self.languages == (ZH,):
            names = [names[1] or names[0]]
        return Party(
            role=self.label(role),
            names=tuple(dict.fromkeys(name for name in names if name)),
            facts=tuple(self.party_facts(role, facts)),
            signatory=facts["signatory"],
        )

    def party_facts(self, role: str, facts: Mapping[str, str]) -> list[Labelled]:
        is_client = role == "client"
        chinese = facts.get("address_zh", "")
        address = self.said(facts["address"], chinese) if chinese else self.alone(facts["address"])
        rows = [
            ("registration", self.alone(facts["registration"])),
            ("address", address),
            ("notice_email" if is_client else "email", self.alone(facts["email"])),
            ("phone", self.alone(facts.get("phone", ""))),
        ]
        notice = facts.get("notice_address", "")
        if notice and notice != facts["address"]:
            rows.insert(2, ("notice_address", self.alone(notice)))
        return [
            Labelled(self.label(name), value) for name, value in rows if any(w.text for w in value)
        ]

    # --- part A -----------------------------------------------------------------------------

    def key_terms(self) -> list[Labelled]:
        terms = self.terms
        rows: list[tuple[str, Said]] = [("price", self.money(terms["price"]))]
        rows += [
            (name, self.long_day(terms[name])) for name in ("starts_on", "ends_on") if terms[name]
        ]
        days = terms["terms_days"]
        rows.append(
            (
                "terms",
                self.said(f"{days} days from the invoice date", f"发票（账单）日期后{days}日"),
            )
        )
        rows += [
            self.prepayment(),
            ("late_charge", self.said(terms["late_charge"], terms["late_charge_zh"])),
        ]
        rows.append(("law", self.said(terms["governing_law"], terms["governing_law_zh"])))
        rows.append(("forum", self.said(terms["forum"], terms["forum_zh"])))
        return [
            Labelled(self.label(name), value)
            for name, value in rows
            if any(words.text for words in value)
        ]

    def prepayment(self) -> tuple[str, Said]:
        terms = self.terms
        kind = {"EARNEST": "earnest", "DEPOSIT": "deposit"}.get(
            terms["prepayment_kind"] or "", "prepayment"
        )
        if not terms["prepayment_ratio"]:
            return kind, ()
        share = f"{plain_number(Decimal(terms['prepayment_ratio']) * 100)}%"
        amount = Decimal(terms["prepayment_amount"])
        if terms.get("prepayment_kept"):
            return kind, self.money(terms["prepayment_kept"])
        if not amount:  # no services are listed yet
            return kind, self.said(f"{share} of the contract price", f"合同价款的{share}")
        return kind, self.by(
            lambda one: (
                f"{share}（{money_in_words(amount, self.currency, one)}）"
                if one == ZH
                else f"{share} ({money_in_words(amount, self.currency, one)})"
            )
        )

    def service(self, number: int, row: Mapping[str, Any]) -> ServiceRow:
        return ServiceRow(
            number=str(number),
            description=row["description"],
            deliverable=row["deliverable"],
            quantity=f"{Decimal(row['quantity']):,f}",
            unit=row["unit"],
            unit_price=self.unit_price(Decimal(row["unit_price"])),
            tax=f"{plain_number(Decimal(row['tax_percent']))}%",
            deliver_on=self.short_day(row["deliver_on"]),
            amount=self.plain(row["net"]),
        )

    def unit_price(self, price: Decimal) -> str:
        """With the currency's decimals, or with more where the price has them."""
        written = format_amount(price, self.currency, EN)
        return written if Decimal(written.replace(",", "")) == price else f"{price:,f}"

    def totals(self) -> tuple[tuple[Said, str], ...]:
        sums = self.content["totals"]
        gross = (self.label("gross_total"), self.plain(sums["gross"]))
        if not Decimal(sums["tax"]):
            return (gross,)
        return (
            (self.label("net_total"), self.plain(sums["net"])),
            (self.label("tax_total"), self.plain(sums["tax"])),
            gross,
        )

    def capitals(self) -> str:
        price = self.terms["price"]
        if price is None or ZH not in self.languages:
            return ""
        return capital_amount(Decimal(price), self.currency, ZH)

    # --- part B -----------------------------------------------------------------------------

    def entry(self, number: int, row: Mapping[str, Any]) -> ScheduleRow:
        kind = row["kind"]
        label = self.alone(row["label"]) if row["label"] else self.said(*WHAT[kind])
        day = row["due_on"]
        texts = dict(zip((EN, ZH), WHEN[kind], strict=True))

        def when(language: str) -> str:
            if day:
                return format_long_day(dt.date.fromisoformat(day), language)
            return texts[language].format(line=row["line"], day="")

        return ScheduleRow(
            number=str(number), label=label, due=self.by(when), amount=self.plain(row["amount"])
        )

    def account(self) -> list[Labelled]:
        names = ("account_name", "bank_name", "account_number", "bic")
        return [
            Labelled(self.label(name), self.alone(self.terms[name]))
            for name in names
            if self.terms[name]
        ]

    # --- part C -----------------------------------------------------------------------------

    def clause(self, number: int, clause: Mapping[str, Any]) -> ClausePaper:
        bodies = {EN: paragraphs(clause["body"]), ZH: paragraphs(clause["body_zh"])}
        rows = list(zip_longest(*(bodies[one] for one in self.languages), fillvalue=""))
        return ClausePaper(
            number=str(number),
            heading=self.said(clause["heading"], clause["heading_zh"]),
            paragraphs=tuple(
                Paragraph(
                    number=f"{number}.{place}" if len(rows) > 1 else "",
                    said=tuple(
                        Words(TAGS[one], text)
                        for one, text in zip(self.languages, row, strict=True)
                    ),
                )
                for place, row in enumerate(rows, 1)
            ),
        )
