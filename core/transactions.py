"""Transactions: retries where the database says so, refusals where a constraint speaks."""

import datetime as dt
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, connection, models, transaction
from django.utils.functional import Promise

from core import audit
from core.errors import Refusal
from core.models import User

P = ParamSpec("P")
R = TypeVar("R")

MAX_ATTEMPTS = 5
# serialization_failure and deadlock_detected: the work may be done again from the start.
RETRYABLE = frozenset({"40001", "40P01"})


def in_transaction(function: Callable[P, R]) -> Callable[P, R]:
    """Run a service in one transaction, again (at most 5 times) after a deadlock.

    Inside a caller's transaction it only joins it: the outermost one retries. A refusal is
    recorded as an act after the rollback, because what was tried and refused is evidence too.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            with transaction.atomic():
                return function(*args, **kwargs)
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except Refusal as refusal:
                _record_refusal(f"{function.__module__}.{function.__name__}", kwargs, refusal)
                raise
            except OperationalError as error:
                if sqlstate(error) not in RETRYABLE or attempt == MAX_ATTEMPTS:
                    raise
                # Apart by chance, so that two that met do not meet again.
                time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311  # not a secret
        raise AssertionError("unreachable")

    return run


def _record_refusal(service: str, given: Mapping[str, object], refusal: Refusal) -> None:
    actor, at = given.get("actor"), given.get("at")
    if not isinstance(at, dt.datetime):
        return
    audit.record(
        action="refused",
        actor=actor if isinstance(actor, User) else None,
        at=at,
        stream="refusals",
        payload={
            "service": service,
            "refusal": type(refusal).__name__,
            "field": refusal.field,
            # Which rows, never their content: names and addresses stay out of the chain.
            "about": {
                name: f"{value._meta.label_lower}:{value.pk}"
                for name, value in sorted(given.items())
                if isinstance(value, models.Model) and name != "actor"
            },
        },
    )


def sqlstate(error: Exception) -> str:
    """The five-character SQLSTATE behind a Django database error; empty when unknown."""
    return str(getattr(error.__cause__, "pgcode", "") or "")


def constraint_of(error: Exception) -> str:
    """Name of the constraint that refused; empty when unknown."""
    diagnostics = getattr(error.__cause__, "diag", None)
    return str(getattr(diagnostics, "constraint_name", "") or "")


@contextmanager
def refusing(refusal: type[Refusal], messages: Mapping[str, str | Promise]) -> Iterator[None]:
    """Turn a constraint's refusal into words: constraint name to message.

    Used inside a service: the savepoint or transaction of `in_transaction` takes back what the
    statement did, so it has none of its own. A constraint without a message here is a
    programming error and passes through.
    """
    try:
        with transaction.atomic(savepoint=False):
            yield
    except IntegrityError as error:
        message = messages.get(constraint_of(error))
        if message is None:
            raise
        raise refusal(message) from error
