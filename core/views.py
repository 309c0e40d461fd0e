"""Pages of the ground floor: background jobs, and the record of acts."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from core.access import approver_required, current_user, staff_required
from core.models import AuditEvent, Job

ACTS_PER_PAGE = 100


@require_safe
@staff_required
def job_list(request: HttpRequest) -> HttpResponse:
    """Background work of this user; of everybody for managers."""
    jobs = Job.objects.visible_to(current_user(request)).select_related("created_by")
    page = Paginator(jobs, 50).get_page(request.GET.get("page"))
    return render(request, "core/job_list.html", {"page": page})


@require_safe
@staff_required
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """One job with its progress; HTMX polls the fragment of the same page."""
    row = get_object_or_404(Job.objects.visible_to(current_user(request)), pk=pk)
    result_url = str(row.result.get("url", ""))
    if not url_has_allowed_host_and_scheme(result_url, allowed_hosts=None):
        result_url = ""
    context = {
        "job": row,
        "job_url": reverse("core:job", args=[row.pk]),
        "result_url": result_url,
        "result_label": row.result.get("label", ""),
    }
    fragment = bool(request.headers.get("HX-Request"))
    template = "components/job_progress.html" if fragment else "core/job.html"
    return render(request, template, context)


@require_safe
@approver_required
def audit_list(request: HttpRequest) -> HttpResponse:
    """The record of acts, newest first; keyset pages, so the millionth costs like the first."""
    events = AuditEvent.objects.visible_to(current_user(request)).select_related("actor")
    action = request.GET.get("action", "").strip()
    subject = request.GET.get("subject", "").strip()
    if action:
        events = events.filter(action__startswith=action)
    if ":" in subject:
        kind, _colon, key = subject.partition(":")
        events = events.filter(subject_type=kind, subject_id=key)
    before = request.GET.get("before", "")
    if before.isdecimal():
        events = events.filter(pk__lt=int(before[:18]))
    rows = list(events.order_by("-pk")[: ACTS_PER_PAGE + 1])
    more = rows[ACTS_PER_PAGE - 1].pk if len(rows) > ACTS_PER_PAGE else None
    context = {"rows": rows[:ACTS_PER_PAGE], "more": more, "action": action, "subject": subject}
    return render(request, "core/audit_list.html", context)
