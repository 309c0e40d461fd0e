"""The mail catcher: takes everything, delivers nothing, shows it as harmless text."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage as DjangoMessage
from django.core.mail import get_connection
from django.test import Client

from core.states import Role
from crm.mail_selectors import caught_mail, caught_mails
from crm.mailcatcher import open_maildir
from tests.factories import make_user


def catch(folder: Path, **headers: str) -> str:
    """Put a mail where the catcher puts it; gives its key."""
    message = EmailMessage()
    body = headers.pop("body", "Hello")
    for name, value in headers.items():
        message[name] = value
    message.set_content(body)
    return open_maildir(folder).add(message.as_bytes())


@pytest.fixture
def maildir(tmp_path: Path, settings: Any) -> Path:
    settings.MAIL_CATCHER = True
    settings.MAIL_CATCHER_DIR = tmp_path / "mail"
    return tmp_path / "mail"


@pytest.fixture
def finance(client: Client) -> Client:
    client.force_login(make_user(Role.FINANCE))
    return client


@pytest.mark.django_db
def test_it_lists_the_newest_first(finance: Client, maildir: Path) -> None:
    for number in (1, 2, 3):
        key = catch(maildir, Subject=f"Reminder {number}", To="a@client.example")
        os.utime(maildir / "new" / key, (1_800_000_000 + number, 1_800_000_000 + number))

    page = finance.get("/dev/mail/").content.decode()

    assert page.index("Reminder 3") < page.index("Reminder 2") < page.index("Reminder 1")


@pytest.mark.django_db
def test_an_empty_catcher_says_so(finance: Client, maildir: Path) -> None:
    assert "No mail yet" in finance.get("/dev/mail/").content.decode()
    assert not maildir.exists()


@pytest.mark.django_db
def test_markup_in_a_mail_stays_text(finance: Client, maildir: Path) -> None:
    key = catch(
        maildir,
        Subject="<img src=x onerror=alert(1)>",
        To="<script>@client.example",
        body="<script>alert(1)</script>\n第二行",
    )

    for path in ("/dev/mail/", f"/dev/mail/{key}/"):
        page = finance.get(path).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert "第二行" in page


@pytest.mark.django_db
def test_a_mail_of_html_alone_is_shown_without_its_tags(finance: Client, maildir: Path) -> None:
    message = EmailMessage()
    message["Subject"] = "Only HTML"
    message.set_content("<p>Dear <b>Ann</b></p><img src='https://track.example/1.gif'>", "html")
    key = open_maildir(maildir).add(message.as_bytes())

    page = finance.get(f"/dev/mail/{key}/").content.decode()

    assert "Dear Ann" in page
    assert "track.example" not in page


def test_attachments_are_named_with_their_size(tmp_path: Path) -> None:
    message = EmailMessage()
    message["Subject"] = "Letter"
    message.set_content("See the letter.")
    message.add_attachment(
        b"%PDF-1.4", maintype="application", subtype="pdf", filename="催款函.pdf"
    )
    key = open_maildir(tmp_path / "mail").add(message.as_bytes())

    mail = caught_mail(tmp_path / "mail", key)

    assert mail is not None
    assert [(file.name, file.mime, file.size) for file in mail.attachments] == [
        ("催款函.pdf", "application/pdf", 8)
    ]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00broken",
        b"Subject: =?utf-8?b?!!!?=\n\n\xff",
        b"Content-Type: text/plain; charset=no-such\n\nhello \xff",
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: message/rfc822\n\n",
    ],
)
def test_a_broken_mail_breaks_no_page(tmp_path: Path, raw: bytes) -> None:
    key = open_maildir(tmp_path / "mail").add(raw)

    assert len(caught_mails(tmp_path / "mail")) == 1
    assert caught_mail(tmp_path / "mail", key) is not None


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["nothing", "..", "..%2F..%2Fetc%2Fpasswd"])
def test_an_unknown_key_is_not_found(finance: Client, maildir: Path, key: str) -> None:
    catch(maildir, Subject="One")

    assert finance.get(f"/dev/mail/{key}/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/dev/mail/", "/dev/mail/any/"])
def test_sales_find_no_such_page(client: Client, maildir: Path, path: str) -> None:
    catch(maildir, Subject="To somebody else's client")
    client.force_login(make_user(Role.SALES))

    assert client.get(path).status_code == 404


@pytest.mark.django_db
def test_a_stranger_is_sent_to_the_login(client: Client, maildir: Path) -> None:
    response = client.get("/dev/mail/")

    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


@pytest.mark.django_db
def test_with_a_mail_server_there_is_no_such_page(
    finance: Client, maildir: Path, settings: Any
) -> None:
    key = catch(maildir, Subject="Caught before")
    settings.MAIL_CATCHER = False

    assert finance.get("/dev/mail/").status_code == 404
    assert finance.get(f"/dev/mail/{key}/").status_code == 404


@pytest.fixture
def running_catcher(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path / "mail"
    command = [
        sys.executable,
        "-m",
        "crm.mailcatcher",
        "--port",
        str(port),
        "--maildir",
        str(folder),
    ]
    with subprocess.Popen(command) as catcher:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port, folder
        catcher.terminate()


def test_what_django_sends_is_caught_whole(running_catcher: tuple[int, Path]) -> None:
    port, folder = running_catcher
    connection = get_connection(
        "django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=port, timeout=30
    )

    sent = DjangoMessage(
        *("付款提醒", "您好，\n.\n请付款。", "ar@dunwell.example", ["客户 <kehu@example.cn>"]),
        connection=connection,
        headers={"Message-ID": "<one@dunwell.example>"},
    ).send()

    assert sent == 1
    (mail,) = caught_mails(folder)
    assert mail.subject == "付款提醒"
    assert mail.recipients == "客户 <kehu@example.cn>"
    opened = caught_mail(folder, mail.key)
    assert opened is not None
    # A line with a dot alone ends a mail on the wire; it must come through as text.
    assert opened.text.splitlines()[:3] == ["您好，", ".", "请付款。"]
    assert ("Message-ID", "<one@dunwell.example>") in opened.headers
