"""What `verify_ledger` checks in this room: messages, their history, their traces."""

from collections.abc import Iterator

from django.db import connection

from core import verify
from reminders.states import MESSAGE_TRANSITIONS, MessageState


def _problems(sql: str, words: str, params: dict[str, list[str]] | None = None) -> Iterator[str]:
    """A sentence per row found. Reads only."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params or {})
        for row in cursor:
            yield words.format(*row)


@verify.check("reminders: a message's history leads to its state")
def _history() -> Iterator[str]:
    yield from _problems(
        """
        SELECT m.id, m.state, coalesce(t.to_state, 'nothing') FROM reminders_message m
        LEFT JOIN LATERAL (
            SELECT to_state FROM reminders_messagetransition t WHERE t.message_id = m.id
            ORDER BY t.id DESC LIMIT 1) t ON true
        WHERE t.to_state IS DISTINCT FROM m.state
        """,
        "message {0} is {1}, its history ends with {2}",
    )
    yield from _problems(
        """
        SELECT message_id, from_state, before FROM (
            SELECT t.message_id, t.from_state, coalesce(
                lag(t.to_state) OVER (PARTITION BY t.message_id ORDER BY t.id), '') AS before
            FROM reminders_messagetransition t) h
        WHERE from_state <> before
        """,
        "message {0}: a change starts from {1}, but it was {2}",
    )
    allowed = [("", MessageState.QUEUED.value)] + [
        (before.value, after.value)
        for before, afters in MESSAGE_TRANSITIONS.items()
        for after in afters
    ]
    yield from _problems(
        """
        SELECT message_id, from_state, to_state FROM reminders_messagetransition
        WHERE (from_state || '>' || to_state) <> ALL (%(allowed)s)
        """,
        "message {0} went from {1} to {2}",
        {"allowed": [f"{before}>{after}" for before, after in allowed]},
    )


@verify.check("reminders: at most one message per level of a climb")
def _once() -> Iterator[str]:
    yield from _problems(
        """
        SELECT client_id, currency, cycle_id, level, count(*) FROM reminders_message
        WHERE state IN ('QUEUED', 'INFLIGHT', 'IN_DOUBT', 'SENT')
        GROUP BY client_id, creditor_id, currency, cycle_id, level HAVING count(*) > 1
        """,
        "client {0}, {1}, cycle {2}: {4} messages at level {3}",
    )


@verify.check("reminders: what was sent is in the log, once")
def _logged() -> Iterator[str]:
    yield from _problems(
        """
        SELECT m.id, count(i.id) FROM reminders_message m
        LEFT JOIN interactions_interaction i
          ON i.about_type = 'reminders.message' AND i.about_id = m.id::text
        WHERE m.state = 'SENT' GROUP BY m.id HAVING count(i.id) <> 1
        """,
        "message {0} was sent and is in the log {1} times",
    )
    yield from _problems(
        """
        SELECT i.id, i.about_id FROM interactions_interaction i
        LEFT JOIN reminders_message m ON m.id::text = i.about_id AND m.state = 'SENT'
        WHERE i.about_type = 'reminders.message' AND m.id IS NULL
        """,
        "the log's entry {0} tells of message {1}, which was not sent",
    )


@verify.check("reminders: states and times agree")
def _times() -> Iterator[str]:
    yield from _problems(
        """
        SELECT id, state FROM reminders_message
        WHERE (state = 'SENT') <> (sent_at IS NOT NULL)
           OR (state = 'QUEUED' AND data_at IS NOT NULL)
           OR (state IN ('INFLIGHT', 'SENT', 'IN_DOUBT') AND claimed_at IS NULL)
           OR (state IN ('SENT', 'IN_DOUBT') AND data_at IS NULL)
           OR data_at < claimed_at OR sent_at < data_at
        """,
        "message {0} is {1}, its times say otherwise",
    )


@verify.check("reminders: a climb stands where its last message left it")
def _levels() -> Iterator[str]:
    yield from _problems(
        """
        SELECT c.id, c.level, coalesce(s.level, -1) FROM reminders_cycle c
        LEFT JOIN (SELECT cycle_id, max(level) AS level FROM reminders_message
                   WHERE state = 'SENT' GROUP BY cycle_id) s ON s.cycle_id = c.id
        WHERE c.level <> coalesce(s.level, -1) OR (c.level >= 0) <> (c.last_sent_on IS NOT NULL)
        """,
        "cycle {0} stands at level {1}, its sent messages at {2}",
    )


@verify.check("reminders: a message asks for what its lines say")
def _amounts() -> Iterator[str]:
    yield from _problems(
        """
        SELECT m.id, m.amount, coalesce(sum(l.asked), 0) FROM reminders_message m
        LEFT JOIN reminders_messageinvoice l
          ON l.message_id = m.id AND l.attempt = m.attempts
        WHERE m.state IN ('INFLIGHT', 'SENT', 'IN_DOUBT')
        GROUP BY m.id HAVING m.amount IS DISTINCT FROM sum(l.asked)
        """,
        "message {0} asks for {1}, its lines come to {2}",
    )
    yield from _problems(
        """
        SELECT id, raw_sha256 FROM reminders_message
        WHERE raw IS NOT NULL AND raw_sha256 <> encode(sha256(raw), 'hex')
        """,
        "the frozen bytes of message {0} do not match {1}",
    )


@verify.check("reminders: a run's figures are those of its decisions")
def _runs() -> Iterator[str]:
    yield from _problems(
        """
        SELECT r.id, r.send_count, r.skip_count, coalesce(d.send, 0), coalesce(d.skip, 0)
        FROM reminders_reminderrun r
        LEFT JOIN (SELECT run_id, count(*) FILTER (WHERE outcome = 'SEND') AS send,
                          count(*) FILTER (WHERE outcome = 'SKIP') AS skip
                   FROM reminders_decision GROUP BY run_id) d ON d.run_id = r.id
        WHERE (r.send_count, r.skip_count) <> (coalesce(d.send, 0), coalesce(d.skip, 0))
        """,
        "run {0} says {1} to send and {2} to skip, its decisions {3} and {4}",
    )
