"""Use cases that write clients and contacts."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext_lazy as _

from clients.models import BankAccount, Client, ClientDocument, Contact, Creditor
from clients.states import Grade, ScreeningOutcome
from core import audit
from core.documents import store_document
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction, refusing


class UnableToSaveClient(Refusal):
    """The client's data do not hold together."""


class UnableToSaveContact(Refusal):
    """The contact's data do not hold together."""


def name_keys(legal_name: str) -> tuple[str, str]:
    """Pinyin without spaces, and initials, of a name: `上海远东` gives `shanghaiyuandong`, `shyd`.

    Latin words stay as they are; initials take the first letter of each word.
    """
    if legal_name.isascii():
        words = "".join(c if c.isalnum() else " " for c in legal_name.lower()).split()
        return "".join(words)[:400], "".join(w[0] for w in words)[:200]
    words = _join_latin([part for word in _segments()(legal_name) for part in _syllables(word)])
    return "".join(words)[:400], "".join(w[0] for w in words)[:200]


@cache
def _segments() -> Callable[[str], Iterable[str]]:
    """Cuts a text into the words whose characters are read together (`重庆` is not `重` and `庆`).

    Its dictionary is large. Processes that never write a Chinese name start without it.
    """
    from pypinyin.core import Pinyin

    cut: Callable[[str], Iterable[str]] = Pinyin().seg
    return cut


@lru_cache(maxsize=20_000)
def _syllables(word: str) -> tuple[str, ...]:
    """A word's syllables. The same few words make up most names, and spelling one is slow.

    What has no pinyin comes back character by character, to be joined into words again.
    """
    from pypinyin import Style, lazy_pinyin

    spelled: list[str] = lazy_pinyin(word, style=Style.NORMAL, errors=list)  # type: ignore[arg-type]  # a list of parts is documented and taken
    return tuple(part.lower() for part in spelled)


def _join_latin(syllables: list[str]) -> list[str]:
    """Letters that stood together in the name are one word; anything else separates."""
    words: list[str] = []
    word = ""
    for piece in syllables:
        if len(piece) == 1 and piece.isalnum() and piece.isascii():
            word += piece
            continue
        if word:
            words.append(word)
            word = ""
        if piece and piece[0].isalnum():
            words.append(piece)
    if word:
        words.append(word)
    return words


_CLIENT_FIELDS = frozenset(
    {
        "code",
        "legal_name",
        "kind",
        "registration_number",
        "legal_representative",
        "country",
        "address",
        "language",
        "time_zone",
        "segment",
        "owner",
        "notes",
    }
)


@in_transaction
def create_client(
    *, code: str, legal_name: str, actor: User | None, at: dt.datetime, **fields: Any
) -> Client:
    """Take on a client. Raises UnableToSaveClient when the code is taken."""
    _only_known(fields)
    pinyin, initials = name_keys(legal_name)
    client = Client(
        code=code.strip(),
        legal_name=" ".join(legal_name.split()),
        name_pinyin=pinyin,
        name_initials=initials,
        created_at=at,
        **fields,
    )
    _save_client(client)
    audit.record(
        action="clients.create",
        actor=actor,
        at=at,
        subject=client,
        stream=f"client:{client.pk}",
        payload={"code": client.code},
    )
    return client


@in_transaction
def update_client(*, client: Client, actor: User | None, at: dt.datetime, **fields: Any) -> Client:
    """Change a client's data; what changed is audited by field name."""
    _only_known(fields)
    row = Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    changed = sorted(name for name, value in fields.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, fields[name])
    if "legal_name" in changed:
        row.name_pinyin, row.name_initials = name_keys(row.legal_name)
    if changed:
        _save_client(row)
        audit.record(
            action="clients.update",
            actor=actor,
            at=at,
            subject=row,
            stream=f"client:{row.pk}",
            payload={"fields": changed},
        )
    return row


def _only_known(fields: dict[str, Any]) -> None:
    unknown = set(fields) - _CLIENT_FIELDS
    if unknown:
        raise TypeError(f"unknown client fields: {sorted(unknown)}")


def _save_client(client: Client) -> None:
    with refusing(
        UnableToSaveClient,
        {
            "clients_client_code_key": _("Another client has this code. Choose a different one."),
            "client_code_given": _("Give the client a code."),
            "client_name_given": _("Give the client's legal name."),
        },
    ):
        client.save()


@in_transaction
def set_standing(
    *,
    client: Client,
    grade: Grade,
    credit_limit: Decimal | None,
    deposit_ratio: Decimal | None,
    on_credit_hold: bool,
    hold_reason: str,
    actor: User | None,
    at: dt.datetime,
    limit_currency: str = "",
    deposit_basis: str = "",
    terms_days: int | None = None,
) -> None:
    """Write the standing that another room decided, as a snapshot onto the client."""
    if on_credit_hold and not hold_reason:
        raise UnableToSaveClient(_("A hold needs a reason."), field="hold_reason")
    Client.objects.filter(pk=client.pk).update(
        grade=grade,
        credit_limit=credit_limit,
        deposit_ratio=deposit_ratio,
        limit_currency=limit_currency,
        deposit_basis=deposit_basis,
        terms_days=terms_days,
        on_credit_hold=on_credit_hold,
        hold_reason=hold_reason if on_credit_hold else "",
    )
    audit.record(
        action="clients.set_standing",
        actor=actor,
        at=at,
        subject=client,
        stream=f"client:{client.pk}",
        payload={
            "grade": grade,
            "credit_limit": credit_limit,
            "deposit_ratio": deposit_ratio,
            "hold": on_credit_hold,
            "reason": hold_reason,
        },
    )


@in_transaction
def set_screening(
    *,
    client: Client,
    outcome: ScreeningOutcome,
    until: dt.date | None,
    actor: User | None,
    at: dt.datetime,
) -> None:
    """Write how the client's screening was decided, as a snapshot that other rooms read.

    `until` is the last day on which it counts; a rejection has none.
    """
    Client.objects.filter(pk=client.pk).update(screening_outcome=outcome, screened_until=until)
    audit.record(
        action="clients.set_screening",
        actor=actor,
        at=at,
        subject=client,
        stream=f"client:{client.pk}",
        payload={"outcome": outcome, "until": until},
    )


@dataclass(frozen=True, slots=True)
class StandingFigures:
    """Grade, limit, deposit and terms of one client, as another room decided them."""

    client_id: int
    grade: str
    credit_limit: Decimal | None
    limit_currency: str
    deposit_ratio: Decimal | None
    deposit_basis: str
    terms_days: int | None


_STANDINGS: Final = """
UPDATE clients_client k SET grade = s.grade, credit_limit = s.credit_limit,
    limit_currency = s.limit_currency, deposit_ratio = s.deposit_ratio,
    deposit_basis = s.deposit_basis, terms_days = s.terms_days
FROM unnest(%s::bigint[], %s::text[], %s::numeric[], %s::text[], %s::numeric[], %s::text[],
            %s::int[])
    AS s (client_id, grade, credit_limit, limit_currency, deposit_ratio, deposit_basis, terms_days)
WHERE k.id = s.client_id
"""


@in_transaction
def write_standings(*, rows: Sequence[StandingFigures]) -> int:
    """Write the standings of many clients in one statement; holds stay as they are.

    For the room that decides and keeps the history of what it writes; the acts are its own.
    """
    if not rows:
        return 0
    figures = attrgetter(*(one.name for one in fields(StandingFigures)))
    columns = zip(*map(figures, rows), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS, [list(column) for column in columns])
        return int(cursor.rowcount)


@in_transaction
def set_hold(*, client: Client, reason: str, actor: User | None, at: dt.datetime) -> None:
    """Put a client on credit hold for a reason, or with an empty one take the hold away."""
    Client.objects.filter(pk=client.pk).update(
        on_credit_hold=bool(reason), hold_reason=reason[:300]
    )
    audit.record(
        action="clients.set_hold",
        actor=actor,
        at=at,
        subject=client,
        stream=f"client:{client.pk}",
        payload={"hold": bool(reason), "reason": reason[:300]},
    )


_CONTACT_FIELDS = frozenset({"name", "role", "email", "phone", "is_primary", "receives_reminders"})


@in_transaction
def save_contact(
    *,
    client: Client,
    actor: User | None,
    at: dt.datetime,
    contact: Contact | None = None,
    **fields: Any,
) -> Contact:
    """Add or change a contact; the first choice takes the place of the one before."""
    unknown = set(fields) - _CONTACT_FIELDS
    if unknown:
        raise TypeError(f"unknown contact fields: {sorted(unknown)}")
    row = contact or Contact(client=client)
    if row.client_id != client.pk:
        raise UnableToSaveContact(_("This contact belongs to another client."))
    if "email" in fields and fields["email"] != row.email:
        row.email_failed_at = None
    for name, value in fields.items():
        setattr(row, name, value)
    if not row.name.strip():
        raise UnableToSaveContact(_("Give the contact's name."), field="name")
    if row.is_primary:
        Contact.objects.filter(client=client, is_primary=True).exclude(pk=row.pk).update(
            is_primary=False
        )
    row.save()
    audit.record(
        action="clients.save_contact",
        actor=actor,
        at=at,
        subject=client,
        stream=f"client:{client.pk}",
        payload={"contact": row.pk, "fields": sorted(fields)},
    )
    return row


@in_transaction
def set_contact_opt_out(
    *, contact: Contact, opted_out: bool, actor: User | None, at: dt.datetime
) -> None:
    """Note that a contact wants no reminders, or wants them again."""
    Contact.objects.filter(pk=contact.pk).update(opted_out_at=at if opted_out else None)
    audit.record(
        action="clients.opt_out" if opted_out else "clients.opt_in",
        actor=actor,
        at=at,
        subject=contact.client,
        stream=f"client:{contact.client_id}",
        payload={"contact": contact.pk},
    )


def note_failed_address(*, contact: Contact, at: dt.datetime) -> None:
    """A mail server refused this address: it is not written to until it changes."""
    Contact.objects.filter(pk=contact.pk, email_failed_at=None).update(email_failed_at=at)


@in_transaction
def add_client_document(
    *, client: Client, data: bytes, name: str, title: str, actor: User | None, at: dt.datetime
) -> ClientDocument:
    """Keep a file with a client. Raises UnableToStoreDocument for what is not kept."""
    document = store_document(data=data, name=name, actor=actor, at=at)
    row = ClientDocument.objects.create(
        client=client, document=document, title=(title or document.original_name)[:200]
    )
    audit.record(
        action="clients.add_document",
        actor=actor,
        at=at,
        subject=client,
        stream=f"client:{client.pk}",
        payload={"document": document.pk, "sha256": document.sha256},
    )
    return row


@in_transaction
def confirm_bank_feed(
    *, account: BankAccount, through_on: dt.date, on: dt.date, actor: User | None, at: dt.datetime
) -> None:
    """Say through which day this account's statements have been entered."""
    if through_on > on:
        raise Refusal(_("Statements cannot be read beyond today."), field="feed_through_on")
    BankAccount.objects.filter(pk=account.pk).update(feed_through_on=through_on)
    audit.record(
        action="clients.confirm_bank_feed",
        actor=actor,
        at=at,
        subject=account,
        payload={"through": through_on},
    )


@in_transaction
def close_books(
    *, creditor: Creditor, through_on: dt.date, actor: User | None, at: dt.datetime
) -> None:
    """Lock a period: nothing may be dated on or before this day. Moves forward only."""
    row = Creditor.objects.select_for_update(no_key=True).get(pk=creditor.pk)
    if row.books_closed_on and through_on < row.books_closed_on:
        raise Refusal(
            _("The books are closed through %(day)s already; they can only be closed further.")
            % {"day": row.books_closed_on},
            field="books_closed_on",
        )
    Creditor.objects.filter(pk=row.pk).update(books_closed_on=through_on)
    audit.record(
        action="clients.close_books",
        actor=actor,
        at=at,
        subject=creditor,
        payload={"through": through_on},
    )


class UnableToSaveCreditor(Refusal):
    """The creditor's data do not hold together."""


@in_transaction
def save_creditor(
    *, creditor: Creditor, fields: Mapping[str, Any], actor: User | None, at: dt.datetime
) -> Creditor:
    """Add or change one of our own companies; what changed is audited by field name."""
    changed = _assign(creditor, fields)
    with refusing(
        UnableToSaveCreditor,
        {"clients_creditor_code_key": _("Another creditor has this code. Choose a different one.")},
    ):
        creditor.save()
    audit.record(
        action="clients.save_creditor",
        actor=actor,
        at=at,
        subject=creditor,
        payload={"fields": changed},
    )
    return creditor


@in_transaction
def save_bank_account(
    *, account: BankAccount, fields: Mapping[str, Any], actor: User | None, at: dt.datetime
) -> BankAccount:
    """Add or change where a creditor wants to be paid; the audit names the fields only."""
    changed = _assign(account, fields)
    with refusing(
        UnableToSaveCreditor,
        {"bank_account_once": _("This creditor has this account already.")},
    ):
        account.save()
    audit.record(
        action="clients.save_bank_account",
        actor=actor,
        at=at,
        subject=account,
        payload={"fields": changed, "creditor": account.creditor_id},
    )
    return account


def _assign(row: Creditor | BankAccount, fields: Mapping[str, Any]) -> list[str]:
    """Set the fields and name those that differ from what is stored."""
    stored = type(row).objects.select_for_update(no_key=True).filter(pk=row.pk).first()
    for name, value in fields.items():
        setattr(row, name, value)
    return sorted(n for n, v in fields.items() if stored is None or getattr(stored, n) != v)
