"""States and choices of credit."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Factor(TextChoices):
    """What the points of a score are for, in the order of `credit.rules.score.FACTORS`."""

    LATE_0 = "late_0", pgettext_lazy("score factor", "Paid late")
    LATE_7 = "late_7", pgettext_lazy("score factor", "Paid over 7 days late")
    LATE_30 = "late_30", pgettext_lazy("score factor", "Paid over 30 days late")
    RECENT = "recent", pgettext_lazy("score factor", "Days late recently")
    BROKEN_PROMISES = "broken_promises", pgettext_lazy("score factor", "Broken promises")
    DISPUTES_LOST = "disputes_lost", pgettext_lazy("score factor", "Disputes without ground")
    RETURNS = "returns", pgettext_lazy("score factor", "Frequent returns")
    DEMANDS = "demands", pgettext_lazy("score factor", "Demands that were never agreed")
    ABUSE = "abuse", pgettext_lazy("score factor", "Abuse")
    FREELOADING = "freeloading", pgettext_lazy("score factor", "Work obtained for free")
    REPORTS = "reports", pgettext_lazy("score factor", "Reports of third parties")

    @property
    def is_behaviour(self) -> bool:
        """Whether it is more than how invoices are paid."""
        return not self.value.startswith("late_") and self is not Factor.RECENT


class WarningLevel(TextChoices):
    """How soon somebody should look."""

    URGENT = "URGENT", pgettext_lazy("early warning", "Act now")
    WATCH = "WATCH", pgettext_lazy("early warning", "Watch")
    CALM = "CALM", pgettext_lazy("early warning", "Calm")
