"""The printed contract: everything it must say, in each language, cut nowhere."""

import datetime as dt
import io
import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from PIL import Image

from clients.models import BankAccount
from contracts.models import Contract, ScheduleEntry
from contracts.services.contracts import create_contract
from contracts.services.versions import draft_pdf, freeze_version, version_pdf
from tests.contracts.texts import make_draft, make_line
from tests.factories import NOW, make_client, make_contact, make_creditor

WATERMARK = (0xF4, 0xEB, 0xE8)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kept_here(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def text_of(pdf: bytes, *arguments: str) -> str:
    command = ["pdftotext", *arguments, "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def pages_of(pdf: bytes) -> list[str]:
    return text_of(pdf, "-layout").split("\f")[:-1]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def watermarked(pdf: bytes) -> list[bool]:
    """Whether each page has a large sign in the colour of the watermark."""
    command = ["pdftoppm", "-r", "36", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    found = []
    for raw in done.split(b"P6\n")[1:]:
        pixels = Image.open(io.BytesIO(b"P6\n" + raw)).tobytes()
        colours = Counter(zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True))
        found.append(colours[WATERMARK] > 300)
    return found


def full_contract(language: str, *, lines: int = 3, **fields: Any) -> Contract:
    creditor = make_creditor(
        legal_name="Lingnan Software Ltd",
        legal_name_zh="岭南软件有限公司",
        registration_number="91310115MA1K4XXXX1",
        address="88 Century Avenue\nShanghai",
        address_zh="上海市世纪大道88号",
        email="us@lingnan.example",
        signatory="Lin Yue",
    )
    BankAccount.objects.create(
        creditor=creditor,
        label="Main",
        bank_name="ICBC Pudong",
        account_name="Lingnan Software Ltd",
        account_number="1001 2345 09",
        currency="CNY",
    )
    client = make_client(legal_name="杭州云岫科技有限公司", address="杭州市文三路90号")
    make_contact(client, email="legal@yunxiu.example", is_primary=True)
    contract = make_draft(
        creditor=creditor,
        client=client,
        language=language,
        number="LN-2026-117",
        starts_on=dt.date(2026, 7, 1),
        ends_on=dt.date(2027, 6, 30),
        **fields,
    )
    for number in range(1, lines + 1):
        make_line(contract, description=f"Package-{number}", deliverable=f"Result-{number}")
    half = (contract.amount or Decimal(0)) / 2
    ScheduleEntry.objects.create(contract=contract, position=1, kind="PREPAYMENT", amount=half)
    ScheduleEntry.objects.create(
        contract=contract,
        position=2,
        kind="MILESTONE",
        line=contract.lines.first(),
        amount=half - 1,
    )
    ScheduleEntry.objects.create(
        contract=contract,
        position=3,
        kind="DATE",
        due_on=dt.date(2027, 3, 31),
        amount=Decimal(1),
    )
    return contract


@dataclass(frozen=True)
class Paper:
    """A version as it was printed."""

    pdf: bytes
    again: bytes
    pages: list[str]
    sha256: str
    headings: list[str]


@pytest.fixture(scope="module")
def papers(django_db_setup: None, django_db_blocker: Any) -> dict[str, Paper]:
    """The whole contract in each language, printed once; nothing of it stays in the database."""
    with django_db_blocker.unblock(), transaction.atomic():
        printed = {language: _printed(language) for language in ("en", "zh-hans", "both")}
        transaction.set_rollback(True)
    return printed


def _printed(language: str) -> Paper:
    contract = full_contract(language)
    version = freeze_version(contract=contract, reason="", actor=None, at=NOW)
    pdf = version_pdf(version)
    headings = [
        clause.heading_zh if language == "zh-hans" else clause.heading
        for clause in contract.clauses.all()
    ]
    again = version_pdf(version) if language == "en" else b""
    return Paper(pdf, again, pages_of(pdf), version.sha256, headings)


@pytest.mark.parametrize("language", ["en", "zh-hans", "both"])
def test_the_paper_has_parties_prices_schedule_clauses_signatures_and_page_numbers(
    papers: dict[str, Paper], language: str
) -> None:
    pages = papers[language].pages
    whole = squeezed("".join(pages))
    expected = ["LN-2026-117", "杭州云岫科技有限公司", "91310115MA1K4XXXX1", "100123450"]
    expected += ["Package-1", "Result-3", "318.00", "159.00", "legal@yunxiu.example", "LinYue"]
    if language != "zh-hans":
        expected += ["SoftwareDevelopmentContract", "PartB", "31March2027", "Signature", "Client"]
        expected += ["Onacceptanceofline1"]
    if language != "en":
        expected += ["软件开发合同", "第二部分", "2027年3月31日", "签字", "甲方", "第1项验收合格时"]
        expected += ["大写：人民币叁佰壹拾捌元整"]
    for words in expected:
        assert words in whole, words
    assert papers[language].headings
    for number, heading in enumerate(papers[language].headings, 1):
        assert squeezed(f"{number}{heading}") in whole, heading
    for place, page in enumerate(pages, 1):
        assert re.search(rf"\b{place}\s*/\s*{len(pages)}\b", page)
        assert papers[language].sha256 in page
        assert ("Version 1" in page) if language == "en" else ("版本 1" in page)
    assert "DRAFT" not in whole
    assert "草案" not in whole


def test_both_languages_stand_side_by_side_and_say_which_governs(
    papers: dict[str, Paper],
) -> None:
    pages = papers["both"].pages
    clause = next(
        line for page in pages for line in page.splitlines() if "Price and payment" in line
    )
    assert "价款与支付" in clause
    assert "以本文为准" in pages[0]
    assert "the Chinese text governs" in re.sub(r"\s+", " ", text_of_last(pages))


def text_of_last(pages: list[str]) -> str:
    # The left column of the signature page, line by line.
    return " ".join(line[:70].split("  ")[0] for line in pages[-1].splitlines())


@pytest.mark.parametrize(("language", "mark"), [("en", "DRAFT"), ("zh-hans", "草案")])
def test_a_draft_is_marked_on_every_page_and_shows_its_gaps(
    papers: dict[str, Paper], language: str, mark: str
) -> None:
    contract = make_draft(language=language)
    pdf = draft_pdf(contract, at=NOW)
    pages = pages_of(pdf)
    assert len(pages) > 1
    assert watermarked(pdf) == [True] * len(pages)
    kept = papers[language]
    assert watermarked(kept.pdf) == [False] * len(kept.pages)
    for page in pages:
        assert mark in page
    gap = "［待填：合同总价］" if language == "zh-hans" else "[to be filled: contract price]"
    assert squeezed(gap) in squeezed("".join(pages))


@pytest.mark.parametrize(
    ("language", "share", "clauses"),
    [
        ("en", "30% of the contract price", "No clauses are chosen yet."),
        ("zh-hans", "合同价款的30%", "尚未选定合同条款。"),
    ],
)
def test_a_contract_without_lines_or_clauses_says_so(
    language: str, share: str, clauses: str
) -> None:
    contract = create_contract(
        creditor=make_creditor(),
        client=make_client(),
        number="T-9",
        currency="CNY",
        language=language,
        prepayment_ratio=Decimal("0.3"),
        actor=None,
        at=NOW,
    )
    text = squeezed("".join(pages_of(draft_pdf(contract, at=NOW))))
    assert squeezed(share) in text
    assert squeezed(clauses) in text
    assert "0.00" not in text


def test_many_lines_go_over_pages_with_their_heading_and_the_sum_stays_with_the_last() -> None:
    contract = full_contract("en", lines=60)
    contract.clauses.all().delete()
    pages = pages_of(draft_pdf(contract, at=NOW))
    listed = [page for page in pages if "Package-" in page]
    assert len(listed) > 2
    assert all("Unit price" in page for page in listed)
    found = re.findall(r"Package-(\d+)", "".join(pages))
    assert [int(number) for number in found] == list(range(1, 61))
    assert "Package-60" in next(page for page in pages if "Net total" in page)


@pytest.mark.parametrize("language", ["en", "zh-hans", "both"])
def test_nothing_is_cut_at_the_edge_of_the_paper(papers: dict[str, Paper], language: str) -> None:
    contract = full_contract(language)
    contract.clauses.all().delete()
    make_line(contract, description="Extraordinarily" * 12, unit_price=Decimal("99999999.99"))
    for pdf in (draft_pdf(contract, at=NOW), papers[language].pdf):
        boxes = text_of(pdf, "-bbox")
        sizes = re.findall(r'<page width="([\d.]+)" height="([\d.]+)"', boxes)
        width, height = (float(size) for size in sizes[0])
        words = re.findall(
            r'xMin="(-?[\d.]+)" yMin="(-?[\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"', boxes
        )
        assert words
        margin = 45.0
        for word in words:
            left, top, right, bottom = (float(edge) for edge in word)
            assert left >= margin
            assert top >= 0
            assert right <= width - margin
            assert bottom <= height


def test_the_same_version_gives_the_same_bytes(papers: dict[str, Paper]) -> None:
    assert papers["en"].again == papers["en"].pdf


def test_what_a_client_is_called_is_printed_and_not_obeyed() -> None:
    client = make_client(legal_name="<b>Acme</b> & {price} Sons", address="<script>x</script>")
    pages = pages_of(draft_pdf(make_draft(client=client, language="en"), at=NOW))
    assert "<b>Acme</b> & {price} Sons" in re.sub(r"\s+", " ", pages[0])
