"""What a sentence of a mail could be recorded as: a person looks, corrects and accepts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import current_user, staff_required
from core.dates import now, today
from core.errors import Refusal
from core.forms import note_refusal
from core.models import User
from core.paging import stretch
from interactions.models import MailProposal
from interactions.selectors.mail_pages import proposals_waiting
from interactions.states import ProposalKind, ProposalState
from workspace.forms.proposals import DisputeProposalForm, PromiseProposalForm
from workspace.selectors.client import creditor_of
from workspace.services.proposals import accept_dispute, accept_promise


@staff_required
@require_safe
def mail_proposals(request: HttpRequest) -> HttpResponse:
    """Sentences of mails that wait for a decision, the latest first."""
    found = proposals_waiting(current_user(request))
    rows = stretch(found, order=("-created_at", "-pk"), after=request.GET.get("after", ""))
    context = {"rows": rows.rows, "cursor": rows.cursor}
    return render(request, "interactions/mail_proposals.html", context)


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def mail_proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """The sentence beside the record it could become."""
    user = current_user(request)
    mine = MailProposal.objects.visible_to(user)
    row = get_object_or_404(mine.select_related("mail__client", "mail__interaction"), pk=pk)
    if row.state != ProposalState.OPEN:
        messages.info(request, _("This proposal was decided already."))
        return redirect("interactions:mail", row.mail_id)
    assert row.mail.client is not None  # noqa: S101  # only filed mails have proposals
    kind: Any = PromiseProposalForm if row.kind == ProposalKind.PROMISE else DisputeProposalForm
    form = kind(request.POST or None, proposal=row, client=row.mail.client)
    if request.method == "POST" and form.is_valid() and _accept(form, row, user):
        messages.success(request, _("Recorded."))
        return redirect("interactions:mail", row.mail_id)
    context = {"proposal": row, "mail": row.mail, "client": row.mail.client, "form": form}
    return render(request, "interactions/mail_proposal.html", context)


def _accept(form: PromiseProposalForm | DisputeProposalForm, row: MailProposal, user: User) -> bool:
    assert row.mail.client is not None  # noqa: S101  # only filed mails have proposals
    creditor = creditor_of(row.mail.client)
    on = today(creditor.time_zone if creditor else settings.TIME_ZONE)
    try:
        if isinstance(form, PromiseProposalForm):
            accept_promise(proposal=row, promise=form.promise(), on=on, actor=user, at=now())
        else:
            accept_dispute(proposal=row, dispute=form.dispute(), on=on, actor=user, at=now())
    except Refusal as refusal:
        note_refusal(form, refusal)
        return False
    return True
