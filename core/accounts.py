"""Sign-in rules: nobody signs up by themselves, and nobody inactive stays."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Accounts are made by an administrator, so open sign-up is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: this is an internal tool."""
        return False
