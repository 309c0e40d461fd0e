"""The register of the United Kingdom: its company numbers, and what its answers say.

Shapes as documented at https://developer-specs.company-information.service.gov.uk (company
profile, filing history, insolvency, charges). Every member is optional here: what is missing is
left out, what is unknown is passed over, and a member of another type counts as missing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from clients.rules.registration import Scheme, check_registration
from credit.rules.providers import FoundFact, FoundFigure
from credit.states import AdverseKind, ReportFigure

Json = Mapping[str, Any]

_TEXT: Final = 280
_MOST_FACTS: Final = 20
_MOST_NAMES: Final = 4

_ADDRESS: Final = (
    "care_of",
    "po_box",
    "premises",
    "address_line_1",
    "address_line_2",
    "locality",
    "region",
    "postal_code",
    "country",
)
_CLOSED: Final = frozenset({"dissolved", "converted-closed", "closed", "removed"})
_INSOLVENT: Final = frozenset(
    {
        "liquidation",
        "receivership",
        "administration",
        "voluntary-arrangement",
        "insolvency-proceedings",
    }
)
_OPEN_CHARGES: Final = frozenset({"outstanding", "part-satisfied"})
_ENDS: Final = frozenset(
    {
        "case-end-on",
        "administration-ended-on",
        "administration-discharged-on",
        "voluntary-arrangement-ended-on",
        "moratorium-ended-on",
        "concluded-winding-up-on",
    }
)


def company_number(text: str) -> str | None:
    """A company number in the register's spelling: `1234567` gives `01234567`. None if it is none.

    The form alone is looked at; the register has no check digit.
    """
    found = check_registration("GB", text)
    if found.scheme != Scheme.UK_COMPANY or not text.isascii():
        return None
    return found.number if found.holds else (found.allowed or None)


_SUFFIXES: Final = {
    "ltd": "limited",
    "co": "company",
    "plc": "plc",
    "publiclimitedcompany": "plc",
    "llp": "llp",
    "cyf": "limited",
    "cyfyngedig": "limited",
}


def is_same_name(ours: str, theirs: str) -> bool:
    """Whether two spellings name one company: case, signs, `&` and short forms do not count."""
    return bool(_plain_name(ours)) and _plain_name(ours) == _plain_name(theirs)


def _plain_name(name: str) -> str:
    words = re.sub(r"[^\w&+]|_", " ", name.casefold().replace("'", "").replace("’", ""))
    words = words.replace("&", " and ").replace("+", " and ")
    plain = [_SUFFIXES.get(word, word) for word in words.split()]
    plain = plain[1:] if plain[:1] == ["the"] else plain
    joined = "".join(plain)
    long = "publiclimitedcompany"
    return joined.removesuffix(long) + "plc" if joined.endswith(long) else joined


# --- Reading JSON that may hold anything ------------------------------------------------------


def _obj(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else []


def _text(value: object, limit: int = _TEXT) -> str:
    """A string on one line without signs that nobody reads; "" for anything else."""
    if not isinstance(value, str):
        return ""
    printable = "".join(c if c.isprintable() else " " for c in value[: 4 * limit])
    return " ".join(printable.split())[:limit]


def _day(value: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _count(value: object) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value < 10**6 else None  # type: ignore[operator, return-value]  # narrowed above


def names_of(profile: Json) -> tuple[str, tuple[str, ...]]:
    """The name, and the ones it had before."""
    former = [
        _text(_obj(one).get("company_name") or _obj(one).get("name"))
        for one in _list(profile.get("previous_company_names"))
    ]
    return _text(profile.get("company_name")), tuple(filter(None, former))


# --- Figures ----------------------------------------------------------------------------------


def figures_of(
    profile: Json, filings: Json, insolvency: Json, charges: Json
) -> tuple[FoundFigure, ...]:
    """What the register knows, as named figures; those it does not give are left out."""
    F = ReportFigure  # noqa: N806  # an enumeration, shortened
    accounts, statement = _obj(profile.get("accounts")), _obj(profile.get("confirmation_statement"))
    last = _obj(accounts.get("last_accounts"))
    words = {
        F.COMPANY_STATUS: _status(profile),
        F.COMPANY_TYPE: _text(profile.get("type"), 80),
        F.ADDRESS: _address(_obj(profile.get("registered_office_address"))),
        F.INDUSTRY: ", ".join(filter(None, (_text(c, 8) for c in _list(profile.get("sic_codes"))))),
        F.ACCOUNTS_TYPE: _text(last.get("type"), 80).replace("null", ""),
    }
    days = {
        F.INCORPORATED_ON: _day(profile.get("date_of_creation")),
        F.ACCOUNTS_UP_TO: _day(last.get("made_up_to")) or _day(last.get("period_end_on")),
        F.ACCOUNTS_DUE: _accounts_due(accounts),
        F.STATEMENT_DUE: _day(statement.get("next_due")),
        F.LATEST_FILING: _latest_filing(filings),
    }
    texts = {name: text for name, text in words.items() if text}
    texts |= {name: day.isoformat() for name, day in days.items() if day is not None}
    counts = {
        F.CHARGES_OPEN: _open_charges(charges),
        F.CHARGES_DONE: _count(charges.get("satisfied_count")),
        F.INSOLVENCY_CASES: len(_list(insolvency.get("cases"))) if insolvency else None,
    }
    numbers = {name: number for name, number in counts.items() if number is not None}
    return tuple(
        FoundFigure(name=name, text=texts[name])
        if name in texts
        else FoundFigure(name=name, number=Decimal(numbers[name]))
        for name in F
        if name in texts or name in numbers
    )


def _status(profile: Json) -> str:
    parts = (
        _text(profile.get("company_status"), 60),
        _text(profile.get("company_status_detail"), 60),
    )
    return " ".join(filter(None, parts))


def _address(address: Json) -> str:
    return ", ".join(filter(None, (_text(address.get(name), 80) for name in _ADDRESS)))[:_TEXT]


def _accounts_due(accounts: Json) -> dt.date | None:
    following = _obj(accounts.get("next_accounts"))
    return _day(following.get("due_on")) or _day(accounts.get("next_due"))


def _latest_filing(filings: Json) -> dt.date | None:
    days = [_day(_obj(one).get("date")) for one in _list(filings.get("items"))]
    return max((day for day in days if day is not None), default=None)


def _open_charges(charges: Json) -> int | None:
    """How many charges are not satisfied, by the register's own count where it gives one."""
    if not charges:
        return None
    total, done = _count(charges.get("total_count")), _count(charges.get("satisfied_count"))
    listed = sum(1 for _one in _open_items(charges))
    return max(total - done, listed) if total is not None and done is not None else listed


def _open_items(charges: Json) -> Iterator[Json]:
    for one in map(_obj, _list(charges.get("items"))):
        if one.get("status") in _OPEN_CHARGES and isinstance(one.get("status"), str):
            yield one


# --- What stands against the company ----------------------------------------------------------


def facts_of(profile: Json, insolvency: Json, charges: Json) -> tuple[FoundFact, ...]:
    """Insolvency first, then the end of the company, what is overdue, and charges."""
    cases = [_case(_obj(one)) for one in _list(insolvency.get("cases"))]
    facts = [*cases[:_MOST_FACTS], *_status_facts(profile, cases), *_late_facts(profile)]
    if profile.get("undeliverable_registered_office_address") is True:
        facts.append(FoundFact(kind=AdverseKind.OFFICE, details={"flag": "undeliverable"}))
    if profile.get("registered_office_is_in_dispute") is True:
        facts.append(FoundFact(kind=AdverseKind.OFFICE, details={"flag": "in-dispute"}))
    return (*facts, *_charge_facts(charges))


def _case(case: Json) -> FoundFact:
    days = {
        _text(one.get("type"), 60): day
        for one in map(_obj, _list(case.get("dates")))
        if (day := _day(one.get("date"))) is not None
    }
    begun = min((day for name, day in days.items() if name not in _ENDS), default=None)
    ended = max((day for name, day in days.items() if name in _ENDS), default=None)
    details = {
        "case": _text(case.get("type"), 80) or "unknown",
        "number": _text(case.get("number"), 20),
        "ended_on": ended.isoformat() if ended else "",
    }
    return FoundFact(
        kind=AdverseKind.INSOLVENCY,
        dated_on=begun or ended,
        details={name: value for name, value in details.items() if value},
    )


def _status_facts(profile: Json, cases: Sequence[FoundFact]) -> Iterator[FoundFact]:
    status = _text(profile.get("company_status"), 60)
    is_named = any("ended_on" not in case.details for case in cases)
    if status in _INSOLVENT and not is_named:
        yield FoundFact(kind=AdverseKind.INSOLVENCY, details={"status": status})
    elif not cases and _has_insolvency(profile) and status not in _INSOLVENT:
        yield FoundFact(kind=AdverseKind.INSOLVENCY, details={"flag": "history"})
    if status in _CLOSED:
        ceased = _day(profile.get("date_of_cessation"))
        yield FoundFact(kind=AdverseKind.DISSOLVED, dated_on=ceased, details={"status": status})
    if profile.get("company_status_detail") == "active-proposal-to-strike-off":
        yield FoundFact(
            kind=AdverseKind.STRIKE_OFF, details={"status": "active-proposal-to-strike-off"}
        )


def _has_insolvency(profile: Json) -> bool:
    linked = bool(_obj(profile.get("links")).get("insolvency"))
    return profile.get("has_insolvency_history") is True or linked


def _late_facts(profile: Json) -> Iterator[FoundFact]:
    accounts = _obj(profile.get("accounts"))
    following = _obj(accounts.get("next_accounts"))
    if accounts.get("overdue") is True or following.get("overdue") is True:
        yield FoundFact(
            kind=AdverseKind.ACCOUNTS_LATE,
            dated_on=_accounts_due(accounts),
            details={"flag": "overdue"},
        )
    statement = _obj(profile.get("confirmation_statement"))
    if statement.get("overdue") is True:
        yield FoundFact(
            kind=AdverseKind.STATEMENT_LATE,
            dated_on=_day(statement.get("next_due")),
            details={"flag": "overdue"},
        )


def _charge_facts(charges: Json) -> Iterator[FoundFact]:
    listed = list(_open_items(charges))
    for one in listed[:_MOST_FACTS]:
        yield _charge(one)
    more = (_open_charges(charges) or 0) - min(len(listed), _MOST_FACTS)
    if more > 0:
        yield FoundFact(kind=AdverseKind.CHARGE, details={"more": more})


def _charge(one: Json) -> FoundFact:
    holders = [_text(_obj(p).get("name"), 120) for p in _list(one.get("persons_entitled"))]
    number = _count(one.get("charge_number"))
    details = {
        "charge": _text(one.get("charge_code"), 40) or (str(number) if number else ""),
        "status": _text(one.get("status"), 20),
        "holders": list(filter(None, holders))[:_MOST_NAMES],
        "what": _first_words(one.get("particulars")) or _first_words(one.get("classification")),
    }
    return FoundFact(
        kind=AdverseKind.CHARGE,
        dated_on=_day(one.get("created_on")) or _day(one.get("delivered_on")),
        details={name: value for name, value in details.items() if value},
    )


def _first_words(value: object) -> str:
    """The description of an object, or of the first in a list: both are seen in the wild."""
    first = value if isinstance(value, Mapping) else next(iter(_list(value)), None)
    return _text(_obj(first).get("description"))
