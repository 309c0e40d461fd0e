"""Happenings as the entries of a timeline, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contracts.models import ContractTransition
from contracts.states import ContractState
from core.money import format_money
from core.ui import badge_for
from disputes.models import Dispute
from disputes.states import DisputeReason
from interactions.models import Interaction
from interactions.selectors import abouts_of
from interactions.states import Direction, InteractionKind, Outcome
from payments.models import CreditNote, InstalmentPlan, Invoice, Promise, Receipt, Refund
from workspace.selectors.timeline import Moment


def timeline_entries(moments: list[Moment]) -> list[dict[str, Any]]:
    """Dicts for `interactions/_timeline.html`."""
    abouts = abouts_of(one.what for one in moments if isinstance(one.what, Interaction))
    return [
        {
            "at": None if one.on else one.at,
            "on": one.on,
            "abouts": abouts.get(one.what.pk) if isinstance(one.what, Interaction) else None,
            **_WORDS[type(one.what)](one.what),
        }
        for one in moments
    ]


def _money(what: Invoice | Receipt | CreditNote | Promise) -> str:
    return format_money(what.amount, what.currency, get_language() or "en")


def interaction_entry(entry: Interaction) -> dict[str, Any]:
    """An entry of the log; it is corrected by another one, never edited."""
    look = badge_for("interaction_kind", entry.kind)
    title = str(InteractionKind(entry.kind).label)
    if entry.subject:
        title = _("%(kind)s: %(subject)s") % {"kind": title, "subject": entry.subject}
    corrected = list(entry.corrections.all())
    return {
        "icon": look.icon,
        "tone": "info" if entry.direction == Direction.IN else "neutral",
        "title": title,
        "direction": entry.direction,
        "outcome": entry.outcome if entry.outcome in Outcome.values else "",
        "who": entry.recorded_by.name if entry.recorded_by else "",
        "contact": entry.contact.name if entry.contact else "",
        "body": entry.body,
        "corrects": entry.corrects_id,
        "is_corrected": bool(corrected),
        "anchor": f"interaction-{entry.pk}",
        "correct_url": "" if corrected else reverse("interactions:correct", args=[entry.pk]),
        "files": entry.attachments.all(),
        "url": _mail_url(entry),
    }


def _invoice(invoice: Invoice) -> dict[str, Any]:
    return {
        "icon": "file-invoice",
        "tone": "neutral",
        "title": _("Invoice %(number)s over %(amount)s")
        % {"number": invoice.number, "amount": _money(invoice)},
        "body": "",
        "url": reverse("payments:invoice", args=[invoice.pk]),
    }


def _refund(refund: Refund) -> dict[str, Any]:
    amount = format_money(refund.amount, refund.receipt.currency, get_language() or "en")
    return {
        "icon": "arrow-back-up",
        "tone": "quiet",
        "title": _("Refunded %(amount)s") % {"amount": amount},
        "body": refund.reason,
        "money_url": reverse("payments:receipt", args=[refund.receipt_id]),
    }


def _plan(plan: InstalmentPlan) -> dict[str, Any]:
    return {
        "icon": "calendar-due",
        "tone": "info",
        "title": _("Instalments agreed: %(state)s") % {"state": plan.get_state_display()},
        "body": plan.note,
        "url": reverse("payments:plan", args=[plan.pk]),
    }


def _mail_url(entry: Interaction) -> str:
    """Where an archived mail is read, when the entry is one."""
    is_mail = entry.about_type == "interactions.mailmessage"
    return reverse("interactions:mail", args=[entry.about_id]) if is_mail else ""


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return {
        "icon": "cash",
        "tone": "good",
        "title": _("Received %(amount)s") % {"amount": _money(receipt)},
        "body": " · ".join(filter(None, [receipt.payer_name, receipt.reference])),
        "money_url": reverse("payments:receipt", args=[receipt.pk]),
    }


def _credit_note(note: CreditNote) -> dict[str, Any]:
    return {
        "icon": "receipt",
        "tone": "quiet",
        "title": _("Credit note %(number)s over %(amount)s")
        % {"number": note.number, "amount": _money(note)},
        "body": note.reason,
        "money_url": reverse("payments:credit_note", args=[note.pk]),
    }


def _promise(promise: Promise) -> dict[str, Any]:
    return {
        "icon": "heart-handshake",
        "tone": "info",
        "title": _("Promised to pay %(amount)s") % {"amount": _money(promise)},
        "promise_state": promise.state,
        "promise_due": promise.due_on,
        "body": promise.note,
        "url": f"{reverse('interactions:list', args=[promise.client_id])}"
        f"?about=payments.promise:{promise.pk}",
    }


def _dispute(dispute: Dispute) -> dict[str, Any]:
    amount = format_money(dispute.amount, dispute.invoice.currency, get_language() or "en")
    return {
        "icon": "messages",
        "tone": "warn",
        "title": _("Disputed %(amount)s of invoice %(number)s: %(reason)s")
        % {
            "amount": amount,
            "number": dispute.invoice.number,
            "reason": DisputeReason(dispute.reason).label,
        },
        "dispute_state": dispute.state,
        "body": "\n".join(filter(None, [dispute.note, dispute.resolution])),
        "url": reverse("payments:invoice", args=[dispute.invoice_id]),
    }


def _contract(change: ContractTransition) -> dict[str, Any]:
    return {
        "icon": "signature",
        "tone": "neutral",
        "title": _("Contract %(number)s: %(state)s")
        % {
            "number": change.contract.number,
            "state": ContractState(change.to_state).label,
        },
        "who": change.actor.name if change.actor else "",
        "body": change.reason,
        "url": reverse("contracts:contract", args=[change.contract_id]),
    }


_WORDS: dict[type, Callable[[Any], dict[str, Any]]] = {
    Interaction: interaction_entry,
    Invoice: _invoice,
    Refund: _refund,
    InstalmentPlan: _plan,
    Receipt: _receipt,
    CreditNote: _credit_note,
    Promise: _promise,
    Dispute: _dispute,
    ContractTransition: _contract,
}
