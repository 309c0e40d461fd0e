"""The letter of an answered appeal, made for a reader; its words were kept with the decision."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from clients.models import Creditor
from core.documents import read_document
from core.pdf.service import LETTER_LIMITS, render_pdf
from credit.letters.appeals import paper_of
from credit.models import Appeal
from credit.services.appeals import UnableToHandleAppeal
from credit.states import APPEAL_OUTCOMES
from disputes.selectors import creditor_of_client

_LOGO_TYPES: Final = frozenset({"image/png", "image/jpeg"})


def appeal_letter(appeal: Appeal) -> bytes:
    """The PDF of an answer. Raises UnableToHandleAppeal before there is one, UnableToRenderPdf."""
    creditor = creditor_of_client(appeal.client)
    if appeal.state not in APPEAL_OUTCOMES or creditor is None:
        raise UnableToHandleAppeal(_("The appeal is not answered yet."))
    assets = _assets(creditor)
    paper = paper_of(appeal, creditor, has_logo="logo" in assets)
    return render_pdf(
        template="pdf/appeal_answer.html",
        context={"paper": paper},
        language=paper.language,
        assets=assets,
        limits=LETTER_LIMITS,
        mark_missing=True,
    )


def _assets(creditor: Creditor) -> dict[str, bytes]:
    logo = creditor.logo
    if logo is None or logo.mime not in _LOGO_TYPES:
        return {}
    return {"logo": read_document(logo)}
