"""The life of a mail: each edge is one compare-and-swap with its row of history.

    QUEUED -> INFLIGHT -> SENT | FAILED | IN_DOUBT | QUEUED (only before the text was handed over)
    QUEUED -> taken back          IN_DOUBT -> SENT | FAILED (a person decides)

A worker's claim is known by the mail's count of attempts: a worker that was believed dead and
wakes up finds another count and can change nothing. What may have been delivered is never sent
again by itself.
"""

import datetime as dt
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from core import audit
from core.errors import Refusal
from core.mailing import MAX_ATTEMPTS, wait_after
from core.models import MailOnItsWay, User
from core.states import MailState
from core.transactions import in_transaction

MailT = TypeVar("MailT", bound=MailOnItsWay)


class Acts(NamedTuple):
    """How the record of acts calls what becomes of a mail."""

    sent: str
    failed: str
    in_doubt: str
    decided: str


class Machine(ABC, Generic[MailT]):
    """The edges of one table of mails. A room says which table, and what a sent mail leaves."""

    mails: type[MailT]
    history: ClassVar[type[models.Model]]
    #: The column of the history that names the mail.
    history_key: ClassVar[str]
    #: The state of one that was taken back while it waited.
    taken_back: ClassVar[str]
    acts: ClassVar[Acts]
    #: What is read with a mail that was sent.
    read_with_sent: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def leave_traces(
        self, mail: MailT, *, sent_at: dt.datetime, actor: User | None, at: dt.datetime
    ) -> Mapping[str, Any]:
        """Log what was sent, in the transaction that says so; the fields that go with the state."""

    @abstractmethod
    def blame_address(self, mail: MailT, *, at: dt.datetime) -> None:
        """The mail server spoke of the mailbox itself."""

    def facts(self, _mail: MailT) -> Mapping[str, object]:
        """What else each act on this mail says of it."""
        return {}

    def facts_sent(self, mail: MailT) -> Mapping[str, object]:
        """What is recorded of one that was sent."""
        return {"sha256": mail.raw_sha256}

    @property
    def rows(self) -> models.QuerySet[MailT]:
        """All mails of this table."""
        return self.mails._default_manager.all()

    def move(
        self,
        *,
        pk: int,
        attempt: int | None,
        from_states: tuple[str, ...],
        to: str,
        at: dt.datetime,
        actor: User | None = None,
        note: str = "",
        **fields: Any,
    ) -> bool:
        """Change a mail's state if it is still where the caller believes, and write it down.

        `attempt` None takes any claim. False when somebody was faster; nothing changes then.
        In the caller's transaction.
        """
        rows = self.rows.select_for_update(no_key=True).filter(pk=pk, state__in=from_states)
        if attempt is not None:
            rows = rows.filter(attempts=attempt)
        if to == MailState.QUEUED:
            rows = rows.filter(data_at=None)
        before = rows.values_list("state", flat=True).first()
        if before is None:
            return False
        self.rows.filter(pk=pk).update(state=to, **fields)
        self.history._default_manager.create(
            **{self.history_key: pk},
            from_state=before,
            to_state=to,
            at=at,
            actor=actor,
            note=" ".join(note.split())[:300],
        )
        return True

    def freeze(self, mail: MailT, *, raw: bytes, at: dt.datetime, **fields: Any) -> int | None:
        """Claim a queued mail with the bytes that will leave; the number of this attempt.

        In the claim's transaction, which holds the lock. None when it is not queued any more.
        """
        attempt = mail.attempts + 1
        # The lock already keeps others out; the condition says so to whoever changes the locks.
        taken = self.move(
            pk=mail.pk,
            attempt=mail.attempts,
            from_states=(MailState.QUEUED,),
            to=MailState.INFLIGHT,
            at=at,
            attempts=attempt,
            claimed_at=at,
            raw=raw,
            raw_sha256=hashlib.sha256(raw).hexdigest(),
            **fields,
        )
        return attempt if taken else None

    def take_back(
        self,
        *,
        pk: int,
        at: dt.datetime,
        actor: User | None = None,
        note: str = "",
        **fields: Any,
    ) -> bool:
        """Take a queued mail back. False when it is not queued any more."""
        return self.move(
            pk=pk,
            attempt=None,
            from_states=(MailState.QUEUED,),
            to=self.taken_back,
            at=at,
            actor=actor,
            note=note,
            **fields,
        )

    def hand_over(self, *, pk: int, attempt: int, at: dt.datetime) -> bool:
        """Note, durably, that the text is about to leave. False when the claim was lost."""
        return bool(
            self.rows.filter(
                pk=pk, state=MailState.INFLIGHT, attempts=attempt, data_at=None
            ).update(data_at=at)
        )

    @in_transaction
    def mark_sent(self, *, pk: int, attempt: int | None, at: dt.datetime, reply: str) -> bool:
        """The mail server took it (250). A late 250 also settles a mail in doubt."""
        return self._sent(
            pk=pk,
            attempt=attempt,
            from_states=(MailState.INFLIGHT, MailState.IN_DOUBT),
            sent_at=at,
            actor=None,
            at=at,
            note=reply,
        )

    def _sent(
        self,
        *,
        pk: int,
        attempt: int | None,
        from_states: tuple[str, ...],
        sent_at: dt.datetime,
        actor: User | None,
        at: dt.datetime,
        note: str,
    ) -> bool:
        """Leave its traces, then change the state: all of it or nothing."""
        rows = self.rows.select_for_update(of=("self",), no_key=True)
        rows = rows.select_related(*self.read_with_sent).filter(pk=pk, state__in=from_states)
        if attempt is not None:
            rows = rows.filter(attempts=attempt)
        mail = rows.first()
        if mail is None:
            return False
        left = self.leave_traces(mail, sent_at=sent_at, actor=actor, at=at)
        self.move(
            pk=pk,
            attempt=attempt,
            from_states=from_states,
            to=MailState.SENT,
            at=at,
            actor=actor,
            note=note,
            sent_at=sent_at,
            last_error="",
            decided_by=actor,
            **left,
        )
        self._record(self.acts.sent, mail, actor, at, **self.facts_sent(mail))
        return True

    @in_transaction
    def mark_failed(
        self, *, pk: int, attempt: int, at: dt.datetime, reply: str, bad_mailbox: bool = False
    ) -> bool:
        """It certainly did not arrive and is not tried again."""
        moved = self._ended(pk=pk, attempt=attempt, to=MailState.FAILED, at=at, reply=reply)
        if moved:
            mail = self.rows.get(pk=pk)
            if bad_mailbox:
                self.blame_address(mail, at=at)
            self._record(self.acts.failed, mail, None, at, reply=reply)
        return moved

    @in_transaction
    def requeue(self, *, pk: int, attempt: int, at: dt.datetime, reply: str) -> MailState | None:
        """The text never left: try again later, at most MAX_ATTEMPTS times, then it has failed.

        Returns the new state; None when the claim was lost.
        """
        if attempt >= MAX_ATTEMPTS:
            failed = self.mark_failed(pk=pk, attempt=attempt, at=at, reply=reply)
            return MailState.FAILED if failed else None
        moved = self._ended(
            pk=pk,
            attempt=attempt,
            to=MailState.QUEUED,
            at=at,
            reply=reply,
            available_at=at + wait_after(attempt),
        )
        return MailState.QUEUED if moved else None

    @in_transaction
    def doubt(self, *, pk: int, attempt: int, at: dt.datetime, reply: str) -> bool:
        """The text left and nobody knows whether it arrived: a person decides."""
        moved = self._ended(pk=pk, attempt=attempt, to=MailState.IN_DOUBT, at=at, reply=reply)
        if moved:
            self._record(self.acts.in_doubt, self.rows.get(pk=pk), None, at, reply=reply)
        return moved

    def _ended(
        self, *, pk: int, attempt: int, to: MailState, at: dt.datetime, reply: str, **fields: Any
    ) -> bool:
        """An attempt came to its end without a 250."""
        return self.move(
            pk=pk,
            attempt=attempt,
            from_states=(MailState.INFLIGHT,),
            to=to,
            at=at,
            note=reply,
            last_error=reply[:500],
            **fields,
        )

    def decide(
        self,
        *,
        pk: int,
        arrived: bool,
        note: str,
        actor: User,
        at: dt.datetime,
        unable: type[Refusal],
        settled: str,
    ) -> None:
        """A person decides a mail in doubt, from the client's word or the mail server's journal.

        It arrived: it counts as sent when its text left. It did not: it has failed. Deciding
        twice the same way is harmless. Raises `unable` when nothing says how one knows, and with
        the words `settled` when it is not in doubt, or was decided the other way. In the
        caller's transaction.
        """
        if not note.strip():
            raise unable(_("Say how you know."), field="note")
        wanted = MailState.SENT if arrived else MailState.FAILED
        mail = self.rows.select_for_update(no_key=True).get(pk=pk)
        if mail.state == wanted and mail.decided_by_id:
            return
        if mail.state != MailState.IN_DOUBT or mail.data_at is None:
            raise unable(settled)
        if arrived:
            self._sent(
                pk=pk,
                attempt=mail.attempts,
                from_states=(MailState.IN_DOUBT,),
                sent_at=mail.data_at,
                actor=actor,
                at=at,
                note=note,
            )
        else:
            self.move(
                pk=pk,
                attempt=mail.attempts,
                from_states=(MailState.IN_DOUBT,),
                to=MailState.FAILED,
                at=at,
                actor=actor,
                note=note,
                decided_by=actor,
            )
        self._record(self.acts.decided, mail, actor, at, arrived=arrived, note=note)

    def _record(
        self, action: str, mail: MailT, actor: User | None, at: dt.datetime, **payload: object
    ) -> None:
        audit.record(
            action=action,
            actor=actor,
            at=at,
            subject=mail,
            stream=f"client:{mail.client_id}",
            payload={"message_id": mail.message_id, **self.facts(mail), **payload},
        )
