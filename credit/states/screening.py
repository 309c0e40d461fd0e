"""Looking at a client before it is trusted."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class ScreeningState(TextChoices):
    """Life of a screening. EXPIRED is never stored: it is how a decided one is shown afterwards."""

    IN_WORK = "IN_WORK", pgettext_lazy("screening", "In work")
    SUBMITTED = "SUBMITTED", pgettext_lazy("screening", "Waits for a decision")
    ACCEPTED = "ACCEPTED", pgettext_lazy("screening", "Accepted")
    CONDITIONAL = "CONDITIONAL", pgettext_lazy("screening", "Accepted with conditions")
    REJECTED = "REJECTED", pgettext_lazy("screening", "Rejected")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("screening", "Given up")
    EXPIRED = "EXPIRED", pgettext_lazy("screening", "Expired")


SCREENING_TRANSITIONS: dict[ScreeningState, frozenset[ScreeningState]] = {
    ScreeningState.IN_WORK: frozenset({ScreeningState.SUBMITTED, ScreeningState.WITHDRAWN}),
    ScreeningState.SUBMITTED: frozenset(
        {
            ScreeningState.IN_WORK,
            ScreeningState.ACCEPTED,
            ScreeningState.CONDITIONAL,
            ScreeningState.REJECTED,
        }
    ),
    ScreeningState.ACCEPTED: frozenset(),
    ScreeningState.CONDITIONAL: frozenset(),
    ScreeningState.REJECTED: frozenset(),
    ScreeningState.WITHDRAWN: frozenset(),
}

#: Somebody still works on it, or has to decide.
SCREENING_OPEN = (ScreeningState.IN_WORK, ScreeningState.SUBMITTED)
#: It counts until its date.
SCREENING_PASSED = (ScreeningState.ACCEPTED, ScreeningState.CONDITIONAL)
SCREENING_DECIDED = (*SCREENING_PASSED, ScreeningState.REJECTED)


class CheckKind(TextChoices):
    """What a line of the checklist is about; INTERVIEW lines are the questions of the interview."""

    REGISTRATION = "REGISTRATION", pgettext_lazy("check", "Registration")
    OWNERSHIP = "OWNERSHIP", pgettext_lazy("check", "Ownership")
    INTERVIEW = "INTERVIEW", pgettext_lazy("check", "Interview")
    REFERENCES = "REFERENCES", pgettext_lazy("check", "References")
    BANK = "BANK", pgettext_lazy("check", "Bank reference")
    REPORT = "REPORT", pgettext_lazy("check", "Credit report")
    DOCUMENT = "DOCUMENT", pgettext_lazy("check", "Document")
    COOPERATION = "COOPERATION", pgettext_lazy("check", "Cooperation so far")
    OTHER = "OTHER", pgettext_lazy("check", "Other")


class Verdict(TextChoices):
    """What came of a line of the checklist."""

    GOOD = "GOOD", pgettext_lazy("verdict", "As it should be")
    CONCERN = "CONCERN", pgettext_lazy("verdict", "Raises a concern")
    NOT_NEEDED = "NOT_NEEDED", pgettext_lazy("verdict", "Does not apply")


class PaysOnTime(TextChoices):
    """How a reference says that the client pays."""

    ALWAYS = "ALWAYS", pgettext_lazy("reference", "On time")
    MOSTLY = "MOSTLY", pgettext_lazy("reference", "Mostly on time")
    LATE = "LATE", pgettext_lazy("reference", "Late")
    UNSAID = "UNSAID", pgettext_lazy("reference", "Does not say")
