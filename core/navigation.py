"""The main menu: what each role sees, in the order of the working day."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.states import Role

EVERYONE = frozenset(Role)
MONEY = frozenset({Role.FINANCE, Role.MANAGER, Role.ADMIN})
APPROVERS = frozenset({Role.MANAGER, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the menu. `route` is a URL name; a room that is not there yet is left out."""

    key: str
    label: str | Promise
    icon: str
    route: str
    roles: frozenset[Role] = EVERYONE
    shortcut: str = ""


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A place resolved for one request."""

    place: Place
    url: str
    is_active: bool


# A key that no row has and no address contains.
_SOME_KEY = 900_000_000_000_000_001

PLACES: tuple[Place, ...] = (
    Place("home", pgettext_lazy("menu", "Home"), "home", "workspace:home", shortcut="h"),
    Place("overdue", _("Overdue"), "chart-bar", "workspace:overdue", MONEY, shortcut="d"),
    Place("clients", _("Clients"), "users", "clients:list", shortcut="c"),
    Place("contracts", _("Contracts"), "signature", "contracts:list", shortcut="k"),
    Place("invoices", _("Invoices"), "file-invoice", "payments:invoices", shortcut="i"),
    Place("receipts", _("Receipts"), "cash", "payments:receipts", MONEY, shortcut="p"),
    Place("log", pgettext_lazy("menu", "Log"), "messages", "interactions:everything", shortcut="t"),
    Place("reminders", _("Reminders"), "bell", "reminders:runs", shortcut="r"),
    Place("letters", _("Letters"), "mail", "reminders:letters", shortcut="l"),
    Place("mail", pgettext_lazy("menu", "Mail"), "mail-opened", "interactions:mail_tray"),
    Place(
        "texts", pgettext_lazy("menu", "Calm words"), "message-circle", "interactions:tone_check"
    ),
    Place("links", pgettext_lazy("menu", "Links"), "link", "portal:links"),
    Place("care", pgettext_lazy("menu", "Care"), "heart-handshake", "interactions:revisits"),
    Place("imports", _("Imports"), "file-import", "imports:list", MONEY),
    Place("packets", _("Evidence"), "folder", "cases:packets", APPROVERS),
    Place(
        "admin", pgettext_lazy("menu", "Admin"), "settings", "admin:index", frozenset({Role.ADMIN})
    ),
)


def route_or_blank(name: str, *args: object, **kwargs: object) -> str:
    """The address of a route, or "" while no such route exists."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


def addresses(route: str) -> Callable[[int], str]:
    """The addresses of a route that takes one key, for long lists: looked up once, not per row."""
    before, after = reverse(route, args=[_SOME_KEY]).split(str(_SOME_KEY))
    return lambda pk: f"{before}{pk}{after}"


def menu_for(role: str, path: str) -> list[MenuItem]:
    """The menu of one role. The active entry is the one whose address is the longest prefix."""
    found = [(place, route_or_blank(place.route)) for place in PLACES if role in place.roles]
    reachable = [(place, url) for place, url in found if url]
    active = max(
        (url for _place, url in reachable if path == url or (url != "/" and path.startswith(url))),
        key=len,
        default="",
    )
    return [MenuItem(place, url, url == active) for place, url in reachable]
