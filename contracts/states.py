"""States and choices of contracts."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ContractState(TextChoices):
    """Life of a contract."""

    DRAFT = "DRAFT", pgettext_lazy("contract", "Draft")
    REVIEW = "REVIEW", pgettext_lazy("contract", "Legal review")
    APPROVED = "APPROVED", pgettext_lazy("contract", "Approved")
    SENT = "SENT", pgettext_lazy("contract", "Sent to the client")
    SIGNED = "SIGNED", pgettext_lazy("contract", "Signed")
    ACTIVE = "ACTIVE", pgettext_lazy("contract", "Active")
    SUSPENDED = "SUSPENDED", pgettext_lazy("contract", "Suspended")
    COMPLETED = "COMPLETED", pgettext_lazy("contract", "Completed")
    TERMINATED = "TERMINATED", pgettext_lazy("contract", "Terminated")


# DRAFT -> SIGNED takes in a contract that was signed on paper before anybody wrote it here.
TRANSITIONS: dict[ContractState, frozenset[ContractState]] = {
    ContractState.DRAFT: frozenset(
        {ContractState.REVIEW, ContractState.SIGNED, ContractState.TERMINATED}
    ),
    ContractState.REVIEW: frozenset({ContractState.DRAFT, ContractState.APPROVED}),
    ContractState.APPROVED: frozenset(
        {ContractState.DRAFT, ContractState.SENT, ContractState.SIGNED, ContractState.TERMINATED}
    ),
    ContractState.SENT: frozenset(
        {ContractState.DRAFT, ContractState.SIGNED, ContractState.TERMINATED}
    ),
    ContractState.SIGNED: frozenset({ContractState.ACTIVE, ContractState.TERMINATED}),
    ContractState.ACTIVE: frozenset(
        {ContractState.SUSPENDED, ContractState.COMPLETED, ContractState.TERMINATED}
    ),
    ContractState.SUSPENDED: frozenset({ContractState.ACTIVE, ContractState.TERMINATED}),
    ContractState.COMPLETED: frozenset(),
    ContractState.TERMINATED: frozenset(),
}

#: The text is settled: it is changed by an amendment only.
SETTLED_STATES: frozenset[ContractState] = frozenset(ContractState) - {ContractState.DRAFT}
#: Both sides are bound.
BINDING_STATES: frozenset[ContractState] = frozenset(
    {ContractState.SIGNED, ContractState.ACTIVE, ContractState.SUSPENDED}
)


class LateChargeKind(TextChoices):
    """What the contract says about paying late."""

    NONE = "NONE", _("Nothing agreed")
    PRESET = "PRESET", _("Statutory preset")
    RATE = "RATE", _("Agreed rate")


class ContractLanguage(TextChoices):
    """In which language the contract is written."""

    EN = "en", _("English")
    ZH = "zh-hans", _("Chinese (simplified)")
    BOTH = "both", _("Both, side by side")


class ClauseKind(TextChoices):
    """What a clause settles."""

    PAYMENT = "PAYMENT", _("Payment")
    PREPAYMENT = "PREPAYMENT", _("Prepayment")
    LATE_CHARGE = "LATE_CHARGE", _("Late payment")
    SUSPENSION = "SUSPENSION", _("Suspension of service")
    ACCEPTANCE = "ACCEPTANCE", _("Delivery and acceptance")
    RETURNS = "RETURNS", _("Returns")
    NOTICES = "NOTICES", _("Notices")
    CHANGES = "CHANGES", _("Change requests")
    LAW = "LAW", _("Governing law and forum")
    RECORDING = "RECORDING", _("Recording of calls")
    DATA = "DATA", _("Personal data")
    ACCELERATION = "ACCELERATION", _("Acceleration")
    OTHER = "OTHER", pgettext_lazy("clause", "Other")


class PrepaymentKind(TextChoices):
    """Money before the work; three kinds that the law keeps apart (PRC Civil Code art. 586-588).

    A prepayment is part of the price and goes back as far as it was not earned. Earnest money
    (定金) is lost by the client who does not perform and comes back twice from us if we do not;
    it is valid up to 20% of the price. A security deposit secures and goes back at the end.
    """

    PREPAYMENT = "PREPAYMENT", _("Prepayment")
    EARNEST = "EARNEST", _("Earnest money")
    DEPOSIT = "DEPOSIT", _("Security deposit")


class ScheduleKind(TextChoices):
    """When a part of the price falls due."""

    PREPAYMENT = "PREPAYMENT", _("Prepayment")
    DATE = "DATE", _("On a date")
    INSTALMENT = "INSTALMENT", _("Instalment")
    MILESTONE = "MILESTONE", _("When accepted")


class Frequency(TextChoices):
    """How far instalments are apart."""

    WEEKLY = "WEEKLY", _("Every week")
    MONTHLY = "MONTHLY", _("Every month")
    QUARTERLY = "QUARTERLY", _("Every quarter")


class ReviewState(TextChoices):
    """What the legal reviewer decided."""

    ASKED = "ASKED", pgettext_lazy("review", "Asked for")
    CHANGES = "CHANGES", pgettext_lazy("review", "Changes requested")
    SIGNED_OFF = "SIGNED_OFF", pgettext_lazy("review", "Signed off")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("review", "Withdrawn")


REVIEW_TRANSITIONS: dict[ReviewState, frozenset[ReviewState]] = {
    ReviewState.ASKED: frozenset(
        {ReviewState.CHANGES, ReviewState.SIGNED_OFF, ReviewState.WITHDRAWN}
    ),
    ReviewState.CHANGES: frozenset(),
    ReviewState.SIGNED_OFF: frozenset(),
    ReviewState.WITHDRAWN: frozenset(),
}


class AcceptedHow(TextChoices):
    """How the client's consent was given."""

    PAPER = "PAPER", _("Signed on paper")
    LINK = "LINK", _("By a link")


class Severity(TextChoices):
    """How much a gap of a contract matters."""

    BLOCKING = "BLOCKING", _("Blocks")
    WARNING = "WARNING", _("Warning")
    ADVICE = "ADVICE", _("Advice")


class DeliveryState(TextChoices):
    """What became of a delivery."""

    DELIVERED = "DELIVERED", pgettext_lazy("delivery", "Waiting for acceptance")
    ACCEPTED = "ACCEPTED", pgettext_lazy("delivery", "Accepted")
    REJECTED = "REJECTED", pgettext_lazy("delivery", "Rejected")


DELIVERY_TRANSITIONS: dict[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.DELIVERED: frozenset({DeliveryState.ACCEPTED, DeliveryState.REJECTED}),
    DeliveryState.ACCEPTED: frozenset(),
    DeliveryState.REJECTED: frozenset(),
}


class AnsweredHow(TextChoices):
    """How a delivery was accepted or rejected."""

    RECORD = "RECORD", _("On a signed record")
    LINK = "LINK", _("By a link")
    DEEMED = "DEEMED", _("By silence, as agreed")


class Side(TextChoices):
    """Who owes something under a contract besides the money."""

    OURS = "OURS", _("Ours")
    THEIRS = "THEIRS", _("The client's")


class FlagKind(TextChoices):
    """What the daily check of a contract in force found."""

    LATE_DELIVERY = "LATE_DELIVERY", _("We deliver late")
    LATE_OURS = "LATE_OURS", _("We are late with a duty")
    LATE_THEIRS = "LATE_THEIRS", _("The client is late with a duty")
    LATE_PAYMENT = "LATE_PAYMENT", _("The client pays late")
    MAY_SUSPEND = "MAY_SUSPEND", _("Suspension is allowed")
    MAY_RESUME = "MAY_RESUME", _("Paid: work can go on")


class AmendmentKind(TextChoices):
    """What an amendment changes."""

    EXTENSION = "EXTENSION", _("Extension")
    DISCOUNT = "DISCOUNT", _("Discount")
    SCHEDULE = "SCHEDULE", _("Changed schedule")
    SCOPE = "SCOPE", _("Changed scope")


class BalanceHow(TextChoices):
    """Which payments of a schedule follow a new price."""

    LAST = "LAST", _("The last open payment takes the difference")
    SPREAD = "SPREAD", _("All open payments share it in proportion")
    NEW = "NEW", _("A payment of its own, for a higher price")


class AmendmentState(TextChoices):
    """Life of an amendment."""

    PROPOSED = "PROPOSED", pgettext_lazy("amendment", "Proposed")
    APPROVED = "APPROVED", pgettext_lazy("amendment", "Waiting for the client")
    ACCEPTED = "ACCEPTED", pgettext_lazy("amendment", "In force")
    REJECTED = "REJECTED", pgettext_lazy("amendment", "Not approved")
    DECLINED = "DECLINED", pgettext_lazy("amendment", "Declined by the client")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("amendment", "Withdrawn")


AMENDMENT_TRANSITIONS: dict[AmendmentState, frozenset[AmendmentState]] = {
    AmendmentState.PROPOSED: frozenset(
        {AmendmentState.APPROVED, AmendmentState.REJECTED, AmendmentState.WITHDRAWN}
    ),
    AmendmentState.APPROVED: frozenset(
        {AmendmentState.ACCEPTED, AmendmentState.DECLINED, AmendmentState.WITHDRAWN}
    ),
    AmendmentState.ACCEPTED: frozenset(),
    AmendmentState.REJECTED: frozenset(),
    AmendmentState.DECLINED: frozenset(),
    AmendmentState.WITHDRAWN: frozenset(),
}
