"""Attach policy notices to a contract."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contracts.services.notices import attach_notice
from contracts.views.schedule import GET_AND_POST, own_contract
from core.access import current_user, staff_required
from core.dates import now, today
from core.errors import Refusal
from interactions.models import PolicyNotice
from interactions.selectors.notices import newest_versions


@staff_required
@require_http_methods(GET_AND_POST)
def notice_attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Which notices belong to a contract; each button attaches one."""
    contract = own_contract(request, pk)
    back = reverse("contracts:contract", args=[contract.pk])
    if request.method == "POST":
        chosen = request.POST.get("notice", "")
        key = int(chosen[:18]) if chosen.isdecimal() else 0
        notice = get_object_or_404(PolicyNotice, pk=key)
        try:
            attach_notice(
                contract=contract,
                notice=notice,
                on=today(contract.creditor.time_zone),
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Attached."))
            return redirect(back)
    attached = {one.version_id for one in contract.notices.all()}
    rows = [
        {"version": one, "is_attached": one.pk in attached}
        for one in newest_versions(contract.creditor)
    ]
    context = {"contract": contract, "rows": rows, "cancel_url": back}
    return render(request, "contracts/notice_attach.html", context)
