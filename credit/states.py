"""States and choices of credit."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Factor(TextChoices):
    """What the points of a score are for, in the order of `credit.rules.score.FACTORS`."""

    LATE_0 = "late_0", pgettext_lazy("score factor", "Paid late")
    LATE_7 = "late_7", pgettext_lazy("score factor", "Paid over 7 days late")
    LATE_30 = "late_30", pgettext_lazy("score factor", "Paid over 30 days late")
    RECENT = "recent", pgettext_lazy("score factor", "Days late of late")
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


class RelatedSign(TextChoices):
    """What two clients have in common."""

    REGISTRATION = "REGISTRATION", pgettext_lazy("sign", "Same registration number")
    LEGAL_REPRESENTATIVE = (
        "LEGAL_REPRESENTATIVE",
        pgettext_lazy("sign", "Same legal representative"),
    )
    ADDRESS = "ADDRESS", pgettext_lazy("sign", "Same address")
    PHONE = "PHONE", pgettext_lazy("sign", "Same phone number")
    MAIL_DOMAIN = "MAIL_DOMAIN", pgettext_lazy("sign", "Same e-mail domain")
    PAYER = "PAYER", pgettext_lazy("sign", "Same payer")
    NAME = "NAME", pgettext_lazy("sign", "Similar name")


class RelatedState(TextChoices):
    """Life of a proposal that two clients belong together."""

    PROPOSED = "PROPOSED", pgettext_lazy("related", "To be decided")
    CONFIRMED = "CONFIRMED", pgettext_lazy("related", "Belong together")
    DISMISSED = "DISMISSED", pgettext_lazy("related", "Not related")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("related", "No sign is left")


R = RelatedState
RELATED_TRANSITIONS: dict[RelatedState, frozenset[RelatedState]] = {
    R.PROPOSED: frozenset({R.CONFIRMED, R.DISMISSED, R.WITHDRAWN}),
    R.CONFIRMED: frozenset({R.DISMISSED}),
    R.DISMISSED: frozenset({R.CONFIRMED, R.PROPOSED}),
    R.WITHDRAWN: frozenset({R.PROPOSED}),
}
