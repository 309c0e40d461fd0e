"""The agreement on one amendment, as both sides sign it: what it changes, from the two versions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from contracts.letters.labels import LABELS
from contracts.letters.paper import ContractPaper, Labelled, Said
from contracts.letters.writing import Writer, contract_paper
from contracts.rules.differences import (
    ADDED,
    REMOVED,
    Difference,
    FieldChange,
    How,
    Part,
    differences,
)
from contracts.rules.prepayment import Effect, effect_of
from contracts.rules.wording import EN, ZH, money_in_words, plain_number
from core.display import format_long_day

Content = Mapping[str, Any]

#: Part of the text that is signed, so not in the catalogue of translations.
WORDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "title": ("Supplementary Agreement No. {number}", "补充协议（第{number}号）"),
        "contract": ("Contract", "原合同"),
        "signed_on": ("Signed", "签订日期"),
        "changes_version": ("What it changes", "所变更的版本"),
        "versions": ("Version {old}, into version {new}", "第{old}版，变更后为第{new}版"),
        "sha256": ("SHA-256 of the new text", "变更后文本的SHA-256"),
        "what": ("1  What changes", "一、变更内容"),
        "price": ("2  Contract price", "二、合同价款"),
        "schedule": ("3  Payment schedule from now on", "三、变更后的付款计划"),
        "effect_third": ("3  Effect", "三、效力"),
        "effect_fourth": ("4  Effect", "四、效力"),
        "item": ("Item", "事项"),
        "before": ("Until now", "变更前"),
        "after": ("From now on", "变更后"),
        "less": ("Reduction", "减少"),
        "more": ("Increase", "增加"),
        "same": ("The contract price stays as it is.", "合同总价不变。"),
        "line": ("Line {place}: {name}", "第{place}项：{name}"),
        "clause": ("Clause {place}: {name}", "第{place}条　{name}"),
        "number_of_line": ("No. {place}", "第{place}项"),
        "schedule_changes": ("Payment schedule", "付款计划"),
        "see_schedule": ("As in section 3 below", "见下文第三条"),
        "as_agreed": ("As in the Contract", "依原合同"),
        "unit": ("Unit", "单位"),
    }
)
PREAMBLE: Final = (
    "{client} (the “Client”) and {supplier} (the “Supplier”) are parties to contract {number} "
    "(the “Contract”). They agree to change it as follows.",
    "{client}（以下称“甲方”）与{supplier}（以下称“乙方”）为编号{number}合同（以下称“原合同”）的当事人。"
    "现双方经协商一致，就原合同作如下变更。",
)
EFFECT: Final = (
    "This agreement takes effect when both parties have signed it and is part of the Contract. "
    "What it does not change stays as agreed. Where it differs from the Contract, this agreement "
    "prevails.",
    "本补充协议自双方签署之日起生效，是原合同的组成部分。本补充协议未变更的内容，仍按原合同履行；"
    "本补充协议与原合同不一致的，以本补充协议为准。",
)
LANGUAGES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "en": (
            "It is written in English and Chinese; where the two differ, the English text governs.",
            "本补充协议以英文和中文书就，两种文本不一致的，以英文文本为准。",
        ),
        "zh-hans": (
            "It is written in English and Chinese; where the two differ, the Chinese text governs.",
            "本补充协议以英文和中文书就，两种文本不一致的，以中文文本为准。",
        ),
    }
)
PREPAYMENT_NAMES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "PREPAYMENT": ("prepayment", "预付款"),
        "EARNEST": ("earnest money (定金)", "定金"),
        "DEPOSIT": ("security deposit", "保证金"),
    }
)
PREPAYMENT: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "stays": (
            "The {kind} stays at {after}, as agreed; the new contract price does not change it.",
            "{kind}仍为{after}，不因合同总价变更而调整。",
        ),
        "changes": (
            "The {kind} is {after} from now on, instead of {before}.",
            "{kind}由{before}变更为{after}。",
        ),
        "asked": (
            "Until this agreement was drawn up, the Supplier had asked for {asked} before the "
            "work and had received {received}. That stays as it is.",
            "本补充协议拟定时，乙方已就开工前应付款项请求支付{asked}，已收到{received}，均保持不变。",
        ),
        "counts": (
            "What is paid counts in full towards the new contract price.",
            "已付款项全额抵作变更后的合同价款。",
        ),
        "over": (
            "Above 20% of the new contract price it counts as prepayment, not as earnest money.",
            "超过变更后合同总价百分之二十的部分不产生定金的效力，视为预付款。",
        ),
    }
)
AUTHORITY: Final = (
    "The persons signing below confirm that they are authorised to bind the party they sign for.",
    "以下签署人确认其有权代表所签署的一方签订本补充协议。",
)
#: Facts of the contract under the name that its paper gives them.
_TERMS: Final = MappingProxyType(
    {
        "starts_on": "starts_on",
        "ends_on": "ends_on",
        "terms_days": "terms",
        "prepayment_amount": "prepayment",
        "prepayment_ratio": "prepayment",
        "prepayment_kept": "prepayment",
        "acceptance_days": "acceptance",
        "suspension_days": "suspension",
        "governing_law": "law",
        "forum": "forum",
        "late_charge": "late_charge",
    }
)
_MONEY: Final = frozenset({"prepayment_amount", "total"})
#: Said in words, in the section on the price.
_IN_WORDS: Final = frozenset({"price", "prepayment_amount", "prepayment_kept"})
_DAYS: Final = frozenset({"starts_on", "ends_on", "deliver_on"})
#: What follows from other figures of the same line.
_DERIVED: Final = frozenset({"net", "tax"})


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One thing that is different, as it was and as it will be."""

    item: Said
    before: Said
    after: Said


@dataclass(frozen=True, slots=True)
class AgreementPaper:
    """Everything the agreement prints; `contract` is the paper of the new version."""

    contract: ContractPaper
    number: str
    title: Said
    words: Mapping[str, Said]
    facts: tuple[Labelled, ...]
    preamble: Said
    rows: tuple[ChangeRow, ...]
    price_before: Said
    price_after: Said
    difference: Labelled | None
    prepayment: Said
    has_new_schedule: bool
    effect: Said
    authority: Said


def agreement_paper(
    before: Content,
    after: Content,
    *,
    number: int,
    versions: tuple[int, int],
    sha256: str,
    created: str,
    signed_on: dt.date | None,
    prepaid: tuple[Decimal, Decimal],
    is_draft: bool,
    has_logo: bool,
) -> AgreementPaper:
    """The agreement of amendment `number`, which turns the first version into the second.

    `prepaid` is what had been asked for before the work by then, and what had come in.
    """
    return _Agreement(before, after).agreement(
        number=number,
        prepaid=prepaid,
        versions=versions,
        signed_on=signed_on,
        contract=contract_paper(
            after,
            created=created,
            sha256=sha256,
            version=versions[1],
            is_draft=is_draft,
            has_logo=has_logo,
        ),
    )


class _Agreement(Writer):
    """Writes the changes in the languages of the contract."""

    def __init__(self, before: Content, after: Content) -> None:
        super().__init__(after)
        self.before, self.after = before, after
        self.found = differences(before, after)

    def word(self, which: str, **facts: Any) -> Said:
        english, chinese = WORDS[which]
        return self.said(english.format(**facts), chinese.format(**facts))

    def agreement(
        self,
        *,
        number: int,
        versions: tuple[int, int],
        signed_on: dt.date | None,
        prepaid: tuple[Decimal, Decimal],
        contract: ContractPaper,
    ) -> AgreementPaper:
        old, new = versions
        prices = [Decimal(one["terms"]["price"]) for one in (self.before, self.after)]
        plain = {name: self.word(name) for name in WORDS if "{" not in WORDS[name][0]}
        return AgreementPaper(
            contract=contract,
            number=str(number),
            title=self.word("title", number=number),
            words=plain,
            facts=tuple(self.facts(old, new, signed_on)),
            preamble=self.preamble_of(PREAMBLE),
            rows=tuple(self.rows()),
            price_before=self.price(prices[0]),
            price_after=self.price(prices[1]),
            difference=self.difference(prices[1] - prices[0]),
            prepayment=self.prepayment_words(*prepaid),
            has_new_schedule=any(one.part is Part.SCHEDULE for one in self.found),
            effect=self.effect(),
            authority=self.said(*AUTHORITY),
        )

    def facts(self, old: int, new: int, signed_on: dt.date | None) -> Iterator[Labelled]:
        yield Labelled(self.word("contract"), self.alone(self.after["number"]))
        if signed_on:
            day = signed_on
            yield Labelled(self.word("signed_on"), self.by(lambda one: format_long_day(day, one)))
        yield Labelled(self.word("changes_version"), self.word("versions", old=old, new=new))

    def preamble_of(self, texts: tuple[str, str]) -> Said:
        us, them = self.after["parties"]["supplier"], self.after["parties"]["client"]
        names = {EN: us["name"], ZH: us["name_zh"] or us["name"]}
        by_language = dict(zip((EN, ZH), texts, strict=True))
        return self.by(
            lambda one: by_language[one].format(
                supplier=names[one], client=them["name"], number=self.after["number"]
            )
        )

    def price(self, amount: Decimal) -> Said:
        return self.by(lambda one: money_in_words(amount, self.currency, one))

    def difference(self, amount: Decimal) -> Labelled | None:
        if not amount:
            return None
        return Labelled(self.word("more" if amount > 0 else "less"), self.price(abs(amount)))

    def prepayment_words(self, asked: Decimal, received: Decimal) -> Said:
        """What the new price means for the prepayment; nothing where the price stays."""
        terms = (self.before["terms"], self.after["terms"])
        found = effect_of(*terms, asked=asked, received=received)
        if found is None:
            return ()
        names = dict(zip((EN, ZH), PREPAYMENT_NAMES[found.kind], strict=True))
        said = [dict(zip((EN, ZH), PREPAYMENT[one], strict=True)) for one in _sentences(found)]

        def write(language: str) -> str:
            sums = {
                name: money_in_words(getattr(found, name), self.currency, language)
                for name in ("before", "after", "asked", "received")
            }
            text = ("" if language == ZH else " ").join(one[language] for one in said)
            return text.format(kind=names[language], **sums)

        return self.by(write)

    def effect(self) -> Said:
        if len(self.languages) == 1:
            return self.said(*EFFECT)
        which = LANGUAGES[self.governing]
        return self.said(f"{EFFECT[0]} {which[0]}", f"{EFFECT[1]}{which[1]}")

    # --- rows -------------------------------------------------------------------------------

    def rows(self) -> Iterator[ChangeRow]:
        for one in self.found:
            if one.part is Part.LINES:
                yield from self.line_rows(one)
            elif one.part is Part.CLAUSES:
                yield from self.clause_rows(one)
            elif one.part in {Part.TERMS, Part.PARTIES}:
                yield from self.term_rows(one)
        if any(one.part is Part.SCHEDULE for one in self.found):
            yield ChangeRow(
                self.word("schedule_changes"), self.word("as_agreed"), self.word("see_schedule")
            )

    def term_rows(self, one: Difference) -> Iterator[ChangeRow]:
        changed = {change.name for change in one.fields}
        for change in one.fields:
            name = change.name
            twin = name.removesuffix("_zh")
            # The price and what it means have their own section; a pair of languages is one row.
            if name in _IN_WORDS or (twin != name and twin in changed):
                continue
            yield ChangeRow(self.name_of(_TERMS.get(twin, twin)), *self.sides(change))

    def line_rows(self, one: Difference) -> Iterator[ChangeRow]:
        if one.how in {How.ADDED, How.REMOVED}:
            is_new = one.how is How.ADDED
            place = one.new_place if is_new else one.old_place
            row = (self.after if is_new else self.before)["lines"][place - 1]
            whole = self.whole_line(row)
            nothing = self.alone("–")
            before, after = (nothing, whole) if is_new else (whole, nothing)
            yield ChangeRow(self.line_name(place, row["description"]), before, after)
            return
        if one.old_place != one.new_place:
            yield ChangeRow(
                self.alone(one.label),
                self.word("number_of_line", place=one.old_place),
                self.word("number_of_line", place=one.new_place),
            )
        item = self.line_name(one.new_place, self.after["lines"][one.new_place - 1]["description"])
        for change in sorted(one.fields, key=lambda change: change.name in _MONEY):
            if change.name not in _DERIVED and not change.name.endswith("_zh"):
                yield ChangeRow(self.beside(item, self.name_of(change.name)), *self.sides(change))

    def line_name(self, place: int, name: str) -> Said:
        return self.word("line", place=place, name=name)

    def whole_line(self, row: Mapping[str, Any]) -> Said:
        service = self.service(1, row)
        sum_of = f"{self.currency} {self.plain(row['total'])}"
        quantity = f"{service.quantity} {service.unit}".strip()
        text = f"{quantity} × {service.unit_price} = {sum_of}"
        if Decimal(row["tax_percent"]):
            text = f"{quantity} × {service.unit_price} + {service.tax} = {sum_of}"
        if not row["deliver_on"]:
            return self.alone(text)
        day = dt.date.fromisoformat(row["deliver_on"])
        labels = dict(zip((EN, ZH), LABELS["deliver_on"], strict=True))
        return self.by(lambda one: f"{text}; {labels[one]} {format_long_day(day, one)}")

    def clause_rows(self, one: Difference) -> Iterator[ChangeRow]:
        place = one.new_place or one.old_place
        item = self.said(
            WORDS["clause"][0].format(place=place, name=one.label),
            WORDS["clause"][1].format(place=place, name=one.label_zh),
        )
        for change in one.fields:
            yield ChangeRow(item, *self.sides(change))

    # --- small words --------------------------------------------------------------------------

    def name_of(self, name: str) -> Said:
        if name in WORDS:
            return self.word(name)
        return self.label(name) if name in LABELS else self.alone(name.replace("_", " "))

    def beside(self, item: Said, name: Said) -> Said:
        texts = {a.tag: f"{a.text} · {b.text}" for a, b in zip(item, name, strict=False)}
        return self.said(texts.get("en", ""), texts.get("zh-Hans", ""))

    def sides(self, change: FieldChange) -> tuple[Said, Said]:
        return self.side(change, REMOVED), self.side(change, ADDED)

    def side(self, change: FieldChange, kind: str) -> Said:
        other = ADDED if kind == REMOVED else REMOVED
        text = "".join(piece.text for piece in change.pieces if piece.kind != other)
        return self.value(change.name.rpartition(".")[2], text)

    def value(self, name: str, text: str) -> Said:
        if not text:
            return self.alone("–")
        if name in _DAYS:
            return self.long_day(text)
        return self.alone(self.figure(name, text))

    def figure(self, name: str, text: str) -> str:
        if name in _MONEY:
            return f"{self.currency} {self.plain(text)}"
        written: Mapping[str, Callable[[Decimal], str]] = {
            "unit_price": lambda figure: f"{self.currency} {self.unit_price(figure)}",
            "quantity": lambda figure: f"{figure:,f}",
            "tax_percent": lambda figure: f"{plain_number(figure)}%",
            "prepayment_ratio": lambda figure: f"{plain_number(figure * 100)}%",
        }
        return written[name](Decimal(text)) if name in written else text


def _sentences(found: Effect) -> Iterator[str]:
    yield "stays" if found.stays else "changes"
    if found.asked:
        yield "asked"
    if found.kind == "PREPAYMENT" and found.asked:
        yield "counts"
    if found.is_over_cap:
        yield "over"
