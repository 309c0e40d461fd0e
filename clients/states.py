"""States and choices of clients."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Grade(TextChoices):
    """Credit grade; U until there is enough evidence to say anything."""

    A = "A", pgettext_lazy("grade", "A")
    B = "B", pgettext_lazy("grade", "B")
    C = "C", pgettext_lazy("grade", "C")
    D = "D", pgettext_lazy("grade", "D")
    E = "E", pgettext_lazy("grade", "E")
    U = "U", pgettext_lazy("grade", "Unrated")


class ScreeningOutcome(TextChoices):
    """How a client's screening was decided, as the snapshot on the client says."""

    ACCEPTED = "ACCEPTED", pgettext_lazy("screening", "Accepted")
    CONDITIONAL = "CONDITIONAL", pgettext_lazy("screening", "Accepted with conditions")
    REJECTED = "REJECTED", pgettext_lazy("screening", "Rejected")


class DepositBasis(TextChoices):
    """Why a client has a deposit ratio of its own that nobody set for it alone."""

    SEGMENT = "SEGMENT", _("Of the grade in its segment")
    KEPT = "KEPT", _("As last confirmed; a rise waits for a person")


class ClientKind(TextChoices):
    """What the debtor is: law and late-payment presets depend on it."""

    COMPANY = "COMPANY", _("Company")
    LARGE_ENTERPRISE = "LARGE_ENTERPRISE", _("Large enterprise")
    PUBLIC_BODY = "PUBLIC_BODY", _("Public body")
    SOLE_TRADER = "SOLE_TRADER", _("Sole trader")
    INDIVIDUAL = "INDIVIDUAL", _("Individual")


class Language(TextChoices):
    """Languages of letters and mails."""

    EN = "en", "English"
    ZH = "zh-hans", "简体中文"


class ContactRole(TextChoices):
    """What a contact is for."""

    ACCOUNTS_PAYABLE = "ACCOUNTS_PAYABLE", _("Accounts payable")
    BUYER = "BUYER", _("Buyer")
    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE", _("Legal representative")
    MANAGEMENT = "MANAGEMENT", _("Management")
    OTHER = "OTHER", pgettext_lazy("contact role", "Other")
