"""Looking after clients: what a look found, and what people are told of by themselves."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class LookOutcome(TextChoices):
    """What somebody who looked at a client found."""

    CALM = "CALM", pgettext_lazy("look", "Nothing to worry about")
    WATCH = "WATCH", pgettext_lazy("look", "To be watched")
    ACT = "ACT", pgettext_lazy("look", "Something has to be done")


class NoticeSignal(TextChoices):
    """What happened to a client that somebody should know."""

    GRADE = "GRADE", pgettext_lazy("signal", "Grade worsened")
    LIKELY_LATE = "LIKELY_LATE", pgettext_lazy("signal", "Likely to go badly late")
    OVER_LIMIT = "OVER_LIMIT", pgettext_lazy("signal", "Over the credit limit")
    BAD_REPORT = "BAD_REPORT", pgettext_lazy("signal", "Bad credit report")
    EXPIRED_REPORT = "EXPIRED_REPORT", pgettext_lazy("signal", "Credit report has run out")


class NoticeLevel(TextChoices):
    """How soon somebody should read it; from the mildest to the gravest."""

    NOTICE = "NOTICE", pgettext_lazy("notice", "For your information")
    WARNING = "WARNING", pgettext_lazy("notice", "Warning")
    URGENT = "URGENT", pgettext_lazy("notice", "Urgent")
