"""Choices of the interaction log."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class InteractionKind(TextChoices):
    """How it was said."""

    CALL = "CALL", pgettext_lazy("interaction", "Call")
    EMAIL = "EMAIL", pgettext_lazy("interaction", "E-mail")
    MESSAGE = "MESSAGE", pgettext_lazy("interaction", "SMS / WeChat")
    VISIT = "VISIT", pgettext_lazy("interaction", "Visit")
    MEETING = "MEETING", pgettext_lazy("interaction", "Meeting")
    LETTER = "LETTER", pgettext_lazy("interaction", "Letter")
    NOTE = "NOTE", pgettext_lazy("interaction", "Note")


class ToneName(TextChoices):
    """What is wrong with a phrase that is not calm."""

    THREAT = "THREAT", pgettext_lazy("tone rule", "Threat")
    INSULT = "INSULT", pgettext_lazy("tone rule", "Insult")
    EXPOSURE = "EXPOSURE", pgettext_lazy("tone rule", "Telling others of the debt")
    CRIMINAL_LEVERAGE = "CRIMINAL_LEVERAGE", pgettext_lazy("tone rule", "Police as a means")
    IMPERSONATION = "IMPERSONATION", pgettext_lazy("tone rule", "Speaking as a court or office")
    FALSE_LEGAL = "FALSE_LEGAL", pgettext_lazy("tone rule", "Legal claim without proof")
    PRESSURE = "PRESSURE", pgettext_lazy("tone rule", "Pressure")
    BLAME = "BLAME", pgettext_lazy("tone rule", "Blame")
    CONCESSION = "CONCESSION", pgettext_lazy("tone rule", "Concession")


class ToneSeverity(TextChoices):
    """Whether a text with the phrase may go at all."""

    BLOCK = "BLOCK", pgettext_lazy("tone severity", "Is not sent")
    WARN = "WARN", pgettext_lazy("tone severity", "Needs a reason")


class PatternKind(TextChoices):
    """How an entry of the lexicon is looked for."""

    PHRASE = "PHRASE", pgettext_lazy("pattern", "Phrase")
    REGEX = "REGEX", pgettext_lazy("pattern", "Pattern")
    SHAPE = "SHAPE", pgettext_lazy("pattern", "Way of writing")


class ToneExcuse(TextChoices):
    """A context in which an entry of the lexicon does not count."""

    DENIED = "DENIED", pgettext_lazy("tone excuse", "what it says is denied (“we will not …”)")
    CASE_NUMBER = "CASE_NUMBER", pgettext_lazy("tone excuse", "a case number stands near")
    COURT_LISTED = "COURT_LISTED", pgettext_lazy("tone excuse", "a court has listed the debtor")


class Situation(TextChoices):
    """What a text of the library is for."""

    COURTESY = "COURTESY", pgettext_lazy("situation", "Courtesy before the due date")
    OVERDUE_FIRST = "OVERDUE_FIRST", pgettext_lazy("situation", "Overdue, first mail")
    OVERDUE_SECOND = "OVERDUE_SECOND", pgettext_lazy("situation", "Overdue, second mail")
    PROMISE_BROKEN = "PROMISE_BROKEN", pgettext_lazy("situation", "Promise not kept")
    PROMISE_THANKS = "PROMISE_THANKS", pgettext_lazy("situation", "Promise confirmed")
    DISPUTE_RECEIVED = "DISPUTE_RECEIVED", pgettext_lazy("situation", "Dispute received")
    DISPUTE_SETTLED = "DISPUTE_SETTLED", pgettext_lazy("situation", "Dispute settled")
    PART_PAYMENT = "PART_PAYMENT", pgettext_lazy("situation", "Thanks for a part payment")
    PAID_THANKS = "PAID_THANKS", pgettext_lazy("situation", "Thanks for the payment")
    PLAN_OFFER = "PLAN_OFFER", pgettext_lazy("situation", "Offer of instalments")
    PREPAYMENT = "PREPAYMENT", pgettext_lazy("situation", "Request for a prepayment")
    DELIVERY_HELD = "DELIVERY_HELD", pgettext_lazy("situation", "Delivery held")
    MEETING = "MEETING", pgettext_lazy("situation", "Invitation to talk")
    MINUTES_SENT = "MINUTES_SENT", pgettext_lazy("situation", "Minutes sent")
    BALANCE = "BALANCE", pgettext_lazy("situation", "Confirmation of the balance")
    SURVEY = "SURVEY", pgettext_lazy("situation", "Satisfaction survey")
    DOCUMENTS = "DOCUMENTS", pgettext_lazy("situation", "Documents sent")
    AFTER_CALL = "AFTER_CALL", pgettext_lazy("situation", "After a call")
    GREETING = "GREETING", pgettext_lazy("situation", "Holiday greeting")


class TextChannel(TextChoices):
    """How a text of the library goes out."""

    MAIL = "MAIL", pgettext_lazy("text channel", "E-mail")
    SHORT = "SHORT", pgettext_lazy("text channel", "SMS / WeChat")


class TextTone(TextChoices):
    """How a text of the library sounds."""

    WARM = "WARM", pgettext_lazy("text tone", "Warm")
    NEUTRAL = "NEUTRAL", pgettext_lazy("text tone", "Matter-of-fact")
    FIRM = "FIRM", pgettext_lazy("text tone", "Firm")


class OutgoingState(TextChoices):
    """Where a mail written in the product is on its way."""

    QUEUED = "QUEUED", pgettext_lazy("outgoing mail", "Queued")
    INFLIGHT = "INFLIGHT", pgettext_lazy("outgoing mail", "Being sent")
    SENT = "SENT", pgettext_lazy("outgoing mail", "Sent")
    FAILED = "FAILED", pgettext_lazy("outgoing mail", "Not sent")
    IN_DOUBT = "IN_DOUBT", pgettext_lazy("outgoing mail", "In doubt")
    CANCELLED = "CANCELLED", pgettext_lazy("outgoing mail", "Cancelled")


class CallSituation(TextChoices):
    """What a script of a call is for."""

    FIRST_CALL = "FIRST_CALL", pgettext_lazy("call", "First call about an open invoice")
    ALREADY_PAID = "ALREADY_PAID", pgettext_lazy("call", "“We have already paid”")
    NO_MONEY = "NO_MONEY", pgettext_lazy("call", "“We have no money”")
    BOSS_AWAY = "BOSS_AWAY", pgettext_lazy("call", "“The boss is away”")
    BAD_GOODS = "BAD_GOODS", pgettext_lazy("call", "“The goods were bad”")
    ABUSE = "ABUSE", pgettext_lazy("call", "Shouting and abuse")
    DISCOUNT = "DISCOUNT", pgettext_lazy("call", "Asks for a discount")
    VAGUE = "VAGUE", pgettext_lazy("call", "Promises vaguely")
    REFUSES = "REFUSES", pgettext_lazy("call", "Refuses to talk")
    THIRD_PERSON = "THIRD_PERSON", pgettext_lazy("call", "Somebody else answers")


class IncidentCategory(TextChoices):
    """What a client did that a manager should know of."""

    ABUSE = "ABUSE", pgettext_lazy("incident", "Abuse")
    THREAT = "THREAT", pgettext_lazy("incident", "Threat")
    HARASSMENT = "HARASSMENT", pgettext_lazy("incident", "Harassment")
    DISCRIMINATION = "DISCRIMINATION", pgettext_lazy("incident", "Discrimination")
    OTHER = "OTHER", pgettext_lazy("incident", "Something else")


class IncidentSeverity(TextChoices):
    """How bad it was, as the person it happened to says."""

    MILD = "MILD", pgettext_lazy("incident severity", "Unpleasant")
    SERIOUS = "SERIOUS", pgettext_lazy("incident severity", "Serious")
    DANGER = "DANGER", pgettext_lazy("incident severity", "Somebody may be in danger")


class IncidentState(TextChoices):
    """Where a manager is with an incident."""

    OPEN = "OPEN", pgettext_lazy("incident state", "To be reviewed")
    REVIEWED = "REVIEWED", pgettext_lazy("incident state", "Reviewed")
    CLOSED = "CLOSED", pgettext_lazy("incident state", "Closed")


class Direction(TextChoices):
    """Who spoke to whom."""

    IN = "IN", pgettext_lazy("direction", "From the client")
    OUT = "OUT", pgettext_lazy("direction", "To the client")
    INTERNAL = "INTERNAL", pgettext_lazy("direction", "Internal")


class MailKind(TextChoices):
    """What wrote a mail."""

    NORMAL = "NORMAL", pgettext_lazy("mail", "Written by a person")
    BOUNCE = "BOUNCE", pgettext_lazy("mail", "Not delivered")
    AUTO_REPLY = "AUTO_REPLY", pgettext_lazy("mail", "Automatic answer")


class MailSource(TextChoices):
    """How a mail came to be archived."""

    IMAP = "IMAP", pgettext_lazy("mail source", "Fetched from the mailbox")
    UPLOAD = "UPLOAD", pgettext_lazy("mail source", "Uploaded")
    COMMAND = "COMMAND", pgettext_lazy("mail source", "Read from a file")
    SENT = "SENT", pgettext_lazy("mail source", "Sent from here")


class MailState(TextChoices):
    """Where an archived mail is: in the tray, with a client, or set aside."""

    TRAY = "TRAY", pgettext_lazy("mail state", "In the tray")
    FILED = "FILED", pgettext_lazy("mail state", "Filed")
    DISMISSED = "DISMISSED", pgettext_lazy("mail state", "Set aside")


# A mail that was set aside by mistake can still be filed; a filed one stays with its client.
MAIL_TRANSITIONS: dict[MailState, frozenset[MailState]] = {
    MailState.TRAY: frozenset({MailState.FILED, MailState.DISMISSED}),
    MailState.FILED: frozenset(),
    MailState.DISMISSED: frozenset({MailState.FILED}),
}


class MailDismissal(TextChoices):
    """Why a mail was set aside."""

    SPAM = "SPAM", pgettext_lazy("mail dismissal", "Spam")
    PRIVATE = "PRIVATE", pgettext_lazy("mail dismissal", "Private")
    UNRELATED = "UNRELATED", pgettext_lazy("mail dismissal", "Nothing to do with a client")


class ProposalKind(TextChoices):
    """What a sentence of a mail sounds like."""

    PROMISE = "PROMISE", pgettext_lazy("proposal", "Promise to pay")
    DISPUTE = "DISPUTE", pgettext_lazy("proposal", "Dispute")


class ProposalState(TextChoices):
    """What a person made of a proposal."""

    OPEN = "OPEN", pgettext_lazy("proposal", "To be decided")
    ACCEPTED = "ACCEPTED", pgettext_lazy("proposal", "Recorded as proposed")
    EDITED = "EDITED", pgettext_lazy("proposal", "Recorded with changes")
    REJECTED = "REJECTED", pgettext_lazy("proposal", "Rejected")


PROPOSAL_TRANSITIONS: dict[ProposalState, frozenset[ProposalState]] = {
    ProposalState.OPEN: frozenset(
        {ProposalState.ACCEPTED, ProposalState.EDITED, ProposalState.REJECTED}
    ),
    ProposalState.ACCEPTED: frozenset(),
    ProposalState.EDITED: frozenset(),
    ProposalState.REJECTED: frozenset(),
}


class Outcome(TextChoices):
    """What came of it."""

    NONE = "", pgettext_lazy("outcome", "Nothing to note")
    ANSWERED = "ANSWERED", pgettext_lazy("outcome", "Answered")
    NO_ANSWER = "NO_ANSWER", pgettext_lazy("outcome", "No answer")
    VOICEMAIL = "VOICEMAIL", pgettext_lazy("outcome", "Voicemail")
    REFUSED = "REFUSED", pgettext_lazy("outcome", "Refused to talk")
    RESCHEDULE = "RESCHEDULE", pgettext_lazy("outcome", "Call back later")
    PROMISED = "PROMISED", pgettext_lazy("outcome", "Promised to pay")
    DISPUTED = "DISPUTED", pgettext_lazy("outcome", "Raised a dispute")


class MeetingState(TextChoices):
    """Whether a meeting took place."""

    PLANNED = "PLANNED", pgettext_lazy("meeting", "Planned")
    HELD = "HELD", pgettext_lazy("meeting", "Held")
    CANCELLED = "CANCELLED", pgettext_lazy("meeting", "Cancelled")


MEETING_TRANSITIONS: dict[MeetingState, frozenset[MeetingState]] = {
    MeetingState.PLANNED: frozenset({MeetingState.HELD, MeetingState.CANCELLED}),
    MeetingState.HELD: frozenset(),
    MeetingState.CANCELLED: frozenset(),
}


class MinutesState(TextChoices):
    """Life of one version of minutes."""

    ISSUED = "ISSUED", pgettext_lazy("minutes", "Issued")
    SENT = "SENT", pgettext_lazy("minutes", "Awaiting confirmation")
    CONFIRMED = "CONFIRMED", pgettext_lazy("minutes", "Confirmed")
    OBJECTED = "OBJECTED", pgettext_lazy("minutes", "Objected to")
    DEEMED = "DEEMED", pgettext_lazy("minutes", "Confirmed by silence")
    SUPERSEDED = "SUPERSEDED", pgettext_lazy("minutes", "Superseded")


# The database holds the same map: interactions/sql/minutes.sql.
MINUTES_TRANSITIONS: dict[MinutesState, frozenset[MinutesState]] = {
    MinutesState.ISSUED: frozenset({MinutesState.SENT, MinutesState.SUPERSEDED}),
    MinutesState.SENT: frozenset(
        {
            MinutesState.CONFIRMED,
            MinutesState.OBJECTED,
            MinutesState.DEEMED,
            MinutesState.SUPERSEDED,
        }
    ),
    MinutesState.CONFIRMED: frozenset({MinutesState.SUPERSEDED}),
    MinutesState.OBJECTED: frozenset({MinutesState.SUPERSEDED}),
    MinutesState.DEEMED: frozenset({MinutesState.SUPERSEDED}),
    MinutesState.SUPERSEDED: frozenset(),
}

#: How a version may be answered.
MINUTES_OUTCOMES: frozenset[MinutesState] = frozenset(
    {MinutesState.CONFIRMED, MinutesState.OBJECTED, MinutesState.DEEMED}
)


class MinutesLanguage(TextChoices):
    """In which language minutes are written."""

    EN = "en", pgettext_lazy("language of minutes", "English")
    ZH = "zh-hans", pgettext_lazy("language of minutes", "Chinese (simplified)")
    BOTH = "both", pgettext_lazy("language of minutes", "Both, one below the other")


class MeetingSide(TextChoices):
    """Whose person, and whose task."""

    OURS = "OURS", pgettext_lazy("meeting", "Ours")
    THEIRS = "THEIRS", pgettext_lazy("meeting", "The client's")


class Consent(TextChoices):
    """Whether the other side knew that it was recorded."""

    GIVEN = "GIVEN", pgettext_lazy("consent", "Asked, and given")
    TOLD = "TOLD", pgettext_lazy("consent", "Told, not objected")
    NOT_ASKED = "NOT_ASKED", pgettext_lazy("consent", "Not asked")


class RuleMode(TextChoices):
    """What a contact rule does when it is not kept."""

    OFF = "OFF", pgettext_lazy("rule mode", "Off")
    WARN = "WARN", pgettext_lazy("rule mode", "Warns")
    BLOCK = "BLOCK", pgettext_lazy("rule mode", "Blocks")


class ContactRule(TextChoices):
    """What is kept when a client is contacted."""

    HOURS = "HOURS", pgettext_lazy("contact rule", "Contact hours")
    FREQUENCY = "FREQUENCY", pgettext_lazy("contact rule", "How often")
    AUTHORISED = "AUTHORISED", pgettext_lazy("contact rule", "Authorised contacts only")
    REFUSAL = "REFUSAL", pgettext_lazy("contact rule", "Stop on refusal")
    OPT_OUT = "OPT_OUT", pgettext_lazy("contact rule", "Opted out")


class RevisitState(TextChoices):
    """Life of a revisit."""

    PLANNED = "PLANNED", pgettext_lazy("revisit", "Planned")
    DONE = "DONE", pgettext_lazy("revisit", "Made")
    SKIPPED = "SKIPPED", pgettext_lazy("revisit", "Skipped")


REVISIT_TRANSITIONS: dict[RevisitState, frozenset[RevisitState]] = {
    RevisitState.PLANNED: frozenset({RevisitState.DONE, RevisitState.SKIPPED}),
    RevisitState.DONE: frozenset(),
    RevisitState.SKIPPED: frozenset(),
}


class SurveyOccasion(TextChoices):
    """After what a client is asked how content it is."""

    DELIVERY = "DELIVERY", pgettext_lazy("survey", "After a delivery")
    COMPLAINT = "COMPLAINT", pgettext_lazy("survey", "After a complaint")
    REVISIT = "REVISIT", pgettext_lazy("survey", "After a revisit")


_SCORES = {
    5: pgettext_lazy("survey", "Very content"),
    4: pgettext_lazy("survey", "Content"),
    3: pgettext_lazy("survey", "Neither content nor not"),
    2: pgettext_lazy("survey", "Not content"),
    1: pgettext_lazy("survey", "Not content at all"),
}


def score_words(score: int) -> str:
    """An answer of the scale in words, in the active language."""
    return str(_SCORES.get(score, score))


class NoticeKind(TextChoices):
    """What a policy notice is about."""

    PAYMENT = "PAYMENT", pgettext_lazy("notice", "Payment rules")
    RETURNS = "RETURNS", pgettext_lazy("notice", "Returns policy")
    SERVICE = "SERVICE", pgettext_lazy("notice", "Service rules")
