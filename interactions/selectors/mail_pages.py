"""Reads of the mail archive's pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.models import Client
from core.models import User
from interactions.models import MailMessage, MailProposal, MailSuggestion
from interactions.selectors.about import About
from interactions.states import MailState


def mail_abouts(keys: Sequence[str]) -> Mapping[str, About]:
    """Archived mails as the log names them: a way to the mail itself. Asks the database nothing."""
    return {
        key: About(_("The mail itself"), reverse("interactions:mail", args=[key])) for key in keys
    }


def mails_waiting(user: User) -> QuerySet[MailMessage]:
    """The tray as this user sees it, the latest first."""
    return _with_suggestions(MailMessage.objects.visible_to(user).in_tray(), user).order_by(
        "-received_at", "-pk"
    )


def mails_dismissed(user: User) -> QuerySet[MailMessage]:
    """What was set aside, the latest first. The back office's only."""
    found = MailMessage.objects.visible_to(user).filter(state=MailState.DISMISSED)
    return _with_suggestions(found, user).order_by("-received_at", "-pk")


def _with_suggestions(mails: QuerySet[MailMessage], user: User) -> QuerySet[MailMessage]:
    """Each with the clients it may belong to, as far as the user may know of them."""
    mine = Client.objects.visible_to(user)
    suggestions = (
        MailSuggestion.objects.filter(client__in=mine)
        .select_related("client", "contact")
        .order_by("position", "pk")
    )
    # The texts of a list are its subjects.
    return mails.defer("text", "html").prefetch_related(
        Prefetch("suggestions", queryset=suggestions)
    )


def proposals_waiting(user: User) -> QuerySet[MailProposal]:
    """Promises and disputes read in mails that nobody decided about, the latest first."""
    return (
        MailProposal.objects.visible_to(user)
        .open()
        .select_related("mail__client")
        .defer("mail__text", "mail__html")
        .order_by("-created_at", "-pk")
    )


def thread_mails(mail: MailMessage, user: User) -> QuerySet[MailMessage]:
    """The conversation of a mail in order, as far as the user may see it."""
    return (
        MailMessage.objects.visible_to(user)
        .filter(thread_id=mail.thread_id)
        .defer("html")
        .order_by("occurred_at", "pk")
    )
