"""What a score is made of, behaviours, appeals."""

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
    REPORTS = "reports", pgettext_lazy("score factor", "Bad reports of third parties")
    EXPIRED_REPORTS = "expired_reports", pgettext_lazy("score factor", "Reports that have run out")

    @property
    def is_behaviour(self) -> bool:
        """Whether it is more than how invoices are paid."""
        return not self.value.startswith("late_") and self is not Factor.RECENT


class BehaviourState(TextChoices):
    """Life of a behaviour held against a client: a second person confirms it, or nothing counts."""

    PROPOSED = "PROPOSED", pgettext_lazy("behaviour", "Proposed")
    CONFIRMED = "CONFIRMED", pgettext_lazy("behaviour", "Confirmed")
    REJECTED = "REJECTED", pgettext_lazy("behaviour", "Not confirmed")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("behaviour", "Withdrawn")
    OVERTURNED = "OVERTURNED", pgettext_lazy("behaviour", "Overturned by appeal")


BEHAVIOUR_TRANSITIONS: dict[BehaviourState, frozenset[BehaviourState]] = {
    BehaviourState.PROPOSED: frozenset(
        {BehaviourState.CONFIRMED, BehaviourState.REJECTED, BehaviourState.WITHDRAWN}
    ),
    BehaviourState.CONFIRMED: frozenset({BehaviourState.WITHDRAWN, BehaviourState.OVERTURNED}),
    BehaviourState.REJECTED: frozenset(),
    BehaviourState.WITHDRAWN: frozenset(),
    BehaviourState.OVERTURNED: frozenset(),
}

#: What a person (or a rule) proposes and a manager confirms; the other behaviours are counted from
#: their own rows, as work obtained for free from its ledger.
CONFIRMED_BY_PEOPLE: tuple[Factor, ...] = (Factor.RETURNS, Factor.DEMANDS, Factor.ABUSE)


class AppealAgainst(TextChoices):
    """What a client appeals against."""

    BEHAVIOUR = "BEHAVIOUR", pgettext_lazy("appeal", "A behaviour held against it")
    FREE_WORK = "FREE_WORK", pgettext_lazy("appeal", "Work said to be obtained for free")
    GRADE = "GRADE", pgettext_lazy("appeal", "Its grade or score")
    HOLD = "HOLD", pgettext_lazy("appeal", "A credit hold")
    OTHER = "OTHER", pgettext_lazy("appeal", "Another decision")


class AppealState(TextChoices):
    """Life of an appeal."""

    RECEIVED = "RECEIVED", pgettext_lazy("appeal", "Received")
    IN_WORK = "IN_WORK", pgettext_lazy("appeal", "Being looked at")
    UPHELD = "UPHELD", pgettext_lazy("appeal", "Upheld")
    PARTLY = "PARTLY", pgettext_lazy("appeal", "Upheld in part")
    REJECTED = "REJECTED", pgettext_lazy("appeal", "Not upheld")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("appeal", "Withdrawn by the client")


APPEAL_OUTCOMES: tuple[AppealState, ...] = (
    AppealState.UPHELD,
    AppealState.PARTLY,
    AppealState.REJECTED,
)
#: The client waits for us: the deadline counts.
APPEAL_WAITING: tuple[AppealState, ...] = (AppealState.RECEIVED, AppealState.IN_WORK)
APPEAL_TRANSITIONS: dict[AppealState, frozenset[AppealState]] = {
    AppealState.RECEIVED: frozenset({AppealState.IN_WORK, AppealState.WITHDRAWN}),
    AppealState.IN_WORK: frozenset({*APPEAL_OUTCOMES, AppealState.WITHDRAWN}),
    AppealState.UPHELD: frozenset(),
    AppealState.PARTLY: frozenset(),
    AppealState.REJECTED: frozenset(),
    AppealState.WITHDRAWN: frozenset(),
}


class AppealChannel(TextChoices):
    """How an appeal reached us."""

    LETTER = "LETTER", pgettext_lazy("appeal", "By letter")
    MAIL = "MAIL", pgettext_lazy("appeal", "By e-mail")
    CALL = "CALL", pgettext_lazy("appeal", "By telephone")
    VISIT = "VISIT", pgettext_lazy("appeal", "In person")
    LINK = "LINK", pgettext_lazy("appeal", "By client link")
