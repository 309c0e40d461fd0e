"""One line per event, with the request it belongs to."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from django.test import Client

from core.states import Role
from crm import logs
from tests.factories import make_user

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Reads what was logged since the test began, as production would write it."""
    form = logs.configure(level="INFO", as_json=True)["formatters"]["line"]
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(form.pop("()")(**form))
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.removeHandler(handler)


@pytest.mark.django_db
def test_a_request_says_who_asked_and_what_came_of_it(client: Client, lines: Lines) -> None:
    user = make_user(Role.SALES)
    client.force_login(user)

    client.get("/dev/mail/")

    (finished,) = [line for line in lines() if line["event"] == "request_finished"]
    assert finished["request"] == "GET /dev/mail/"
    assert finished["code"] == 404
    assert finished["user_id"] == user.pk
    assert finished["request_id"]


def test_probes_leave_no_line(client: Client, lines: Lines) -> None:
    client.get("/healthz")

    assert lines() == []


@pytest.mark.django_db
def test_the_token_of_a_client_link_is_in_no_line(client: Client, lines: Lines) -> None:
    token = "k" * 43

    client.get(f"/p/{token}/")
    logging.getLogger("some.library").warning("GET %s", f"/p/{token}/?language=en")

    assert not [line for line in lines() if token in json.dumps(line)]
    assert [line for line in lines() if line.get("request") == "GET /p/…/"]


def test_lines_of_libraries_have_the_same_form(lines: Lines) -> None:
    with structlog.contextvars.bound_contextvars(request_id="one"):
        logging.getLogger("some.library").warning("账款 %s", "INV-1")

    (line,) = lines()
    assert line["event"] == "账款 INV-1"
    assert line["level"] == "warning"
    assert line["request_id"] == "one"


def test_an_exception_is_one_line(lines: Lines) -> None:
    try:
        int("broken")
    except ValueError:
        logging.getLogger("some.library").exception("failed")

    (line,) = lines()
    assert "ValueError: invalid literal" in line["exception"]
