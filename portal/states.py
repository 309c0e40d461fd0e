"""States and choices of client links."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class LinkState(TextChoices):
    """Where a link stands; follows from its times, see `PortalLink.state_at`."""

    WAITING = "WAITING", pgettext_lazy("link", "Not opened")
    OPENED = "OPENED", pgettext_lazy("link", "Opened")
    ACTED = "ACTED", pgettext_lazy("link", "Answered")
    EXPIRED = "EXPIRED", pgettext_lazy("link", "Expired")
    REVOKED = "REVOKED", pgettext_lazy("link", "Revoked")


class LinkMail(TextChoices):
    """How sending a link by e-mail ended. From SENDING it only goes on, never back to a second."""

    NONE = "", pgettext_lazy("link mail", "Not sent from here")
    SENDING = "SENDING", pgettext_lazy("link mail", "Being sent")
    SENT = "SENT", pgettext_lazy("link mail", "Sent")
    FAILED = "FAILED", pgettext_lazy("link mail", "Refused by the mail server")
    IN_DOUBT = "IN_DOUBT", pgettext_lazy("link mail", "Not known whether it arrived")


MAIL_TRANSITIONS: dict[LinkMail, frozenset[LinkMail]] = {
    LinkMail.NONE: frozenset({LinkMail.SENDING}),
    # Back to NONE only when the text is known not to have left.
    LinkMail.SENDING: frozenset({LinkMail.NONE, LinkMail.SENT, LinkMail.FAILED, LinkMail.IN_DOUBT}),
    LinkMail.SENT: frozenset(),
    LinkMail.FAILED: frozenset(),
    LinkMail.IN_DOUBT: frozenset(),
}


class VisitKind(TextChoices):
    """What somebody did with a link."""

    OPENED = "OPENED", pgettext_lazy("visit", "Opened it")
    ACTED = "ACTED", pgettext_lazy("visit", "Answered")
    REFUSED = "REFUSED", pgettext_lazy("visit", "Was turned away")


class WhyClosed(TextChoices):
    """Why a link does not let anybody act."""

    EXPIRED = "EXPIRED", pgettext_lazy("closed link", "it had expired")
    REVOKED = "REVOKED", pgettext_lazy("closed link", "it was revoked")
    USED = "USED", pgettext_lazy("closed link", "it was answered before")
    OUTDATED = "OUTDATED", pgettext_lazy("closed link", "what it asks about has changed")
    ALTERED = "ALTERED", pgettext_lazy("closed link", "its text no longer matches its hash")
    NOT_POSSIBLE = "NOT_POSSIBLE", pgettext_lazy("closed link", "the answer was not possible")
