"""Every principal against every route and method that the resolver knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.template.base import Template
from django.test import Client as Browser
from django.test import RequestFactory, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from core.pdf import service
from core.states import Role
from tests.permissions.matrix import ALLOWED, APPROVERS, MONEY, OWN, PUBLIC, ROUTES, Rule
from tests.permissions.world import MARK, World, build_world

# Django's admin and allauth guard and test their own routes; these prefixes are theirs.
FOREIGN = ("admin:", "account_", "mfa_", "usersessions_")
PRINCIPALS = ("anonymous", "owner", "stranger", "finance", "manager", "admin")
WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "MERGE", "COPY")
# Bookkeeping of the session itself; not the product's data.
SESSION_TABLES = ("django_session", "usersessions_usersession")


def routes(
    resolver: URLResolver | None = None, names: tuple[str, ...] = ()
) -> Iterator[tuple[str, URLPattern]]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = (*names, entry.namespace) if entry.namespace else names
            yield from routes(entry, inner)
        else:
            yield ":".join((*names, entry.name or "?")), entry


KNOWN = {name: entry for name, entry in routes() if not name.startswith(FOREIGN)}


def test_every_route_is_in_the_matrix_and_nothing_else_is() -> None:
    assert set(KNOWN) - set(ROUTES) == set(), "say who may open these"
    assert set(ROUTES) - set(KNOWN) == set(), "these routes are gone"


@pytest.fixture(scope="module")
def world(kept: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Built once."""
    with (
        override_settings(
            MEDIA_ROOT=str(tmp_path_factory.mktemp("media")),
            MAIL_CATCHER=True,
            MAIL_CATCHER_DIR=tmp_path_factory.mktemp("mail"),
        ),
        pytest.MonkeyPatch.context() as patch,
    ):
        built = build_world()
        patch.setattr(service._process, "run", _one_paper_for_all(service._process.run))
        yield built


def _one_paper_for_all(make: Callable[..., Any]) -> Callable[..., Any]:
    """Print one document and give it for each that is asked; papers have tests of their own."""
    printed: list[Any] = []

    def run(header: Mapping[str, Any], *rest: Any) -> Any:
        if header["op"] != "render":
            return make(header, *rest)
        if not printed:
            printed.append(make(header, *rest))
        return printed[0]

    return run


pytestmark = pytest.mark.django_db


def address(name: str, rule: Rule, world: World) -> str:
    converters = KNOWN[name].pattern.converters
    # A value that begins with @ is the key of another row of the world.
    kwargs = {k: world.keys[v[1:]] if v.startswith("@") else v for k, v in rule.extra}
    for argument in set(converters) - set(kwargs):
        kwargs[argument] = world.keys[rule.about]
    url = reverse(name, kwargs=kwargs)
    return f"{url}?{rule.query}" if rule.query else url


def browser(world: World, principal: str) -> Browser:
    client = Browser(raise_request_exception=True)
    if principal != "anonymous":
        client.force_login(world.users[principal])
    return client


def may(rule: Rule, principal: str) -> bool:
    if rule.audience == "job":  # the one who started it, and managers
        return principal in {"finance", "manager", "admin"}
    return principal in ALLOWED[rule.audience]


class WriteSpy:
    """Notes every statement that writes."""

    def __init__(self) -> None:
        self.writes: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        words = sql.lstrip("( \n").upper()
        if words.startswith(WRITES) and not any(t in sql for t in SESSION_TABLES):
            self.writes.append(sql[:120])
        return execute(sql, params, many, context)


@pytest.fixture
def unprinted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without their text: whether a page opens is decided before it is written."""
    monkeypatch.setattr(Template, "_render", _nothing)


def _nothing(_template: Template, _context: object) -> str:
    return ""


@pytest.mark.parametrize("principal", PRINCIPALS)
def test_a_get_opens_for_those_who_may_and_writes_nothing(
    world: World, principal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    template: Any = Template
    whole, wrong = template._render, []
    client = browser(world, principal)
    for name, rule in ROUTES.items():
        if principal == "admin" and same_for_both(name, rule):
            continue
        # A manager sees every page whole; sales those of their own clients: the others are drawn
        # where a stranger looks for traces.
        of_their_own = principal == "owner" and not may(rule, "stranger")
        drawn = principal == "manager" or of_their_own
        monkeypatch.setattr(Template, "_render", whole if drawn else _nothing)
        url = address(name, rule, world)
        spy = WriteSpy()
        with connection.execute_wrapper(spy):
            response = client.get(url)
        expected = expected_status(rule, principal)
        if response.status_code not in expected:
            wrong.append(f"{name} as {principal}: {response.status_code}, expected {expected}")
        if spy.writes:
            wrong.append(f"{name} as {principal} wrote on GET: {spy.writes}")
    assert not wrong, "\n".join(wrong)


def same_for_both(name: str, rule: Rule) -> bool:
    """Whether the gate lets managers and administrators in alike: asked once, as a manager."""
    allowed: frozenset[Role] = getattr(KNOWN[name].callback, "allowed_roles", frozenset())
    both = {Role.MANAGER, Role.ADMIN} <= allowed
    return both and may(rule, "manager") and may(rule, "admin")


def expected_status(rule: Rule, principal: str) -> set[int]:
    if may(rule, principal):
        # A page that needs more of its address may send the reader to where one chooses.
        return {rule.get} if rule.get != 200 else {200}
    if principal == "anonymous":
        return {302} if rule.get != 405 else {302, 405}
    return {404} if rule.get != 405 else {404, 405}


@pytest.mark.usefixtures("unprinted")
@pytest.mark.parametrize("principal", PRINCIPALS)
def test_a_post_of_those_who_may_not_is_turned_away_and_writes_nothing(
    world: World, principal: str
) -> None:
    wrong = []
    client = browser(world, principal)
    for name, rule in ROUTES.items():
        if may(rule, principal) or rule.audience == PUBLIC:
            continue
        spy = WriteSpy()
        with connection.execute_wrapper(spy):
            response = client.post(address(name, rule, world), {})
        expected = {302, 405} if principal == "anonymous" else {404, 405}
        login = response.headers.get("Location", "").startswith("/account/login/")
        if response.status_code not in expected or (response.status_code == 302 and not login):
            wrong.append(f"{name} as {principal}: {response.status_code}")
        if spy.writes:
            wrong.append(f"{name} as {principal} wrote: {spy.writes}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_no_page_answers_other_methods(world: World, method: str) -> None:
    """Asked of the view itself, as whoever may do most."""
    wrong = []
    for name, rule in ROUTES.items():
        if name == "set_language":
            continue  # Django's own; redirects whatever the method
        url = address(name, rule, world)
        request = RequestFactory().generic(method, url)
        request.user = world.users["admin"]
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # as Django's own test client does
        view, args, kwargs = resolve(url.partition("?")[0])
        try:
            status = view(request, *args, **kwargs).status_code
        except Http404:
            status = 404
        if status not in {404, 405}:
            wrong.append(f"{name} {method}: {status}")
    assert not wrong, "\n".join(wrong)


def test_an_empty_post_of_those_who_may_is_never_an_error_of_ours(
    world: World, request: pytest.FixtureRequest
) -> None:
    """Bad input is answered with a form, a redirect or a refusal, in every role."""
    # Whatever finance may post to, a manager may too: one of both is enough.
    assert ALLOWED[MONEY] >= ALLOWED[APPROVERS]
    for principal in ("manager", "owner"):
        if principal == "owner":  # the same forms and refusals: drawn once
            request.getfixturevalue("unprinted")
        client = browser(world, principal)
        for name, rule in ROUTES.items():
            if may(rule, principal):
                response = client.post(address(name, rule, world), {})
                assert response.status_code < 500, f"{name} as {principal}"


def test_a_stranger_finds_no_trace_of_anothers_client_anywhere(world: World) -> None:
    """The oracle: everything in this world that is not the stranger's carries a mark."""
    client = browser(world, "stranger")
    leaks = []
    for name, rule in ROUTES.items():
        if rule.get != 200 or not may(rule, "stranger"):
            continue
        for query in ("", "?q=Zhuanshu", f"?client={world.keys['client']}"):
            url = address(name, rule, world).partition("?")[0] + query
            body = client.get(url).content.decode()
            # What one typed oneself stands in the search box.
            if MARK in body.replace('value="Zhuanshu"', ""):
                leaks.append(f"{name} {query}")
    assert not leaks


def test_the_owner_does_find_it(world: World) -> None:
    """Else the oracle above would prove nothing."""
    client = browser(world, "owner")
    for url in ("/clients/", "/payments/invoices/", "/contracts/", "/search/?q=Zhuanshu"):
        assert MARK in client.get(url).content.decode(), url


def test_every_guarded_view_says_whom_it_lets_in() -> None:
    """A view without a gate is public; only the ones listed so may be."""
    open_views = [
        name
        for name, entry in KNOWN.items()
        if not hasattr(entry.callback, "allowed_roles") and ROUTES[name].audience != PUBLIC
    ]
    assert not open_views


def test_the_matrix_has_routes_of_each_kind() -> None:
    audiences = {rule.audience for rule in ROUTES.values()}
    assert {PUBLIC, OWN, MONEY} <= audiences
