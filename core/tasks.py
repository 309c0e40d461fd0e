"""Celery tasks of the ground floor. Each takes ids only and is a wake-up."""

from celery import shared_task

from core import outbox
from core.dates import now


@shared_task(name="core.tasks.run_outbox_item")
def run_outbox_item(item_id: int) -> None:
    """Do one promised piece of work now, if nobody has."""
    item = outbox.claim(at=now(), item_id=item_id)
    if item is not None:
        outbox.run_item(item, at=now())


@shared_task(name="core.tasks.sweep_outbox")
def sweep_outbox() -> int:
    """Find what was promised and not done: lost wake-ups, dead workers, retries due."""
    return outbox.run_waiting(at=now())


def wake_worker(item_id: int) -> None:
    """Tell a worker of a new outbox row."""
    run_outbox_item.delay(item_id)


outbox.set_wake(wake_worker)
