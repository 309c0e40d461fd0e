"""Mails are read defensively: damage is noted, never raised; quotes fold and lose nothing."""
# ruff: noqa: E501  # mails as they come

from __future__ import annotations

import base64
import email.policy
import time
from email import message_from_bytes
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interactions.rules.mail.bodies import content_type, unflow
from interactions.rules.mail.folding import PieceKind, fold, forwarded, own_words
from interactions.rules.mail.html import DEEPEST, clean_html, html_to_text
from interactions.rules.mail.kinds import nature_of
from interactions.rules.mail.parsed import ParsedMail, UnreadableMail
from interactions.rules.mail.reading import read_mail
from tests.interactions.mails import b64, bounce, raw_mail


def with_subject(value: bytes) -> ParsedMail:
    return read_mail(b"From: a@b.example\nSubject: " + value + b"\n\nx")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (b64("付款通知", "gb2312").encode(), "付款通知"),
        (b64("付款通知", "gb18030").encode(), "付款通知"),
        (b64("付款通知", "utf-8").replace("utf-8", "GBK").encode(), "付款通知"),  # a lie
        (b64("付款通知", "gb18030").replace("gb18030", "iso-8859-1").encode(), "付款通知"),
        (b64("付款通知", "big5").encode(), "付款通知"),
        ("付款通知".encode(), "付款通知"),
        ("付款通知书已经发出".encode("gbk"), "付款通知书已经发出"),
        (b"=?utf-8?Q?Gr=C3=BC=C3=9Fe?= =?utf-8?Q?_aus_K=C3=B6ln?=", "Grüße aus Köln"),
        # One character cut in two by the mail program
        (b"=?utf-8?B?5LuY5g==?=\n =?utf-8?B?rL4=?=", "付款"),
        (b"=?utf-8?B?####?= rest", "rest"),
        (b"=?no-such-charset?Q?Hello?=", "Hello"),
        (b"a\x00b", "ab"),
        (b"folded\r\n over two lines", "folded over two lines"),
        (
            b"=?utf-8?B?" + base64.b64encode(b"x\r\nBcc: evil@x.example") + b"?=",
            "x Bcc: evil@x.example",
        ),
    ],
)
def test_subjects_are_read_whatever_was_done_to_them(value: bytes, shown: str) -> None:
    assert with_subject(value).subject == shown


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        ("我们下周付款，谢谢。", "gb18030", "gb2312"),
        ("我们下周付款，谢谢。", "gb18030", "iso-8859-1"),
        ("我们下周付款，谢谢。", "gb18030", "us-ascii"),
        ("我们下周付款，谢谢。", "utf-8", "gb2312-nonsense"),
        ("我們下週付款，謝謝。", "big5", "big5"),
        ("我們下週付款，謝謝您的支持與耐心。", "big5", "gb2312"),
        ("Schöne Grüße aus Zürich für Sie", "latin-1", "us-ascii"),
        ("Schöne Grüße", "latin-1", "iso-8859-1"),
        ("“Déjà payé” – 50 €", "cp1252", "iso-8859-1"),
        ("支払いました", "shift_jis", "shift_jis"),
    ],
)
def test_bodies_are_read_in_the_encoding_they_are_in(text: str, codec: str, label: str) -> None:
    head = f"From: a@b.example\nContent-Type: text/plain; charset={label}\n\n".encode()
    assert read_mail(head + text.encode(codec)).text == text


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('"Wang, Ann" <Ann@B.example>', ("Wang, Ann", "ann@b.example")),
        (f"{b64('王芳', 'gb18030')} <a@b.example>", ("王芳", "a@b.example")),
        ("a@b.example (Ann)", ("Ann", "a@b.example")),
        ("<<broken <a@b.example", ("broken", "a@b.example")),
        # What stands before the brackets is a name, whatever it looks like.
        ("ann@old.example <ann@new.example>", ("ann@old.example", "ann@new.example")),
        ("ann@old.example]<ann@new.example>", ("ann@old.example]", "ann@new.example")),
        ("no address at all", ("no address at all", "")),
        ("", ("", "")),
    ],
)
def test_senders_are_found_in_malformed_headers(header: str, expected: tuple[str, str]) -> None:
    mail = read_mail(f"From: {header}\nSubject: s\n\nx".encode())
    assert (mail.sender.name, mail.sender.email) == expected


def test_a_name_that_looks_like_an_address_is_not_another_recipient() -> None:
    header = 'x@a.example, ann@old.example <ann@new.example>, "Wang, Li" <li@c.example>'
    mail = read_mail(f"From: a@b.example\nTo: {header}\n\nx".encode())
    assert [one.email for one in mail.to] == ["x@a.example", "ann@new.example", "li@c.example"]


@pytest.mark.parametrize("evil", ["<" * 9000, "@" * 9000 + "<", "a@," * 3000 + "<", '"' * 9000])
def test_no_list_of_addresses_takes_long(evil: str) -> None:
    started = time.process_time()
    read_mail(f"From: {evil}\nSubject: s\n\nx".encode())
    assert time.process_time() - started < 5


def test_hundreds_of_recipients_are_bounded() -> None:
    many = ", ".join(f"p{n}@b.example" for n in range(900))
    mail = read_mail(f"From: a@b.example\nTo: {many}\n\nx".encode())
    assert 100 < len(mail.to) <= 200


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Fri, 99 Jun 2026 10:00", "Mon, 1 Jan 1000 00:00:00 +0000"]
)
def test_dates_that_make_no_sense_are_noted(date: str) -> None:
    mail = read_mail(raw_mail(date=date))
    assert mail.sent_at is None
    assert {"date_missing", "date_invalid"} & set(mail.damage)


def test_files_have_readable_names_without_folders_and_tricks() -> None:
    def name(disposition: str) -> str:
        head = "From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"
        raw = f"{head}Content-Type: application/pdf\nContent-Disposition: {disposition}\n\nx\n--x--"
        return read_mail(raw.encode()).attachments[0].name

    assert name(f'attachment; filename="{b64("报价单.pdf", "gb18030")}"') == "报价单.pdf"
    assert name("attachment; filename*=utf-8''%E6%8A%A5%E4%BB%B7.pdf") == "报价.pdf"
    assert name('attachment; filename*0="very "; filename*1="long.pdf"') == "very long.pdf"
    assert name('attachment; filename="../../etc/passwd"') == "passwd"
    assert name('attachment; filename="C:\\\\dir\\\\a.pdf"') == "a.pdf"
    assert name('attachment; filename="..."') == "attachment-1"
    assert name('attachment; filename="photo\u202egpj.exe"') == "photogpj.exe"
    assert name('attachment; filename="报价单.pdf"') == "报价单.pdf"
    assert name("attachment") == "attachment-1"


def test_an_attached_mail_stays_whole_and_is_not_mistaken_for_the_text() -> None:
    inner = EmailMessage()
    inner["Subject"], inner["From"] = "Inner", "x@y.example"
    inner.set_content("inner words")
    outer = EmailMessage()
    outer["From"] = "a@b.example"
    outer.set_content("outer words")
    outer.add_attachment(inner)
    mail = read_mail(outer.as_bytes())
    assert mail.text.strip() == "outer words"
    (file,) = mail.attachments
    assert read_mail(file.data).subject == "Inner"


def test_damaged_base64_gives_what_can_be_read() -> None:
    head = b"From: a@b.example\nContent-Transfer-Encoding: base64\n\n"
    data = base64.b64encode(b"Hello there, we will pay")
    mail = read_mail(head + data[:-3] + b"!")
    assert "Hello" in mail.text
    assert "encoding_broken" in mail.damage


def nested(depth: int) -> bytes:
    head = b"From: a@b.example\nMIME-Version: 1.0\n"
    opening = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth)
    )
    return head + opening + b"Content-Type: text/plain\n\nDeep words\n"


def test_nesting_is_bounded() -> None:
    assert "Deep words" in read_mail(nested(10)).text
    assert "nested_too_deep" in read_mail(nested(60)).damage
    with pytest.raises(UnreadableMail, match="nested_too_deep"):
        read_mail(nested(5000))


def test_thousands_of_parts_are_bounded() -> None:
    head = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n"
    mail = read_mail(head + b"--x\nContent-Type: text/plain\n\nx\n" * 3000 + b"--x--")
    assert "parts_cut" in mail.damage


def test_flowing_text_is_joined_again() -> None:
    assert unflow("one \ntwo\n> three \n> four\n-- \nme") == "one two\n> three four\n-- \nme"
    assert unflow("付 \n款", joins_words=True) == "付款"


def test_html_becomes_text_with_marked_quotes() -> None:
    html = clean_html(
        "<style>p{}</style><p>Hello<br>there</p><script>x</script><ul><li>one<li>two</ul>"
        "<blockquote><p>quoted</p></blockquote><table><tr><td>a<td>b</table>"
    )
    assert html_to_text(html).split("\n") == [
        "Hello", "there", "", "- one", "- two", "> quoted", ">", "a\tb",
    ]  # fmt: skip


def test_hostile_html_takes_no_time() -> None:
    assert clean_html("<div>" * 50_000)
    assert html_to_text(clean_html("<b><i>" * 20_000 + "x")) == "x"
    deep = clean_html("<div>" * 2_000 + "within" + "</div>" * 2_000 + "<i>after</i>")
    assert deep.count("<div>") == deep.count("</div>") == DEEPEST
    assert deep.endswith("<i>after</i>")
    assert "within" in deep


def test_many_paragraphs_left_open_are_not_deep() -> None:
    html = "".join(f"<p>{n}<br><b>{n}</b>" for n in range(1_000))
    assert clean_html(html).count("<b>") == 1_000


QUOTES: tuple[tuple[str, str], ...] = (
    ("gmail", "Yes\n\nOn Mon, Apr 2, 2012 at 6:26 PM, Ann <a@b.example> wrote:\n\n> Hi\n> there"),
    ("gmail, wrapped", "Yes\n\nOn Mon, Apr 2, 2012 at 6:26 PM, Ann Wang\n<a@b.example>\nwrote:\n> Hi"),
    ("gmail zh", "Yes\n\n王芳 <a@b.example> 于2026年6月1日周一 下午3:15写道：\n\n> 您好"),
    ("apple zh", "Yes\n\n在 2026年6月1日，下午3:15，王芳 <a@b.example> 写道：\n\n> 您好"),
    ("163", "Yes\n\n在 2026-06-01 10:00:00，\"王芳\" <a@b.example> 写道：\n您好"),
    ("163 at", "Yes\n\nAt 2026-06-01 10:00:00, \"王芳\" <a@b.example> wrote:\n您好"),
    ("qq", "Yes\n\n------------------ 原始邮件 ------------------\n发件人: \"王芳\" <a@b.example>;\n发送时间: 2026年6月1日(星期一) 上午10:00\n收件人: \"Office\";\n主题: 发票\n\n您好"),
    ("qq block", "Yes\n\n发件人：王芳\n发送时间：2026-06-01 10:00\n收件人：Office\n主题：发票\n\n您好"),
    ("outlook", "Yes\n\n-----Original Message-----\nFrom: Ann\nSent: Monday\nTo: Office\nSubject: Hi\n\nHello"),
    ("outlook zh", "Yes\n\n-----原始邮件-----\n发件人: Ann\n发送时间: 周一\n\n您好"),
    ("outlook block", "Yes\n\nFrom: Ann [mailto:a@b.example]\nSent: Monday\nTo: Office\nSubject: Hi\n\nHello"),
    ("outlook bold", "Yes\n\n*From:* Ann\n*Sent:* Monday\n*To:* Office\n*Subject:* Hi\n\nHello"),
    ("german", "Yes\n\nAm Mo., 1. Juni 2026 um 10:00 Uhr schrieb Ann <a@b.example>:\n\n> Hallo"),
    ("german outlook", "Yes\n\nVon: Ann\nGesendet: Montag\nAn: Office\nBetreff: Hallo\n\nHallo"),
    ("french", "Yes\n\nLe lun. 1 juin 2026 à 10:00, Ann <a@b.example> a écrit :\n\n> Bonjour"),
    ("french outlook", "Yes\n\nDe : Ann\nEnvoyé : lundi\nÀ : Office\nObjet : Bonjour\n\nBonjour"),
    ("plain", "Yes\n\n> Hi\n> there"),
    ("signature", "Yes\n\n-- \nAnn\nAcme"),
    ("phone", "Yes\n\nSent from my iPhone"),
    ("phone zh", "Yes\n\n发自我的iPhone"),
)  # fmt: skip


@pytest.mark.parametrize("text", [text for _, text in QUOTES], ids=[name for name, _ in QUOTES])
def test_quotes_of_all_programs_fold_and_nothing_is_lost(text: str) -> None:
    assert own_words(text) == "Yes"
    assert "\n".join(piece.text for piece in fold(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "From: Monday on we are closed.\nSee you.",
        "On Monday we wrote:\nplease pay.",
        "在合同中写明的价格不对。",
        "I come from: Berlin",
        "Am Freitag zahlen wir.",
    ],
)
def test_words_that_only_look_like_a_quote_stay(text: str) -> None:
    assert [piece.kind for piece in fold(text)] == [PieceKind.TEXT]


def test_answers_between_and_below_quotes_stay() -> None:
    text = "On Mon, Apr 2, 2012 at 6:26 PM, Ann <a@b.example> wrote:\n> When?\nTomorrow.\n> How?\nBy wire."
    assert own_words(text) == "Tomorrow.\nBy wire."


@given(st.text(alphabet="Onwrte:>- \n发件人主题写道在于Fm原始邮件@x.1", max_size=400))
def test_folding_never_loses_a_character(text: str) -> None:
    assert "\n".join(piece.text for piece in fold(text)) == text


def test_the_writer_of_a_forwarded_mail_is_found() -> None:
    found = forwarded(
        "Fwd: x",
        "See\n\n-------- 转发邮件 --------\n发件人: 王芳 <W@b.example>\n日期: 周一\n主题: x\n\n您好",
    )
    assert found is not None
    assert (found.email, found.text) == ("w@b.example", "您好")
    assert forwarded("Re: x", "From: a@b.example\nTo: x\nSubject: y") is None


@pytest.mark.parametrize(
    ("subject", "body", "sender", "email_", "status"),
    [
        ("Mail delivery failed: returning message to sender",
         "  gone@b.example\n    SMTP error: 550 5.1.1 <gone@b.example>: Recipient rejected",
         "Mailer-Daemon@mx.example", "gone@b.example", "5.1.1"),
        ("Delivery Status Notification (Failure)",
         "Delivery to full@b.example failed: Mailbox full", "postmaster@mx.example", "full@b.example", "4.2.2"),
        ("系统退信", "收件人 gone@b.example 用户不存在", "postmaster@qq.example", "gone@b.example", "5.1.1"),
        ("Undeliverable: hi", "gone@b.example: No such user", "postmaster@mx.example", "gone@b.example", "5.1.1"),
        ("failure notice", "<gone@b.example>:\n1.2.3.4 does not like recipient.\nRemote host said: 554 delivery error",
         "MAILER-DAEMON@yahoo.example", "gone@b.example", "5.1.1"),
    ],
)  # fmt: skip
def test_bounces_in_words_are_recognised(
    subject: str, body: str, sender: str, email_: str, status: str
) -> None:
    nature = nature_of(read_mail(raw_mail(body, subject=subject, sender=sender)))
    assert nature.kind == "BOUNCE"
    assert [(one.email, one.status) for one in nature.failures] == [(email_, status)]


def test_a_delay_is_no_failure_for_good() -> None:
    (failure,) = nature_of(
        read_mail(bounce("a@b.example", status="4.4.1", action="delayed"))
    ).failures
    assert not failure.is_permanent
    assert not failure.blames_address


@pytest.mark.parametrize(
    ("headers", "subject", "kind"),
    [
        ({"Auto-Submitted": "auto-replied"}, "Hi", "AUTO_REPLY"),
        ({"Auto-Submitted": "auto-replied; owner=x"}, "Hi", "AUTO_REPLY"),
        ({"Auto-Submitted": "no"}, "Hi", "NORMAL"),
        ({"X-Autoreply": "yes"}, "Hi", "AUTO_REPLY"),
        ({"Precedence": "auto_reply"}, "Hi", "AUTO_REPLY"),
        ({}, "Out of office: Hi", "AUTO_REPLY"),
        ({}, "Automatic reply: Hi", "AUTO_REPLY"),
        ({}, "自动回复：您好", "AUTO_REPLY"),
        ({}, "Re: 休假通知", "AUTO_REPLY"),
        ({}, "Abwesenheitsnotiz", "AUTO_REPLY"),
        ({}, "Re: Invoice 17", "NORMAL"),
        ({}, "About your out of office rules", "NORMAL"),
    ],
)
def test_machines_are_told_from_people(headers: dict[str, str], subject: str, kind: str) -> None:
    assert nature_of(read_mail(raw_mail(subject=subject, headers=headers))).kind == kind


# --- anything at all ------------------------------------------------------------------------------

_HEADER_NAMES = st.sampled_from(
    ["From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Content-Type",
     "Content-Transfer-Encoding", "Content-Disposition", "MIME-Version", "Return-Path", "X-Failed-Recipients",
     "Auto-Submitted", "Reply-To", "Content-ID"]
)  # fmt: skip
_VALUES = st.one_of(
    st.binary(max_size=80),
    st.sampled_from(
        [b"multipart/mixed; boundary=x", b"multipart/alternative; boundary=\"x\"", b"message/rfc822",
         b"multipart/report; report-type=delivery-status; boundary=x", b"message/delivery-status",
         b"text/html; charset=gb2312", b"text/plain; charset=utf-7", b"text/plain; format=flowed; delsp=yes",
         b"base64", b"quoted-printable", b"x-uuencode", b"attachment; filename*=utf-8''%ff%fe.exe",
         b"attachment; filename*0*=gb2312'zh'%B1%A8; filename*2=x", b"=?utf-8?B?/////?=", b"<a@b>",
         b"<>", b"a@b.example, (((", b"Fri, 32 Foo 99999 25:61:61 +9999", b"multipart/mixed", b"text/\x00",
         b"application/octet-stream; name*=bad'", b"multipart/mixed; boundary=\"\""]
    ),
)  # fmt: skip
_LINES = st.one_of(
    st.sampled_from([b"", b"--x", b"--x--", b"--y", b"Final-Recipient: rfc822; a@b.example", b"Status: 5.1.1",
                     b"> quoted", b"begin 644 x", b"=E4=BD", b"<p onclick=x>", b"SGVsbG8=", b"\xc4\xe3\xba\xc3"]),
    st.binary(max_size=60),
)  # fmt: skip
_MAILS = st.builds(
    lambda head, parts: b"\n".join(
        [*(name.encode() + b": " + value for name, value in head), b"", *parts]
    ),
    st.lists(st.tuples(_HEADER_NAMES, _VALUES), max_size=9),
    st.lists(
        st.one_of(_LINES, st.builds(lambda n, v: n.encode() + b": " + v, _HEADER_NAMES, _VALUES)),
        max_size=30,
    ),
)


def check_anything(raw: bytes) -> None:
    """Read or refused; what is read can be stored."""
    try:
        mail = read_mail(raw)
    except UnreadableMail:
        return
    nature = nature_of(mail)
    stored = [mail.subject, mail.text, mail.html, mail.sender.name, mail.sender.email, mail.message_id,
              *(one.name for one in mail.attachments), *(one.said for one in nature.failures),
              *(one.email for one in mail.to)]  # fmt: skip
    for text in stored:
        assert "\x00" not in text
        text.encode("utf-8")
    assert len(mail.subject) <= 300
    assert len(mail.sender.name) <= 200
    assert all(len(one.name) <= 200 for one in mail.attachments)
    assert "\n" not in mail.subject
    assert "\n".join(piece.text for piece in fold(mail.text)) == mail.text


@given(_MAILS)
@settings(max_examples=250)
def test_any_mail_is_read_or_refused(raw: bytes) -> None:
    check_anything(raw)


@given(st.binary(max_size=600))
@settings(max_examples=150)
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    check_anything(raw)
    check_anything(b"From: a@b.example\n" + raw)


@given(
    st.text(max_size=120), st.text(max_size=300), st.sampled_from(["utf-8", "gb18030", "utf-16"])
)
@settings(max_examples=80)
def test_well_made_mails_come_back_as_they_were(subject: str, text: str, charset: str) -> None:
    said = "".join(
        c for c in subject if (c.isprintable() and c.isascii()) or "\u4e00" <= c <= "\u9fff"
    ).strip()
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"] = "a@b.example"
    mail["Subject"] = said
    mail.set_content(
        "words " + text.replace("\r", "").encode("utf-8", "ignore").decode(), cte="base64"
    )
    parsed = read_mail(mail.as_bytes())
    assert parsed.subject == " ".join(said.split())
    assert parsed.text.startswith("words")


@pytest.mark.parametrize("declared", [b"\x00/", b"text/\xff\xfe", b"a\x07b/c"])
def test_a_type_holds_nothing_that_no_database_keeps(declared: bytes) -> None:
    part = message_from_bytes(b"Content-Type: " + declared + b"\n\nx")
    assert content_type(part).isascii()
    assert content_type(part).isprintable()
