"""The main menu: what each role sees, in the order of the working day."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
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
    """An entry of the menu. `route` is a URL name; a room that is not there yet is left out.

    Pages below its address belong to it, and those below the routes of `also`.
    """

    key: str
    label: str | Promise
    icon: str
    route: str
    roles: frozenset[Role] = EVERYONE
    shortcut: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Places behind one entry of the menu, which opens without a script."""

    key: str
    label: str | Promise
    icon: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A place with its address and those of its `also`; a group has `items` instead."""

    place: Place | Group
    url: str
    is_active: bool
    items: tuple["MenuItem", ...] = ()
    also: tuple[str, ...] = ()

    @property
    def leaves(self) -> tuple["MenuItem", ...]:
        """The entries that lead somewhere: its own, or those of a group."""
        return self.items or (self,)


# A key that no row has and no address contains.
_SOME_KEY = 900_000_000_000_000_001

_TALK = Group(
    "talk",
    pgettext_lazy("menu", "Talk"),
    "messages",
    (
        Place(
            "log", pgettext_lazy("menu", "Log"), "messages", "interactions:everything", shortcut="t"
        ),
        Place(
            "mail",
            pgettext_lazy("menu", "Mail"),
            "mail-opened",
            "interactions:mail_tray",
            shortcut="m",
            also=("interactions:outgoing",),
        ),
        Place("meetings", _("Meetings"), "calendar-event", "interactions:meetings", shortcut="e"),
        Place("links", pgettext_lazy("menu", "Links"), "link", "portal:links"),
        Place("care", pgettext_lazy("menu", "Care"), "heart-handshake", "interactions:revisits"),
        Place(
            "texts",
            pgettext_lazy("menu", "Calm words"),
            "message-circle",
            "interactions:tone_check",
            also=(
                "interactions:tone_rules",
                "interactions:tone_overrides",
                "interactions:texts",
                "interactions:scripts",
            ),
        ),
        Place("incidents", _("Incidents"), "alert-circle", "interactions:incidents"),
    ),
)

_CREDIT = Group(
    "credit",
    pgettext_lazy("menu", "Credit"),
    "shield-check",
    (
        Place(
            "warnings",
            _("Early warning"),
            "bell-ringing",
            "credit:warnings",
            also=("credit:looks", "credit:notices"),
        ),
        Place("backtest", pgettext_lazy("menu", "Look back"), "history", "credit:backtest", MONEY),
        Place("limits", pgettext_lazy("menu", "Over the limit"), "coins", "credit:limits"),
        Place(
            "screenings",
            _("Screenings"),
            "list-check",
            "credit:screenings",
            also=("credit:checklists",),
        ),
        Place("holds", pgettext_lazy("menu", "Holds"), "lock", "credit:holds"),
        Place("related", _("Related clients"), "users-group", "credit:related"),
        Place("credit-policy", _("Credit policy"), "list-details", "credit:policy"),
        Place(
            "fairness",
            pgettext_lazy("menu", "Behaviours and appeals"),
            "scale",
            "credit:behaviours",
            also=("credit:appeals",),
        ),
        Place("credit_reports", _("Credit reports"), "file-description", "credit:reports"),
        Place(
            "freeloading", pgettext_lazy("menu", "Freeloading"), "discount", "credit:freeloading"
        ),
    ),
)

PLACES: tuple[Place | Group, ...] = (
    Place("home", pgettext_lazy("menu", "Home"), "home", "workspace:home", shortcut="h"),
    Place("overdue", _("Overdue"), "chart-bar", "workspace:overdue", MONEY, shortcut="d"),
    Place("clients", _("Clients"), "users", "clients:list", shortcut="c"),
    Place("contracts", _("Contracts"), "signature", "contracts:list", shortcut="k"),
    Place("invoices", _("Invoices"), "file-invoice", "payments:invoices", shortcut="i"),
    Place("receipts", _("Receipts"), "cash", "payments:receipts", MONEY, shortcut="p"),
    _TALK,
    _CREDIT,
    Place("reminders", _("Reminders"), "bell", "reminders:runs", shortcut="r"),
    Place("letters", _("Letters"), "mail", "reminders:letters", shortcut="l"),
    Place("imports", _("Imports"), "file-import", "imports:list", MONEY),
    Place("packets", _("Evidence"), "folder", "cases:packets", APPROVERS),
    Place(
        "admin", pgettext_lazy("menu", "Admin"), "settings", "admin:index", frozenset({Role.ADMIN})
    ),
)


def route_or_blank(name: str, *args: object, **kwargs: object) -> str:
    """The address of a route, or "" while no such route exists."""
    if not args and not kwargs:
        return _plain_address(name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@lru_cache(maxsize=1024)
def _plain_address(name: str, urlconf: str, _prefix: str) -> str:
    """The same on every page: every page has a dozen of them."""
    try:
        return reverse(name, urlconf=urlconf)
    except NoReverseMatch:
        return ""


def addresses(route: str) -> Callable[[int], str]:
    """The addresses of a route that takes one key, for long lists: looked up once, not per row."""
    before, after = reverse(route, args=[_SOME_KEY]).split(str(_SOME_KEY))
    return lambda pk: f"{before}{pk}{after}"


def active_place(role: str, path: str) -> str:
    """The key of the place a page belongs to, by the longest address; "" for none."""
    places = [one for item in _menu_of(role) for one in item.leaves]
    active = max(places, key=lambda one: _length(one, path), default=None)
    return active.place.key if active is not None and _length(active, path) else ""


def menu_for(role: str, active: str) -> list[MenuItem]:
    """The menu of one role; `active` is the key of the place where one is."""
    return [_marked(item, active) for item in _menu_of(role)]


def _menu_of(role: str) -> tuple[MenuItem, ...]:
    return _places_of(role, settings.ROOT_URLCONF, get_script_prefix())


@cache
def _places_of(role: str, _urlconf: str, _prefix: str) -> tuple[MenuItem, ...]:
    """What a role sees. Looked up once: every page shows it, and routes do not come and go."""
    return tuple(_present(_resolved(one, role) for one in PLACES))


def _resolved(place: Place | Group, role: str) -> MenuItem | None:
    """An entry with its address; None for one that this role does not see."""
    if isinstance(place, Group):
        items = tuple(_present(_resolved(one, role) for one in place.places))
        return MenuItem(place, "", is_active=False, items=items) if items else None
    url = route_or_blank(place.route) if role in place.roles else ""
    also = tuple(map(route_or_blank, place.also))
    return MenuItem(place, url, is_active=False, also=also) if url else None


def _present(items: Iterable[MenuItem | None]) -> Iterable[MenuItem]:
    return (one for one in items if one is not None)


def _length(item: MenuItem, path: str) -> int:
    """How much of the path belongs to a place; 0 for a path that does not."""
    urls = (item.url, *item.also)
    return max(
        (len(url) for url in urls if path == url or (len(url) > 1 and path.startswith(url))),
        default=0,
    )


def _marked(item: MenuItem, key: str) -> MenuItem:
    """The entry, marked when it or one of its places is where one is."""
    items = tuple(replace(one, is_active=one.place.key == key) for one in item.items)
    is_active = item.place.key == key or any(one.is_active for one in items)
    return replace(item, is_active=is_active, items=items)
