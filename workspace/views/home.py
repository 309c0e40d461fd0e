"""What each role opens in the morning."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clients.selectors import our_zone
from core.access import current_user, staff_required
from core.dates import today
from core.models import User
from core.states import Role
from workspace.selectors import home as morning
from workspace.selectors.mail import mail_waiting


@staff_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The morning list of the user's role: what waits for them, the most pressing first."""
    user = current_user(request)
    on = today(our_zone())
    role = Role(user.role)
    context = {
        "on": on,
        "setup": morning.setup(),
        "mail_waiting": mail_waiting(user=user),
        "credit_notices": morning.credit_notices(user=user),
        **_LISTS[role](user, on),
    }
    return render(request, f"workspace/home/{role.value.lower()}.html", context)


def _receivables(user: User, on: dt.date) -> dict[str, Any]:
    figures = morning.receivables(user=user, on=on)
    largest = morning.largest_overdue(user=user, on=on, among=figures)
    several = len({one.creditor.pk for one in figures}) > 1
    return {"figures": figures, "largest": largest, "several_creditors": several}


def _sales(user: User, on: dt.date) -> dict[str, Any]:
    return {
        **_receivables(user, on),
        "follow_ups": morning.follow_ups_due(user=user, on=on),
        "promises": morning.promises_due(user=user, on=on),
        "broken": morning.promises_broken(user=user, on=on),
        "held": morning.held_clients(user=user),
        "holds": morning.holds(user=user),
        "drafts": morning.contracts_waiting(user=user),
        "disputes": morning.open_disputes(user=user),
        "revisits": morning.revisits_due(user=user, on=on),
        "complaints": morning.late_complaints(user=user, on=on),
        "appeals": morning.pressing_appeals(user=user, on=on),
        "credit_reports": morning.credit_reports_to_renew(user=user, on=on),
        "looks": morning.looks_to_do(user=user, on=on),
    }


def _finance(user: User, on: dt.date) -> dict[str, Any]:
    return {
        **_receivables(user, on),
        "runs": morning.runs_waiting(),
        "feeds": morning.stale_feeds(on=on),
        "messages_stuck": morning.messages_in_trouble(user=user),
        "mails_stuck": morning.written_mails_in_trouble(user=user),
        "receipts": morning.unapplied_receipts(user=user),
        "holds": morning.holds(user=user),
        "proposals": morning.invoices_proposed(user=user, on=on),
        "promises": morning.promises_due(user=user, on=on),
        "broken": morning.promises_broken(user=user, on=on),
        "follow_ups": morning.follow_ups_due(user=user, on=on),
        "complaints": morning.late_complaints(user=user, on=on),
        "appeals": morning.pressing_appeals(user=user, on=on),
        "credit_reports": morning.credit_reports_to_renew(user=user, on=on),
        "looks": morning.looks_to_do(user=user, on=on),
    }


def _manager(user: User, on: dt.date) -> dict[str, Any]:
    return {
        **_receivables(user, on),
        "runs": morning.runs_waiting(),
        "feeds": morning.stale_feeds(on=on),
        "holds": morning.holds(user=user),
        "releases": morning.releases(user=user),
        "worse": morning.contracts_under_a_worse_grade(user=user),
        "held": morning.held_clients(user=user),
        "hold_proposals": morning.holds_to_decide(user=user),
        "disputes": morning.open_disputes(user=user),
        "revisits": morning.revisits_due(user=user, on=on),
        "complaints": morning.late_complaints(user=user, on=on),
        "appeals": morning.pressing_appeals(user=user, on=on),
        "credit_reports": morning.credit_reports_to_renew(user=user, on=on),
        "looks": morning.looks_to_do(user=user, on=on),
        "broken": morning.promises_broken(user=user, on=on),
        "packets": morning.packets_with_gaps(user=user),
        "lapsed": morning.lapsed_follow_ups(on=on),
        "reviews": morning.reviews_to_do(user=user),
        "overrides": morning.overrides_to_decide(),
        "limit_requests": morning.limits_to_decide(user=user),
        "amendments": morning.amendments_to_decide(user=user),
        "incidents": morning.incidents_to_review(user=user),
        "behaviours": morning.behaviours_to_decide(user=user),
        "screenings": morning.screenings_to_decide(user=user),
    }


def _admin(user: User, on: dt.date) -> dict[str, Any]:
    return {
        "staff": morning.staff_by_role(),
        "reviews": morning.reviews_to_do(user=user),
        "overrides": morning.overrides_to_decide(),
        "limit_requests": morning.limits_to_decide(user=user),
        "amendments": morning.amendments_to_decide(user=user),
        "incidents": morning.incidents_to_review(user=user),
        "appeals": morning.pressing_appeals(user=user, on=on),
        "behaviours": morning.behaviours_to_decide(user=user),
        "screenings": morning.screenings_to_decide(user=user),
        "feeds": morning.stale_feeds(on=on),
        "messages_stuck": morning.messages_in_trouble(user=user),
        "mails_stuck": morning.written_mails_in_trouble(user=user),
        "jobs": morning.failed_jobs(user=user),
        "outbox": morning.failed_outbox(),
    }


_LISTS: Mapping[Role, Callable[[User, dt.date], dict[str, Any]]] = {
    Role.SALES: _sales,
    Role.FINANCE: _finance,
    Role.MANAGER: _manager,
    Role.ADMIN: _admin,
}
