"""Which mails a packet holds, and how much of each it prints. Their pages: `test_printed.py`."""

import datetime as dt

import pytest

from cases.services import build_packet
from interactions.services import archive_sent
from tests.cases.packets.cast import archive_of, corresponded, debtor
from tests.factories import NOW, TODAY
from tests.interactions.mails import raw_mail

pytestmark = pytest.mark.django_db


def test_a_mail_written_after_the_day_of_the_packet_is_not_in_it() -> None:
    client, creditor, mails = corresponded()
    day = dt.date(2026, 6, 11)  # of the first mail; the second is of the day after
    packet = build_packet(
        client=client, creditor=creditor, language="en", as_of_on=day, actor=None, at=NOW
    )
    names = [name for name in archive_of(packet).namelist() if name.endswith(".eml")]
    assert names == [f"originals/mails/{mails[0].pk}.eml"]


def test_a_mail_too_long_to_print_says_where_the_rest_is(told: list[str]) -> None:
    client, creditor = debtor()
    long = raw_mail("A line of many words.\r\n" * 2000 + "The end", message_id="<long@x.example>")
    mail = archive_sent(raw=long, client=client, actor=None, at=NOW)
    assert len(mail.text) > 20_000
    packet = build_packet(
        client=client, creditor=creditor, language="en", as_of_on=TODAY, actor=None, at=NOW
    )
    text = " ".join(told)
    assert "A line of many words." in text
    assert f"The rest stands in the raw mail mails/{mail.pk}.eml" in text
    assert "The end" not in text
    with archive_of(packet) as archive:
        assert archive.read(f"originals/mails/{mail.pk}.eml") == long
