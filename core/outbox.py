"""The outbox: work promised inside a business transaction, done after it.

The row is the truth. Celery is told on commit, and if that message is lost the sweeper
(every 30 s) finds the row. A handler may run more than once, so it must be idempotent.
"""

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from core.models import OutboxItem

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
# A claim older than this belongs to a worker that died: the row is taken again.
CLAIM_TIMEOUT = dt.timedelta(minutes=30)

Handler = Callable[..., None]
_handlers: dict[str, Handler] = {}
_given_up: dict[str, Callable[..., None]] = {}
_wake: list[Callable[[int], None]] = []


def handler(name: str) -> Callable[[Handler], Handler]:
    """Register the function that does the work called `name` (keyword arguments only)."""

    def register(function: Handler) -> Handler:
        _handlers[name] = function
        return function

    return register


def given_up(name: str, function: Callable[..., None]) -> None:
    """Register what is told, with the row's arguments and `error`, when all attempts failed."""
    _given_up[name] = function


def set_wake(function: Callable[[int], None]) -> None:
    """Set what tells a worker of a new row (the Celery task; nothing in commands)."""
    _wake[:] = [function]


def enqueue(*, task: str, key: str, args: Mapping[str, Any], at: dt.datetime) -> bool:
    """Promise work in the caller's transaction. False when `key` was promised before."""
    item, created = OutboxItem.objects.get_or_create(
        key=key, defaults={"task": task, "args": dict(args), "available_at": at}
    )
    if created:
        transaction.on_commit(lambda: _wake_worker(item.pk))
    return created


def _wake_worker(item_id: int) -> None:
    for wake in _wake:
        try:
            wake(item_id)
        except OSError:
            # The broker is away; the row stays and the sweeper will find it.
            logger.warning("broker not reachable; outbox item %s waits for the sweeper", item_id)


def claim(*, at: dt.datetime, item_id: int | None = None) -> OutboxItem | None:
    """Take one waiting row, or None. SKIP LOCKED: two workers never take the same one."""
    waiting = OutboxItem.objects.filter(
        Q(claimed_at=None) | Q(claimed_at__lt=at - CLAIM_TIMEOUT),
        done_at=None,
        failed_at=None,
        available_at__lte=at,
    )
    if item_id is not None:
        waiting = waiting.filter(pk=item_id)
    with transaction.atomic():
        item = waiting.select_for_update(skip_locked=True).order_by("pk").first()
        if item is None:
            return None
        item.claimed_at = at
        item.attempts += 1
        item.save(update_fields=["claimed_at", "attempts"])
    return item


def run_item(item: OutboxItem, *, at: dt.datetime) -> bool:
    """Do the work of a claimed row. True when done; a failure is kept on the row."""
    try:
        _handlers[item.task](**item.args)
    except Exception as error:
        logger.exception("outbox item %s (%s) failed", item.pk, item.task)
        _note_failure(item, error, at=at)
        return False
    OutboxItem.objects.filter(pk=item.pk).update(done_at=at, last_error="")
    return True


def _note_failure(item: OutboxItem, error: Exception, *, at: dt.datetime) -> None:
    final = item.attempts >= MAX_ATTEMPTS
    OutboxItem.objects.filter(pk=item.pk).update(
        claimed_at=None,
        failed_at=at if final else None,
        available_at=at + dt.timedelta(seconds=30 * 2**item.attempts),
        last_error=f"{type(error).__name__}: {error}"[:2000],
    )
    if final and item.task in _given_up:
        _given_up[item.task](error=f"{type(error).__name__}: {error}", **item.args)


def run_waiting(*, at: dt.datetime, limit: int = 500) -> int:
    """Do what waits, at most `limit` rows. Returns how many were done."""
    done = 0
    for _attempt in range(limit):
        item = claim(at=at)
        if item is None:
            break
        done += run_item(item, at=at)
    return done


def retry_failed(*, at: dt.datetime) -> int:
    """Give rows that failed for good another round, when a person has mended the cause."""
    return OutboxItem.objects.exclude(failed_at=None).update(
        failed_at=None, claimed_at=None, attempts=F("attempts") * 0, available_at=at
    )
