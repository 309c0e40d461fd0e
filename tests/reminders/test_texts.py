"""What a reminder says: calm, native, right in figures, safe in every header."""

import datetime as dt
import re
from decimal import Decimal
from email import message_from_bytes
from email.policy import default

import pytest
from django.utils import translation

from clients.models import BankAccount, Client, Contact, Creditor
from core.mailing import AddressUnusable, ascii_mailbox, one_line
from reminders.services.mime import compose
from reminders.services.texts import AskedInvoice, Draft, answer_by, write_text
from reminders.states import Tone

ON = dt.date(2026, 6, 15)
AT = dt.datetime(2026, 6, 15, 4, 0, tzinfo=dt.UTC)
CREDITOR = Creditor(
    legal_name="Northwind & Sons Ltd",
    legal_name_zh="北风贸易有限公司",
    phone="+86 21 5555 0100",
    email="ar@northwind.example",
    signatory="王芳",
)
ACCOUNT = BankAccount(
    account_name="Northwind & Sons Ltd",
    account_number="6222 0000 1111",
    bank_name="ICBC",
    bic="ICBKCNBJ",
    currency="CNY",
)


# The tone lexicon's words to avoid, and the sentences that only fit after an earlier message.
HARSH = (
    *("后果自负", "等着瞧", "坐牢", "老赖", "骗子", "无赖", "曝光", "报警", "传票", "立刻马上"),
    *("故意拖欠", "你总是", "免除", "!", "！", "or else", "arrest", "deadbeat", "crook", "liar"),
    *("tell your clients", "court order", "already filed", "you always", "you refuse"),
    *("full and final", "we waive", "immediately", "at once or"),
)
EARLIER = ("We wrote to you", "earlier messages", "此前曾就此去函", "此前也曾去函", "此前去函")


def asked(number: str = "INV-1", *, credit: str = "0", collectible: str = "500") -> AskedInvoice:
    return AskedInvoice(
        id=1,
        number=number,
        issued_on=dt.date(2026, 4, 1),
        due_on=dt.date(2026, 5, 1),
        amount=Decimal(1000),
        open_amount=Decimal(600),
        collectible=Decimal(collectible),
        credit=Decimal(credit),
    )


def draft(  # each is one thing a text depends on
    tone: Tone = Tone.OVERSIGHT,
    *,
    language: str = "en",
    currency: str = "CNY",
    client: str = "Acme Ltd",
    contact: str = "Li Wei",
    invoices: tuple[AskedInvoice, ...] | None = None,
    wrote_before: bool = True,
    sender_name: str = "",
) -> Draft:
    return Draft(
        creditor=CREDITOR,
        client=Client(legal_name=client, language=language, country="CN"),
        contact=Contact(name=contact, email="liwei@acme.example"),
        account=ACCOUNT if currency == "CNY" else None,
        currency=currency,
        level=1,
        tone=tone,
        on=ON,
        wrote_before=wrote_before,
        sender_name=sender_name,
        invoices=invoices or (asked(), asked("INV-2", collectible="600")),
    )


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("tone", list(Tone))
@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("wrote_before", [True, False])
def test_every_text_is_whole_and_calm(
    language: str, tone: Tone, count: int, *, wrote_before: bool
) -> None:
    invoices = (asked(), asked("INV-2", collectible="600"))[:count]
    text = write_text(draft(tone, language=language, invoices=invoices, wrote_before=wrote_before))

    assert text.subject
    assert "\n" not in text.subject
    for sign in ("{{", "{%", "&amp;", "&#x27;", "\x00", "None"):
        assert sign not in text.subject + text.body
    assert "6222 0000 1111" in text.body
    assert "INV-1" in text.body
    total = "1,100.00" if count > 1 else "500.00"
    assert total in text.body
    calm = "请忽略" if language == "zh-hans" else "disregard"
    assert calm in text.body
    assert not [word for word in HARSH if word in f"{text.subject} {text.body}".lower()]
    has_chinese = re.search(r"[\u4e00-\u9fff]", text.body.replace("王芳", ""))
    assert bool(has_chinese) == (language == "zh-hans")
    earlier = [said for said in EARLIER if said in text.body]
    assert bool(earlier) == (wrote_before and tone in {Tone.ASKING, Tone.FORMAL, Tone.FINAL})


@pytest.mark.parametrize(
    ("currency", "language", "shown"),
    [
        ("EUR", "en", "€500.00"),
        ("EUR", "zh-hans", "€500.00"),
        ("USD", "en", "$500.00"),
        ("USD", "zh-hans", "US$500.00"),
        ("CNY", "zh-hans", "¥500.00"),
        ("JPY", "en", "¥500"),
    ],
)
def test_an_amount_carries_its_own_currency_in_the_readers_way(
    currency: str, language: str, shown: str
) -> None:
    text = write_text(draft(currency=currency, language=language, invoices=(asked(),)))
    assert shown in text.body
    assert currency == "USD" or "US$" not in text.body


@pytest.mark.parametrize("operator", ["en", "zh-hans"])
def test_the_operators_language_changes_nothing(operator: str) -> None:
    with translation.override("en"):
        expected = write_text(draft(language="zh-hans"))
    with translation.override(operator):
        assert write_text(draft(language="zh-hans")) == expected


def test_the_table_adds_up_with_credit_and_dispute() -> None:
    text = write_text(draft(invoices=(asked(credit="200"), asked("INV-2", collectible="600"))))
    assert "Sum: CN¥1,100.00" in text.body
    assert "Less your credit with us: CN¥200.00" in text.body
    assert "Total: CN¥900.00" in text.body
    assert "(not counting CN¥100.00 that is disputed)" in text.body


def test_names_are_text_in_the_plain_part_and_escaped_in_html() -> None:
    text = write_text(draft(client='Acme <script>alert("x")</script> & Co', contact="O'Hara <b>"))
    assert 'Acme <script>alert("x")</script> & Co' in text.body
    assert "Dear O'Hara <b>," in text.body
    assert "<script" not in text.html
    assert "&lt;script&gt;" in text.html


def test_html_says_the_same_words() -> None:
    text = write_text(draft(Tone.ASKING))
    plain = re.sub(r"<[^>]+>", " ", text.html)
    for sentence in text.body.split("\n\n"):
        if "INV-" in sentence or "Total" in sentence:
            continue
        words = " ".join(sentence.split())
        assert words in " ".join(plain.replace("&#x27;", "'").replace("&amp;", "&").split())


def test_the_answer_is_asked_for_by_a_working_day() -> None:
    # 22 June + a week is 2026-06-22, a Monday; the Dragon Boat holiday of 2026 is 19 June.
    assert answer_by(draft(Tone.OVERSIGHT)) == dt.date(2026, 6, 22)
    assert answer_by(draft(Tone.FINAL)) == dt.date(2026, 6, 29)


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("a\r\nBcc: x@y", "a Bcc: x@y"),
        ("a\x00b\x1f\x7f c", "a b c"),
        ("  a \t b ", "a b"),
        ("a\u2028b\u202ec", "a b c"),
        ("上海\u200b公司", "上海 公司"),
    ],
)
def test_a_line_stays_one_line(dirty: str, clean: str) -> None:
    assert one_line(dirty) == clean


@pytest.mark.parametrize("field", ["contact", "sender_name", "client"])
def test_no_name_can_add_a_header(field: str) -> None:
    evil = "Li\r\nBcc: victim@example.com\r\n\r\nbody"
    one = draft(**{field: evil})  # type: ignore[arg-type]  # one of the text fields
    raw = compose(one, write_text(one), message_id="<m@x>", reply_to="", at=AT)
    mail = message_from_bytes(raw, policy=default)
    assert mail["Bcc"] is None
    assert sorted(set(mail.keys())) == sorted(
        [
            "From",
            "To",
            "Reply-To",
            "Subject",
            "Date",
            "Message-ID",
            "Auto-Submitted",
            "Content-Language",
            "MIME-Version",
            "Content-Type",
        ]
    )


def test_an_invoice_number_cannot_add_a_header() -> None:
    one = draft(invoices=(asked("INV\r\nBcc: x@y.example"),))
    raw = compose(one, write_text(one), message_id="<m@x>", reply_to="", at=AT)
    assert message_from_bytes(raw, policy=default)["Bcc"] is None


def test_the_same_claim_gives_the_same_bytes() -> None:
    one = draft(language="zh-hans")
    first, second = (
        compose(one, write_text(one), message_id="<m@x>", reply_to="", at=AT) for _twice in "ab"
    )
    assert first == second
    assert b"\n" not in first.replace(b"\r\n", b"")
    assert max(len(line) for line in first.split(b"\r\n")) <= 78


@pytest.mark.parametrize(
    ("mailbox", "ascii_form"),
    [("a@b.example", "a@b.example"), ("li@公司.example", "li@xn--55qx5d.example")],
)
def test_a_mailbox_is_written_as_smtp_wants_it(mailbox: str, ascii_form: str) -> None:
    assert ascii_mailbox(mailbox) == ascii_form


@pytest.mark.parametrize(
    "mailbox", ["", "nobody", "@x", "a@", "a b@x.example", "a@x\r\nRCPT TO:<b@y>", "李@x.example"]
)
def test_what_is_no_mailbox_is_refused(mailbox: str) -> None:
    with pytest.raises(AddressUnusable):
        ascii_mailbox(mailbox)
