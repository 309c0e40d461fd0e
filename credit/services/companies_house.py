"""Ask the register of the United Kingdom: profile, filings, insolvency, charges.

https://developer.company-information.service.gov.uk: GET with the API key as user name and an
empty password; 600 questions in five minutes, then 429; 401 for a wrong key; 404 for a company,
insolvency or charges that are not there.
"""

from __future__ import annotations

import base64
import json
from http import HTTPStatus
from typing import Any, Final

from django.utils.translation import gettext as _

from core import https
from core.errors import Refusal
from credit.rules.companies_house import company_number, facts_of, figures_of, names_of
from credit.rules.providers import Answer, Found

CODE: Final = "companies-house"
HOST: Final = "api.company-information.service.gov.uk"

_SERVER_TROUBLE: Final = 500


class UnableToLookUp(Refusal):
    """The provider cannot be asked, or says no for good."""


class ProviderIsBusy(Exception):
    """No answer now; the job asks again later."""


class CompaniesHouse:
    """The register, asked with one API key. Every connection goes to HOST, by HTTPS."""

    def __init__(
        self,
        key: str,
        *,
        connect: https.Connect = https.connect,
        seconds: float = https.WHOLE_SECONDS,
        most_bytes: int = https.MOST_BYTES,
    ) -> None:
        token = base64.b64encode(f"{key}:".encode()).decode()
        self._headers = {"Authorization": f"Basic {token}", "Accept": "application/json"}
        self._connect = connect
        self._seconds = seconds
        self._most_bytes = most_bytes

    def look_up(self, registration_number: str) -> Found:
        """What the register knows. Raises UnableToLookUp or ProviderIsBusy.

        A number that is none of the United Kingdom is refused before anything is sent.
        """
        number = company_number(registration_number)
        if number is None:
            raise UnableToLookUp(
                _("“%(number)s” is not a company number of the United Kingdom.")
                % {"number": registration_number[:60]}
            )
        profile, answer = self._ask(f"/company/{number}")
        if answer.status == HTTPStatus.NOT_FOUND:
            raise UnableToLookUp(
                _("Companies House knows no company with the number %(number)s.")
                % {"number": number}
            )
        filings, filed = self._ask(f"/company/{number}/filing-history?items_per_page=35")
        insolvency, failed = self._ask(f"/company/{number}/insolvency")
        charges, charged = self._ask(f"/company/{number}/charges?items_per_page=100")
        name, former = names_of(profile)
        return Found(
            number=number,
            name=name,
            former_names=former,
            figures=figures_of(profile, filings, insolvency, charges),
            facts=facts_of(profile, insolvency, charges),
            answers=tuple(
                one for one in (answer, filed, failed, charged) if one.status == HTTPStatus.OK
            ),
        )

    def _ask(self, path: str) -> tuple[dict[str, Any], Answer]:
        """One question; what is not there (404) is an empty object."""
        try:
            reply = https.get(
                host=HOST,
                path=path,
                headers=self._headers,
                connect=self._connect,
                seconds=self._seconds,
                most_bytes=self._most_bytes,
            )
        except https.NoAnswer as error:
            raise ProviderIsBusy(
                _("Companies House did not answer in time (%(error)s).") % {"error": error}
            ) from error
        except https.TooLarge as error:
            raise UnableToLookUp(
                _("The answer of Companies House is larger than may be kept. Nothing was filed.")
            ) from error
        _refuse_status(reply.status)
        answer = Answer(path, reply.status, reply.body)
        return ({} if reply.status == HTTPStatus.NOT_FOUND else _read(reply.body)), answer


def _refuse_status(status: int) -> None:
    """200 and 404 are answers; the rest says when to ask again, or not to."""
    if status in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}:
        return
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= _SERVER_TROUBLE:
        raise ProviderIsBusy(
            _("Companies House asks to wait (status %(status)d).") % {"status": status}
        )
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise UnableToLookUp(
            _("Companies House does not accept the key. Correct COMPANIES_HOUSE_KEY.")
        )
    raise UnableToLookUp(
        _("Companies House answered with status %(status)d. Nothing was filed.")
        % {"status": status}
    )


def _read(body: bytes) -> dict[str, Any]:
    """The answer as an object. Raises UnableToLookUp for anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise UnableToLookUp(_("The answer of Companies House cannot be read. Nothing was filed."))
    return found
