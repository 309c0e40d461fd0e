"""Versions of a contract: frozen in the transaction that needs one, printed after it.

The PDF is made of the frozen content alone, outside any transaction, so that printing it now or
tomorrow gives the same paper. A version is never edited; its PDF is added once.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from clients.models import Creditor
from contracts.letters import ContractPaper, contract_paper
from contracts.models import Contract, ContractVersion
from contracts.selectors.texts import content_hash, contract_content
from contracts.services.drafts import record_act
from core import outbox
from core.audit import canonical_json
from core.dates import day_in
from core.documents import read_document, store_document
from core.errors import Refusal
from core.models import User
from core.pdf.service import LETTER_LIMITS, render_pdf
from core.transactions import in_transaction

#: The outbox task that prints a version; its handler stands in `contracts.tasks`.
PRINT_VERSION: Final = "contracts.print_version"
_LOGO_TYPES: Final = frozenset({"image/png", "image/jpeg"})
_STYLES: Final = ("pdf", "contract")


class UnableToFreeze(Refusal):
    """There is nothing to make a version of."""


@in_transaction
def freeze_version(
    *, contract: Contract, reason: str, actor: User | None, at: dt.datetime
) -> ContractVersion:
    """Keep the whole text of a contract as it stands, with its hash; the PDF follows.

    A text that equals the newest version is that version: nothing new is kept. Raises
    UnableToFreeze for a contract without clauses and lines.
    """
    row = (
        Contract.objects.select_for_update(no_key=True, of=("self",))
        .select_related("creditor", "client")
        .get(pk=contract.pk)
    )
    content = contract_content(row)
    if not content["clauses"] and not content["lines"]:
        raise UnableToFreeze(
            _("This contract has no text yet. Add lines and clauses, or begin from a template.")
        )
    version = keep_current(contract=row, reason=reason, actor=actor, at=at)
    contract.version_number = version.number
    return version


def keep_current(
    *, contract: Contract, reason: str, actor: User | None, at: dt.datetime
) -> ContractVersion:
    """The version of what a contract says now, be it no more than its terms.

    Part of the transaction of a caller that has locked the contract.
    """
    content = contract_content(contract)
    newest = contract.versions.order_by("-number").first()
    if newest is not None and newest.sha256 == content_hash(content):
        return newest
    version = keep_content(contract=contract, content=content, reason=reason, actor=actor, at=at)
    Contract.objects.filter(pk=contract.pk).update(version_number=version.number)
    return version


def keep_content(
    *,
    contract: Contract,
    content: Mapping[str, Any],
    reason: str,
    actor: User | None,
    at: dt.datetime,
) -> ContractVersion:
    """Keep a text as the next version of a contract that the caller has locked; the PDF follows."""
    newest = contract.versions.order_by("-number").first()
    digest = content_hash(content)
    version = ContractVersion.objects.create(
        contract=contract,
        number=newest.number + 1 if newest else 1,
        content=canonical_json(content),
        sha256=digest,
        reason=reason[:300],
        created_at=at,
        created_by=actor,
    )
    outbox.enqueue(
        task=PRINT_VERSION,
        key=f"{PRINT_VERSION}:{version.pk}",
        args={"version_id": version.pk},
        at=at,
    )
    record_act(
        action="contracts.freeze_version",
        contract=contract,
        actor=actor,
        at=at,
        payload={"version": version.number, "sha256": digest, "reason": version.reason},
        subject=version,
    )
    return version


def version_content(version: ContractVersion) -> dict[str, Any]:
    """The frozen content. Raises ValueError when it does not match its hash."""
    content: dict[str, Any] = json.loads(version.content)
    if content_hash(content) != version.sha256:
        raise ValueError(f"Version {version.pk}: the kept text does not match its hash.")
    return content


def draft_paper(contract: Contract, *, at: dt.datetime) -> ContractPaper:
    """The paper of a contract as it stands now, marked as a draft while it is one."""
    content = contract_content(contract)
    return contract_paper(
        content,
        created=day_in(at, contract.creditor.time_zone).isoformat(),
        sha256=content_hash(content),
        is_draft=True,
        has_logo="logo" in logo_of(contract.creditor),
    )


def version_paper(version: ContractVersion) -> ContractPaper:
    """The paper of a version: the same today and in ten years."""
    creditor = version.contract.creditor
    return contract_paper(
        version_content(version),
        created=day_in(version.created_at, creditor.time_zone).isoformat(),
        sha256=version.sha256,
        version=version.number,
        has_logo="logo" in logo_of(creditor),
    )


def draft_pdf(contract: Contract, *, at: dt.datetime) -> bytes:
    """The PDF of a contract as it stands now; not kept. Raises UnableToRenderPdf."""
    return _render(draft_paper(contract, at=at), contract.creditor)


def version_pdf(version: ContractVersion) -> bytes:
    """The PDF of a version: the kept one, or printed now. Raises UnableToRenderPdf."""
    if version.document is not None:
        return read_document(version.document)
    return _render(version_paper(version), version.contract.creditor)


def print_version(*, version_id: int, at: dt.datetime) -> ContractVersion:
    """Make and keep the PDF of a version, outside any transaction until it is kept.

    One that has its PDF is left alone, so printing twice changes nothing. Raises
    UnableToRenderPdf.
    """
    version = ContractVersion.objects.select_related(
        "contract__creditor__logo", "contract__client", "created_by", "document"
    ).get(pk=version_id)
    if version.document_id is not None:
        return version
    return _keep(
        version=version, pdf=_render(version_paper(version), version.contract.creditor), at=at
    )


@in_transaction
def _keep(*, version: ContractVersion, pdf: bytes, at: dt.datetime) -> ContractVersion:
    row = ContractVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if row.document_id is not None:
        return row
    document = store_document(data=pdf, name=file_name(version), actor=version.created_by, at=at)
    ContractVersion.objects.filter(pk=row.pk).update(document=document)
    version.document = document
    payload = {"version": version.number, "document": document.pk, "sha256": document.sha256}
    record_act(
        action="contracts.print_version",
        contract=version.contract,
        actor=version.created_by,
        at=at,
        payload=payload,
        subject=version,
    )
    return version


def file_name(version: ContractVersion) -> str:
    """What a version's file is called when it is downloaded."""
    return f"{version.contract.number} v{version.number}.pdf"


def _render(paper: ContractPaper, creditor: Creditor) -> bytes:
    return render_pdf(
        template="pdf/contract.html",
        context={"paper": paper},
        language=paper.language,
        assets=logo_of(creditor),
        limits=LETTER_LIMITS,
        styles=_STYLES,
    )


def logo_of(creditor: Creditor) -> Mapping[str, bytes]:
    """What a paper of this creditor shows besides words: its logo, if it has one."""
    logo = creditor.logo
    if logo is None or logo.mime not in _LOGO_TYPES:
        return {}
    return {"logo": read_document(logo)}
