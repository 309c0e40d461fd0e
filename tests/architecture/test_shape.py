"""The house as it is drawn in docs/architecture.md, held against the code."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, OneToOneField

ROOT = Path(__file__).resolve().parent.parent.parent

# From the ground up: a room may know the rooms before it, never the ones after.
ROOMS = (
    "core",
    "clients",
    "interactions",
    "contracts",
    "payments",
    "disputes",
    "credit",
    "credit",
    "reminders",
    "cases",
    "imports",
    "portal",
    "workspace",
    "api",
    "crm",
)
MODULES = frozenset(
    {
        "admin",
        "api",
        "apps",
        "data",
        "forms",
        "letters",
        "management",
        "migrations",
        "models",
        "rules",
        "selectors",
        "services",
        "sql",
        "states",
        "tasks",
        "templatetags",
        "urls",
        "views",
    }
)
CLOCKS = frozenset(
    {
        "now",
        "today",
        "timezone.now",
        "dt.datetime.now",
        "datetime.now",
        "dt.date.today",
        "date.today",
    }
)
LONGEST_FUNCTION = 60
LONGEST_MODULE = 520


def sources() -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def test_foreign_keys_point_down() -> None:
    wrong = []
    for model in apps.get_models():
        room = model._meta.app_label
        if room not in ROOMS:
            continue
        for field in model._meta.get_fields():
            if not isinstance(field, ForeignKey | OneToOneField | ManyToManyField):
                continue
            target = field.related_model._meta.app_label
            if target in ROOMS and ROOMS.index(target) > ROOMS.index(room):
                wrong.append(f"{room}.{model.__name__}.{field.name} -> {target}")
    assert not wrong


def test_rooms_hold_only_the_known_modules() -> None:
    """`core` and `crm` are the ground and the roof; every other room has the same anatomy."""
    unknown = []
    for room in ROOMS:
        folder = ROOT / room
        if room in {"core", "crm"} or not folder.is_dir():
            continue
        for path in folder.iterdir():
            if path.name.startswith((".", "__")) or (path.is_file() and path.suffix != ".py"):
                continue
            if path.stem not in MODULES:
                unknown.append(f"{room}/{path.name}")
    assert not unknown


@pytest.mark.parametrize("path", list(sources()), ids=lambda p: str(p.relative_to(ROOT)))
def test_functions_fit_a_screen_and_modules_a_room(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST_MODULE, "make it a package of the same name"
    long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long


def test_every_model_that_hangs_on_a_client_knows_who_may_see_it() -> None:
    from clients.models import Client

    blind = []
    inner = {
        "ClientDocument",  # served through its client
        "ContractTransition",
        "Cycle",
        "MailSuggestion",  # served through its mail
        "PlanInvoice",
        "PlanInstalment",
        "RunExclusion",  # served through its run
    }
    for model in apps.get_models():
        if model._meta.app_label not in ROOMS or model.__name__ in inner:
            continue
        hangs = any(
            isinstance(f, ForeignKey) and f.related_model is Client
            for f in model._meta.get_fields()
        )
        if (hangs or model is Client) and not hasattr(model._default_manager.all(), "visible_to"):
            blind.append(model._meta.label)
    assert not blind


# Chances and points are no money.
SCORES = frozenset({"Calibration", "CurrentScore", "ScoreSnapshot"})


def test_no_float_touches_money() -> None:
    fields = [
        f"{m._meta.label}.{f.name}"
        for m in apps.get_models()
        if m._meta.app_label in ROOMS
        for f in m._meta.fields
        if f.get_internal_type() == "FloatField" and m.__name__ not in SCORES
    ]
    assert not fields


def test_the_clock_is_read_at_the_interface_only() -> None:
    """Services, selectors, rules and models are told the day; `core.jobs` runs work itself."""
    readers = []
    for path in sources():
        parts = path.relative_to(ROOT).parts
        inside = parts[1].removesuffix(".py") if len(parts) > 1 else ""
        if parts[0] == "crm" or inside in {"views", "tasks", "management", "admin", "templatetags"}:
            continue
        if path.name == "dates.py" or (parts[0] == "core" and inside == "jobs"):
            continue
        text = path.read_text(encoding="utf-8")
        if not any(clock in text for clock in CLOCKS):
            continue
        readers += [
            f"{path.relative_to(ROOT)}:{node.lineno}"
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Call) and ast.unparse(node.func) in CLOCKS
        ]
    assert not readers
