"""The whole text of a contract as plain values: what is frozen, compared, printed and accepted."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from clients.models import BankAccount, Creditor
from contracts.models import Contract, ContractClause, ContractLine
from contracts.rules.prepayment import agreed_amount
from contracts.rules.totals import totals
from contracts.rules.wording import (
    EN,
    LANGUAGES,
    ZH,
    Facts,
    fill,
    in_language,
    late_charge,
    words_of,
)
from contracts.selectors.contracts import preset_choices
from contracts.selectors.terms import terms_of
from contracts.states import ContractLanguage, LateChargeKind, PrepaymentKind
from core.audit import canonical_json

#: Grows when the shape of the content changes; older versions stay readable as they are.
FORMAT = 1


def contract_content(contract: Contract) -> dict[str, Any]:
    """Everything a contract says, in plain values (texts, numbers as texts, None).

    Placeholders are filled; a fact that is missing shows as a gap. Two contracts with the same
    content have the same `content_hash`. The keys: number, title, title_zh, language,
    governing_language, parties, terms, lines, totals, schedule, clauses.
    """
    ratio = prepayment_ratio(contract)
    lines = list(contract.lines.select_related("service_type"))
    account = bank_account(contract.creditor, contract.currency)
    facts = facts_of(contract, ratio=ratio, account=account)
    words = {language: words_of(facts, language) for language in LANGUAGES}
    sums = totals((line.net, line.tax) for line in lines)
    places = {line.pk: place for place, line in enumerate(lines, start=1)}
    return {
        "format": FORMAT,
        "number": contract.number,
        "title": contract.title,
        "title_zh": contract.title_zh,
        "language": contract.language,
        "governing_language": contract.governing_language,
        "parties": _parties(contract),
        "terms": _terms(contract, ratio, account, facts),
        "lines": [_line(line) for line in lines],
        "totals": {"net": _num(sums.net), "tax": _num(sums.tax), "gross": _num(sums.gross)},
        "schedule": [
            {
                "kind": entry.kind,
                "label": entry.label,
                "due_on": _iso(entry.due_on),
                "line": places.get(entry.line_id or 0),
                "amount": _num(entry.amount),
            }
            for entry in contract.schedule.all()
        ],
        "clauses": [
            _clause(clause, contract.language, words)
            for clause in contract.clauses.select_related("version__clause")
        ],
    }


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of the content's canonical JSON."""
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def prepayment_ratio(contract: Contract) -> Decimal:
    """The frozen ratio; for a contract that is still being written, what it would be today."""
    if contract.prepayment_ratio is not None:
        return contract.prepayment_ratio
    return terms_of(contract).ratio


def bank_account(creditor: Creditor, currency: str) -> BankAccount | None:
    """Where a contract in this currency is paid: the account used on letters."""
    accounts = creditor.bank_accounts.filter(currency=currency)
    return accounts.order_by("-is_default", "pk").first()


def facts_of(contract: Contract, *, ratio: Decimal, account: BankAccount | None) -> Facts:
    """What the clauses of a contract may name."""
    creditor, client = contract.creditor, contract.client
    names = (
        {one: dict(preset_choices(one)).get(contract.late_charge_preset, "") for one in LANGUAGES}
        if contract.late_charge_kind == LateChargeKind.PRESET
        else {}
    )
    return Facts(
        number=contract.number,
        currency=contract.currency,
        title=_both(contract.title, contract.title_zh),
        supplier={one: creditor.name_in(one) for one in LANGUAGES},
        supplier_address={one: creditor.address_in(one) for one in LANGUAGES},
        supplier_email=creditor.email,
        client=client.legal_name,
        client_address=client.address,
        notice_email=contract.notice_email,
        notice_address=contract.notice_address or client.address,
        price=contract.amount,
        terms_days=contract.terms_days,
        late_kind=contract.late_charge_kind,
        late_rate=contract.late_charge_rate,
        late_basis=contract.late_charge_basis,
        late_preset=contract.late_charge_preset,
        preset_names=names,
        suspension_days=contract.suspension_days,
        acceptance_days=contract.acceptance_days,
        minutes_days=contract.minutes_days,
        prepayment_ratio=ratio,
        prepayment_kept=contract.prepayment_kept,
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        governing_law=contract.governing_law,
        forum=contract.forum,
        bank_account=f"{account.bank_name} {account.account_number}" if account else "",
    )


def _both(english: str, chinese: str) -> dict[str, str]:
    return {EN: english or chinese, ZH: chinese or english}


def _parties(contract: Contract) -> dict[str, dict[str, str]]:
    creditor, client = contract.creditor, contract.client
    return {
        "supplier": {
            "name": creditor.legal_name,
            "name_zh": creditor.legal_name_zh,
            "registration": creditor.registration_number,
            "address": creditor.address,
            "address_zh": creditor.address_zh,
            "email": creditor.email,
            "phone": creditor.phone,
            "signatory": contract.creditor_signatory,
        },
        "client": {
            "name": client.legal_name,
            "registration": client.registration_number,
            "address": client.address,
            "notice_address": contract.notice_address,
            "email": contract.notice_email,
            "signatory": contract.client_signatory,
        },
    }


def _terms(
    contract: Contract, ratio: Decimal, account: BankAccount | None, facts: Facts
) -> dict[str, Any]:
    """The figures that count beside the clauses; those not agreed are None."""
    kind = PrepaymentKind(contract.prepayment_kind)
    amount = agreed_amount(contract.amount, ratio, contract.prepayment_kept, contract.currency)
    # Named only where it is agreed, so that texts frozen before it existed stay what they are.
    minutes = {} if contract.minutes_days is None else {"minutes_days": contract.minutes_days}
    kept = {"prepayment_kept": _num(contract.prepayment_kept)} if contract.prepayment_kept else {}
    return {
        **minutes,
        **kept,
        "currency": contract.currency,
        "price": _num(contract.amount),
        "starts_on": _iso(contract.starts_on),
        "ends_on": _iso(contract.ends_on),
        "terms_days": contract.terms_days,
        "prepayment_kind": kind.value if ratio else None,
        "prepayment_ratio": _num(ratio) if ratio else None,
        "prepayment_amount": _num(amount) if ratio else None,
        "late_charge": late_charge(facts, EN),
        "late_charge_zh": late_charge(facts, ZH),
        "acceptance_days": contract.acceptance_days,
        "suspension_days": contract.suspension_days,
        "governing_law": in_language(facts.governing_law, EN),
        "governing_law_zh": in_language(facts.governing_law, ZH),
        "forum": in_language(facts.forum, EN),
        "forum_zh": in_language(facts.forum, ZH),
        "bank_name": account.bank_name if account else "",
        "account_name": account.account_name if account else "",
        "account_number": account.account_number if account else "",
        "bic": account.bic if account else "",
    }


def _line(line: ContractLine) -> dict[str, Any]:
    return {
        "description": line.description,
        "deliverable": line.deliverable,
        "service": line.service_type.name if line.service_type else "",
        "service_zh": line.service_type.name_zh if line.service_type else "",
        "quantity": _num(line.quantity),
        "unit": line.unit,
        "unit_price": _num(line.unit_price),
        "tax_percent": _num(line.tax_percent),
        "deliver_on": _iso(line.deliver_on),
        "net": _num(line.net),
        "tax": _num(line.tax),
        "total": _num(line.net + line.tax),
    }


def _clause(
    clause: ContractClause, language: str, words: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """A clause in the languages of the contract; the other language is no part of it."""
    has_english = language != ContractLanguage.ZH
    has_chinese = language != ContractLanguage.EN
    version = clause.version
    return {
        "kind": clause.kind,
        "code": version.clause.code if version else "",
        "version": version.number if version else None,
        "heading": clause.heading if has_english else "",
        "heading_zh": clause.heading_zh if has_chinese else "",
        "body": fill(clause.body, words[EN], EN) if has_english else "",
        "body_zh": fill(clause.body_zh, words[ZH], ZH) if has_chinese else "",
    }


def _num(figure: Decimal | None) -> str | None:
    """One spelling per figure, whether it comes from a form or from the database."""
    if figure is None:
        return None
    text = format(figure, "f")
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
