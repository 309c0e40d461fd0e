"""The agreement that the client signs on paper, made of the two frozen texts alone."""

from __future__ import annotations

from contracts.letters import agreement_paper
from contracts.models import Amendment
from contracts.services.versions import logo_of, version_content
from contracts.states import AmendmentState
from core.dates import day_in
from core.pdf.service import LETTER_LIMITS, render_pdf

#: Before it is approved, and after it came to nothing, it is nothing to be signed.
_BINDING = frozenset({AmendmentState.APPROVED, AmendmentState.ACCEPTED})


def agreement_pdf(amendment: Amendment) -> bytes:
    """The agreement on an amendment, the same whenever it is printed in one state.

    Raises UnableToRenderPdf, ValueError for a version whose text was altered.
    """
    contract = amendment.contract
    assets = logo_of(contract.creditor)
    paper = agreement_paper(
        version_content(amendment.base),
        version_content(amendment.version),
        number=amendment.number,
        versions=(amendment.base.number, amendment.version.number),
        sha256=amendment.version.sha256,
        created=day_in(amendment.proposed_at, contract.creditor.time_zone).isoformat(),
        signed_on=contract.signed_on,
        prepaid=(amendment.prepaid_asked, amendment.prepaid_received),
        is_draft=amendment.state not in _BINDING,
        has_logo="logo" in assets,
    )
    return render_pdf(
        template="pdf/agreement.html",
        context={"agreement": paper, "paper": paper.contract},
        language=paper.contract.language,
        assets=assets,
        limits=LETTER_LIMITS,
        styles=("pdf", "contract"),
    )
