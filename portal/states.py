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


class StatementOutcome(TextChoices):
    """What a client said of its balance as a whole."""

    CONFIRMED = "CONFIRMED", pgettext_lazy("statement", "Confirmed")
    PARTLY = "PARTLY", pgettext_lazy("statement", "Partly confirmed")
    OBJECTED = "OBJECTED", pgettext_lazy("statement", "Objected to")


class LineAnswer(TextChoices):
    """What a client said of one invoice."""

    CONFIRMED = "CONFIRMED", pgettext_lazy("statement line", "Acknowledged")
    OBJECTED = "OBJECTED", pgettext_lazy("statement line", "Contested")


class StatementState(TextChoices):
    """Where asking a client to confirm its balance stands; follows from link and answer."""

    ASKED = "ASKED", pgettext_lazy("balance confirmation", "Asked")
    OPENED = "OPENED", pgettext_lazy("balance confirmation", "Opened")
    SILENT = "SILENT", pgettext_lazy("balance confirmation", "Silent")
    CONFIRMED = "CONFIRMED", pgettext_lazy("balance confirmation", "Confirmed")
    PARTLY = "PARTLY", pgettext_lazy("balance confirmation", "Partly confirmed")
    OBJECTED = "OBJECTED", pgettext_lazy("balance confirmation", "Objected to")
    CLOSED = "CLOSED", pgettext_lazy("balance confirmation", "Closed unanswered")


class BatchRowState(TextChoices):
    """How asking one client of a batch ended. From SENDING it never goes back to a second mail."""

    WAITING = "WAITING", pgettext_lazy("batch", "Waiting")
    SENDING = "SENDING", pgettext_lazy("batch", "Being sent")
    SENT = "SENT", pgettext_lazy("batch", "Sent")
    FAILED = "FAILED", pgettext_lazy("batch", "Not sent")
    IN_DOUBT = "IN_DOUBT", pgettext_lazy("batch", "Not known whether it arrived")
    NO_ADDRESS = "NO_ADDRESS", pgettext_lazy("batch", "No address")
    REFUSED = "REFUSED", pgettext_lazy("batch", "Not asked")


BATCH_ROW_TRANSITIONS: dict[BatchRowState, frozenset[BatchRowState]] = {
    BatchRowState.WAITING: frozenset({BatchRowState.SENDING}),
    BatchRowState.SENDING: frozenset(
        {
            BatchRowState.SENT,
            BatchRowState.FAILED,
            BatchRowState.IN_DOUBT,
            BatchRowState.REFUSED,
        }
    ),
    BatchRowState.SENT: frozenset(),
    BatchRowState.FAILED: frozenset(),
    BatchRowState.IN_DOUBT: frozenset(),
    BatchRowState.NO_ADDRESS: frozenset(),
    BatchRowState.REFUSED: frozenset(),
}
