"""Who may open what. A page outside one's role does not exist: 404, never 403."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase

from core.models import User
from core.states import Role

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

STAFF = frozenset(Role)
MONEY = frozenset({Role.FINANCE, Role.MANAGER, Role.ADMIN})
APPROVERS = frozenset({Role.MANAGER, Role.ADMIN})


def current_user(request: HttpRequest) -> User:
    """The signed-in member of staff. Only behind `role_required`."""
    return cast("User", request.user)


def role_required(*roles: Role) -> Callable[[View[P]], View[P]]:
    """Let only these roles in; strangers are sent to the login, other roles get 404."""

    def decorate(view: View[P]) -> View[P]:
        @login_required
        @wraps(view)
        def gate(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if current_user(request).role not in roles:
                raise Http404
            return view(request, *args, **kwargs)

        gate.allowed_roles = frozenset(roles)  # type: ignore[attr-defined]  # read by the permission matrix
        return cast("View[P]", gate)

    return decorate


staff_required = role_required(*STAFF)
money_required = role_required(*MONEY)
approver_required = role_required(*APPROVERS)
