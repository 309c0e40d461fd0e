"""A contract from a template: in one act a draft with its terms and clauses."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from clients.models import Client, Creditor
from contracts.models import ClauseVersion, Contract, ContractClause, ContractTemplate
from contracts.selectors.terms import terms_for
from contracts.services.clauses import cite_late_charge, from_library
from contracts.services.contracts import create_contract
from contracts.services.drafts import record_act
from contracts.states import ContractLanguage, PrepaymentKind
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction


class UnableToDraft(Refusal):
    """No contract can be begun from this template."""


#: Which kind of money before the work a clause of the library speaks of.
_KINDS = {"earnest-money": PrepaymentKind.EARNEST, "security-deposit": PrepaymentKind.DEPOSIT}


@in_transaction
def draft_from_template(
    *,
    template: ContractTemplate,
    creditor: Creditor,
    client: Client,
    number: str,
    language: str | None = None,
    currency: str | None = None,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
    actor: User | None,
    at: dt.datetime,
) -> Contract:
    """Begin a contract: the template's terms and clauses, but no longer terms than the client gets.

    Language and currency are the template's and the creditor's unless given. Raises
    UnableToDraft for a template out of use, UnableToSaveContract for a number that is taken.
    """
    if not template.is_active:
        raise UnableToDraft(
            _("This template is no longer in use. Choose another."), field="template"
        )
    language = language or template.language
    if language not in ContractLanguage.values:
        raise UnableToDraft(_("Choose the language of the contract."), field="language")
    clauses = list(template.clauses.filter(is_active=True).order_by("position", "code"))
    kinds = [kind for code, kind in _KINDS.items() if any(one.code == code for one in clauses)]
    contract = create_contract(
        creditor=creditor,
        client=client,
        number=number,
        currency=currency or creditor.currency,
        actor=actor,
        at=at,
        **_terms(template, creditor, client, language),
        starts_on=starts_on,
        ends_on=ends_on,
        prepayment_kind=kinds[0] if kinds else PrepaymentKind.PREPAYMENT,
    )
    newest = {
        version.clause_id: version
        for version in ClauseVersion.objects.filter(clause__in=clauses).order_by("number")
    }
    written = [clause for clause in clauses if clause.pk in newest]
    ContractClause.objects.bulk_create(
        from_library(contract, clause, newest[clause.pk], position=place)
        for place, clause in enumerate(written, start=1)
    )
    cite_late_charge(contract)
    payload = {"template": template.pk, "clauses": [one.code for one in written]}
    record_act(action="contracts.draft", contract=contract, actor=actor, at=at, payload=payload)
    return contract


def _terms(
    template: ContractTemplate, creditor: Creditor, client: Client, language: str
) -> dict[str, Any]:
    longest = terms_for(client=client, service=template.service_type).max_terms_days
    days = template.terms_days
    contact = client.contacts.exclude(email="").order_by("-is_primary", "pk").first()
    return {
        "service_type": template.service_type,
        "template": template,
        "title": template.title,
        "title_zh": template.title_zh,
        "language": language,
        "governing_language": _governing(language, template, creditor),
        "terms_days": days if longest is None else min(days, longest),
        "late_charge_kind": template.late_charge_kind,
        "late_charge_preset": template.late_charge_preset,
        "late_charge_rate": template.late_charge_rate,
        "acceptance_days": template.service_type.acceptance_days,
        "suspension_days": template.suspension_days,
        "governing_law": template.governing_law,
        "forum": template.forum,
        "notice_email": contact.email if contact else "",
        "notice_address": client.address,
        "creditor_signatory": creditor.signatory,
    }


def _governing(language: str, template: ContractTemplate, creditor: Creditor) -> str:
    """The contract's only language; of two, the one of the law it is under."""
    if language != ContractLanguage.BOTH:
        return language
    if "中华人民共和国" in template.governing_law:
        return ContractLanguage.ZH
    if "England" in template.governing_law:
        return ContractLanguage.EN
    return creditor.language
