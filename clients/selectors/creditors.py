"""Reads across clients and creditors."""

from django.conf import settings

from clients.models import BankAccount, Client, Contact, Creditor


def default_creditor() -> Creditor | None:
    """The creditor meant when none is named: the only one, or the first by code."""
    return Creditor.objects.order_by("code").first()


def our_zone() -> str:
    """The time zone in which days are counted where no creditor is named: that of the first one."""
    creditor = default_creditor()
    return creditor.time_zone if creditor else settings.TIME_ZONE


def letter_account(creditor: Creditor, currency: str) -> BankAccount | None:
    """The bank account a letter names for a currency; None when none is set up."""
    return creditor.bank_accounts.filter(currency=currency).order_by("-is_default", "pk").first()


def reminder_contact(client: Client) -> Contact | None:
    """Whom a reminder goes to: the first choice, else the oldest willing contact."""
    return client.contacts.for_reminders().order_by("-is_primary", "pk").first()
