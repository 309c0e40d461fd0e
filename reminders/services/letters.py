"""Demand letters: ordered by a person, made by a worker, frozen for good.

Ordering writes rows and a job in one transaction; a worker makes each letter: it reads the
ledger, makes the PDF outside any transaction, then stores bytes, hash, figures and context at
once. A letter that is READY is left alone, so that making it twice changes nothing.
"""

import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils import translation
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Client, Creditor
from core import audit
from core.documents import read_document, store_document
from core.errors import Refusal, stated
from core.jobs import start_job
from core.models import Document, Job, User
from core.money import format_money
from core.pdf.errors import UnableToRenderPdf
from core.pdf.service import render_pdf
from core.transactions import in_transaction
from interactions.services import keep_override, log_interaction, require_calm
from interactions.states import Direction, InteractionKind
from reminders.letters import letter_paper
from reminders.models import DemandLetter, LetterBatch
from reminders.selectors.letters import MAX_INVOICES, LetterFigures, letter_figures
from reminders.states import LetterState, ServiceMethod

#: The kind of background job that makes letters; registered in `reminders.tasks.letters`.
MAKE_LETTERS: Final = "letters"
MAX_BATCH: Final = 200
#: A ZIP made here is not an upload; 200 letters of some hundred kilobytes stay far below.
ZIP_MAX_BYTES: Final = 200 * 1024 * 1024
_LOGO_TYPES: Final = frozenset({"image/png", "image/jpeg"})


class UnableToMakeLetter(Refusal):
    """No letter can be ordered or made for these figures."""


@dataclass(frozen=True, slots=True)
class LetterOrder:
    """What a person asks for: to whom, about which balance, how and by when."""

    client: Client
    creditor: Creditor
    currency: str
    language: str
    deadline_on: dt.date
    service_method: str = ServiceMethod.EMAIL
    with_interest: bool = True
    interest_preset: str = ""
    is_final: bool = False
    attention: str = ""
    facts: str = ""
    tone_reason: str = ""


def check_figures(figures: LetterFigures) -> None:
    """Raise UnableToMakeLetter where a letter would be wrong, saying what would allow one."""
    if not figures.invoices and figures.on_plan:
        raise UnableToMakeLetter(
            _("What is overdue is on an instalment plan. End the plan before demanding it.")
        )
    if not figures.invoices:
        raise UnableToMakeLetter(
            _("Nothing is overdue and undisputed, so there is nothing to demand.")
        )
    if len(figures.invoices) > MAX_INVOICES:
        raise UnableToMakeLetter(
            _("More than %(limit)d invoices are overdue. Send a statement instead of a letter.")
            % {"limit": MAX_INVOICES}
        )
    if figures.credit > 0:
        raise UnableToMakeLetter(
            _(
                "The client has %(credit)s that is applied to no invoice. Apply or refund it "
                "first, so that the letter asks for the right sum."
            )
            % {"credit": stated(figures.credit, figures.currency)}
        )
    if figures.account is None:
        raise UnableToMakeLetter(
            _("%(creditor)s has no bank account in %(currency)s to be named. Enter one first.")
            % {"creditor": figures.creditor, "currency": figures.currency}
        )


@in_transaction
def order_letter(
    *, order: LetterOrder, key: str, on: dt.date, actor: User, at: dt.datetime
) -> DemandLetter:
    """Order one letter, with figures as of `on`, the creditor's today.

    `key` comes from the form: the same form sent twice gives the same letter. Raises
    UnableToMakeLetter when there is nothing to demand, a figure would be wrong, or a letter
    about this balance is being made,
    and UnableToSay when what a person wrote into it is not calm.
    """
    _lock(order.creditor)
    known = _ordered_before(key, actor)
    if known is not None:
        return DemandLetter.objects.get(pk=known.args["letters"][0])
    _check_order(order, on)
    hits = require_calm(
        order.facts,
        language=order.language,
        client=order.client,
        reason=order.tone_reason,
        field="facts",
    )
    check_figures(
        letter_figures(
            client=order.client,
            creditor=order.creditor,
            currency=order.currency,
            on=on,
            with_interest=False,
        )
    )
    if DemandLetter.objects.filter(
        client=order.client,
        creditor=order.creditor,
        currency=order.currency,
        state=LetterState.QUEUED,
    ).exists():
        raise UnableToMakeLetter(_("A letter about this balance is being made. Wait for it."))
    (letter,) = _create([order], batch=None, on=on, actor=actor, at=at)
    keep_override(
        about=letter, client=order.client, hits=hits, reason=order.tone_reason, actor=actor, at=at
    )
    title = _("Demand letter %(reference)s") % {"reference": letter.reference}
    _start(letters=[letter], batch=None, title=title, key=key, actor=actor, at=at)
    return letter


@in_transaction
def order_batch(
    *, orders: Sequence[LetterOrder], key: str, on: dt.date, actor: User, at: dt.datetime
) -> LetterBatch:
    """Order many letters of one creditor at once, with one ZIP of all.

    A client whose figures allow no letter does not stop the others: its letter fails and says
    why. `key` as in `order_letter`. Raises UnableToMakeLetter for none or too many.
    """
    if not 0 < len(orders) <= MAX_BATCH:
        raise UnableToMakeLetter(
            _("Choose between 1 and %(limit)d clients.") % {"limit": MAX_BATCH}, field="clients"
        )
    for creditor in sorted({order.creditor for order in orders}, key=lambda one: one.pk):
        _lock(creditor)
    known = _ordered_before(key, actor)
    if known is not None:
        return LetterBatch.objects.get(pk=known.args["batch"])
    for order in orders:
        _check_order(order, on)
    batch = LetterBatch.objects.create(created_at=at, created_by=actor)
    letters = _create(orders, batch=batch, on=on, actor=actor, at=at)
    title = ngettext("%(count)d demand letter", "%(count)d demand letters", len(letters))
    batch.job = _start(
        letters=letters,
        batch=batch,
        title=title % {"count": len(letters)},
        key=key,
        actor=actor,
        at=at,
    )
    batch.save(update_fields=["job"])
    return batch


def _lock(creditor: Creditor) -> None:
    """One at a time per creditor: numbers have no gaps and a form sent twice finds itself."""
    Creditor.objects.select_for_update(no_key=True).get(pk=creditor.pk)


def _ordered_before(key: str, actor: User) -> Job | None:
    return Job.objects.filter(kind=MAKE_LETTERS, args__key=key, created_by=actor).first()


def _check_order(order: LetterOrder, on: dt.date) -> None:
    if order.deadline_on <= on:
        raise UnableToMakeLetter(
            _("The deadline lies before the letter. Give the client some days."),
            field="deadline_on",
        )


def _create(
    orders: Sequence[LetterOrder],
    *,
    batch: LetterBatch | None,
    on: dt.date,
    actor: User,
    at: dt.datetime,
) -> list[DemandLetter]:
    numbers: dict[int, int] = {}
    rows = []
    for order in orders:
        creditor = order.creditor
        number = numbers.get(creditor.pk) or _last_number(creditor, on.year)
        numbers[creditor.pk] = number + 1
        rows.append(
            DemandLetter(
                creditor=creditor,
                client=order.client,
                batch=batch,
                reference=f"{_prefix(on.year)}{number + 1:04d}",
                currency=order.currency,
                language=order.language,
                as_of_on=on,
                deadline_on=order.deadline_on,
                service_method=order.service_method,
                with_interest=order.with_interest,
                interest_preset=order.interest_preset,
                is_final=order.is_final,
                attention=order.attention,
                facts=order.facts,
                created_at=at,
                created_by=actor,
            )
        )
    return DemandLetter.objects.bulk_create(rows)


def _prefix(year: int) -> str:
    return f"DL-{year}-"


def _last_number(creditor: Creditor, year: int) -> int:
    prefix = _prefix(year)
    latest = (
        DemandLetter.objects.filter(creditor=creditor, reference__startswith=prefix)
        .order_by("-pk")
        .values_list("reference", flat=True)
        .first()
    )
    return int(latest.removeprefix(prefix)) if latest else 0


def _start(
    *,
    letters: Sequence[DemandLetter],
    batch: LetterBatch | None,
    title: str,
    key: str,
    actor: User,
    at: dt.datetime,
) -> Job:
    args = {
        "letters": [letter.pk for letter in letters],
        "batch": batch.pk if batch else None,
        "key": key,
    }
    audit.record(
        action="reminders.order_letters",
        actor=actor,
        at=at,
        subject=batch or letters[0],
        payload={"letters": args["letters"], "batch": args["batch"]},
    )
    return start_job(kind=MAKE_LETTERS, title=title, args=args, actor=actor, at=at)


# --- made by a worker ------------------------------------------------------------------------


def make_letter(*, letter_id: int, at: dt.datetime) -> DemandLetter:
    """Make an ordered letter: figures, PDF, and all of it kept at once.

    A letter that is READY is returned as it is. Raises UnableToMakeLetter or UnableToRenderPdf,
    after noting the reason on the letter.
    """
    letter = _waiting(letter_id)
    if letter is None:
        return DemandLetter.objects.get(pk=letter_id)
    try:
        return _make(letter, at)
    except (UnableToMakeLetter, UnableToRenderPdf) as refusal:
        DemandLetter.objects.filter(pk=letter_id, state=LetterState.QUEUED).update(
            state=LetterState.FAILED, error=str(refusal)[:500]
        )
        raise


def _waiting(letter_id: int) -> DemandLetter | None:
    return (
        DemandLetter.objects.filter(pk=letter_id, state=LetterState.QUEUED)
        .select_related("client", "creditor__logo", "created_by")
        .first()
    )


def _make(letter: DemandLetter, at: dt.datetime) -> DemandLetter:
    figures = letter_figures(
        client=letter.client,
        creditor=letter.creditor,
        currency=letter.currency,
        on=letter.as_of_on,
        with_interest=letter.with_interest,
        preset=letter.interest_preset,
    )
    check_figures(figures)
    assets = _assets(letter.creditor)
    paper = letter_paper(letter, figures, attention=letter.attention, has_logo="logo" in assets)
    pdf = render_pdf(
        template=paper.template,
        context=paper.template_context(),
        language=paper.language,
        assets=assets,
    )
    return _freeze(letter=letter, figures=figures, context=paper.as_json(), pdf=pdf, at=at)


def _assets(creditor: Creditor) -> Mapping[str, bytes]:
    logo = creditor.logo
    if logo is None or logo.mime not in _LOGO_TYPES:
        return {}
    return {"logo": read_document(logo)}


@in_transaction
def _freeze(
    *,
    letter: DemandLetter,
    figures: LetterFigures,
    context: dict[str, Any],
    pdf: bytes,
    at: dt.datetime,
) -> DemandLetter:
    """Keep everything in one transaction. The second of two workers finds it done."""
    row = DemandLetter.objects.select_for_update().get(pk=letter.pk)
    if row.state != LetterState.QUEUED:
        return row
    document = store_document(data=pdf, name=f"{row.reference}.pdf", actor=letter.created_by, at=at)
    interest = figures.interest_total + figures.compensation
    row.document, row.sha256 = document, document.sha256
    row.context = context
    row.principal, row.interest, row.total = figures.principal, interest, figures.total
    row.state, row.error, row.ready_at = LetterState.READY, "", at
    row.save()
    _log(row, letter, document, figures.total, at)
    audit.record(
        action="reminders.make_letter",
        actor=letter.created_by,
        at=at,
        subject=row,
        stream=f"client:{row.client_id}",
        payload={
            "reference": row.reference,
            "sha256": row.sha256,
            "currency": row.currency,
            "principal": figures.principal,
            "interest": interest,
            "total": figures.total,
            "as_of": row.as_of_on,
            "deadline": row.deadline_on,
        },
    )
    return row


def _log(
    row: DemandLetter, letter: DemandLetter, document: Document, total: Decimal, at: dt.datetime
) -> None:
    author = letter.created_by
    language = (author.language if author else "") or letter.creditor.language
    with translation.override(language):
        subject = _("Demand letter %(reference)s") % {"reference": row.reference}
        body = _(
            "%(total)s demanded by %(deadline)s. To be delivered: %(method)s. Dispatch and "
            "delivery are not proven yet."
        ) % {
            "total": format_money(total, row.currency, language),
            "deadline": row.deadline_on.isoformat(),
            "method": row.get_service_method_display(),
        }
    log_interaction(
        client=letter.client,
        kind=InteractionKind.LETTER,
        direction=Direction.OUT,
        occurred_at=at,
        subject=subject,
        body=body,
        about=row,
        document=document,
        actor=author,
        at=at,
    )


def finish_batch(*, batch_id: int, at: dt.datetime) -> LetterBatch:
    """Put the finished letters of a batch into one ZIP, once. None of them: no ZIP."""
    batch = LetterBatch.objects.select_related("created_by").get(pk=batch_id)
    if batch.zip_id is not None:
        return batch
    ready = list(
        batch.letters.filter(state=LetterState.READY)
        .select_related("client", "document")
        .order_by("reference", "pk")
    )
    return _keep_zip(batch, _zip(ready), at) if ready else batch


def _zip(letters: Sequence[DemandLetter]) -> bytes:
    output = io.BytesIO()
    # PDFs are compressed already; storing them keeps the archive quick and its bytes stable.
    with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as archive:
        for letter in letters:
            if letter.document is None:
                continue
            name = f"{letter.reference} {letter.client.legal_name}"[:120]
            entry = zipfile.ZipInfo(
                f"{get_valid_filename(name)}.pdf", date_time=letter.created_at.timetuple()[:6]
            )
            archive.writestr(entry, read_document(letter.document))
    return output.getvalue()


def _keep_zip(batch: LetterBatch, data: bytes, at: dt.datetime) -> LetterBatch:
    with transaction.atomic():
        row = LetterBatch.objects.select_for_update().get(pk=batch.pk)
        if row.zip_id is None:
            row.zip = store_document(
                data=data,
                name=f"letters-{row.pk}.zip",
                actor=batch.created_by,
                at=at,
                limit=ZIP_MAX_BYTES,
            )
            row.save(update_fields=["zip"])
    return row


@in_transaction
def retry_letter(*, letter: DemandLetter, actor: User, at: dt.datetime) -> bool:
    """Make a failed letter again, with figures as of its own day. False when it is not failed."""
    retried = DemandLetter.objects.filter(pk=letter.pk, state=LetterState.FAILED).update(
        state=LetterState.QUEUED, error=""
    )
    if retried:
        title = _("Demand letter %(reference)s") % {"reference": letter.reference}
        key = f"retry:{letter.pk}:{at.isoformat()}"
        _start(letters=[letter], batch=None, title=title, key=key, actor=actor, at=at)
    return bool(retried)
