"""What is on the paper: glyphs, fonts, page breaks, names as text, outline, labels, stamps."""

import datetime as dt
import io
import re
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from core.pdf.errors import UnableToRenderPdf
from core.pdf.fontset import FONT_DIR
from core.pdf.service import (
    LETTER_LIMITS,
    MergePart,
    RenderingProcess,
    count_pages,
    diagnose,
    merge_pdfs,
    render_html,
    render_markup,
    render_pdf,
)
from reminders.letters import DemandLetter
from tests.sample_letters import sample_letter

LANGUAGES = ("en", "zh-hans")
AT = dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)


@cache
def letter_pdf(letter: DemandLetter) -> bytes:
    return render_pdf(
        template=letter.template, context=letter.template_context(), language=letter.language
    )


def text_of(pdf: bytes, *arguments: str) -> str:
    done = subprocess.run(
        ["pdftotext", *arguments, "-", "-"], input=pdf, capture_output=True, check=True
    )
    return done.stdout.decode()


def pages_of(pdf: bytes) -> list[str]:
    return text_of(pdf, "-layout").split("\f")[:-1]


def pictures_of(pdf: bytes, folder: Path, *arguments: str, dpi: int = 72) -> list[Image.Image]:
    """Each page as a grey picture."""
    source = folder / "document.pdf"
    source.write_bytes(pdf)
    command = ["pdftoppm", "-png", "-gray", "-r", str(dpi), *arguments]
    subprocess.run([*command, str(source), str(folder / "page")], check=True)
    return [Image.open(path).convert("L") for path in sorted(folder.glob("page-*.png"))]


def titles(reader: pypdf.PdfReader) -> list[str]:
    """The first level of the outline."""
    return [str(item["/Title"]) for item in reader.outline if not isinstance(item, list)]


# --- glyphs -------------------------------------------------------------------------------


def _shape(picture: Image.Image) -> Image.Image:
    """The ink of one glyph, cut out and brought to one size."""
    ink = ImageChops.invert(picture)
    box = ink.getbbox()
    assert box, "nothing was printed"
    return ink.crop(box).resize((48, 48)).point(lambda value: 255 if value > 110 else 0)


def _likeness(one: Image.Image, other: Image.Image) -> float:
    both = sum(ImageChops.multiply(one, other).histogram()[128:])
    either = sum(ImageChops.lighter(one, other).histogram()[128:])
    return both / either


def _drawn(character: str, font: str) -> Image.Image:
    picture = Image.new("L", (400, 400), 255)
    ImageDraw.Draw(picture).text(
        (60, 40), character, fill=0, font=ImageFont.truetype(str(FONT_DIR / font), 200)
    )
    return picture


def _printed(characters: str, language: str, weight: int, folder: Path) -> list[Image.Image]:
    """Each character alone on a page, as it was rasterised."""
    families = '"Source Sans 3", "Noto Sans SC"'
    if language != "en":
        families = '"Noto Sans SC", "Source Sans 3"'
    pages = "".join(f"<p>{character}</p>" for character in characters)
    text = (
        f'<html lang="{language}"><style>@page {{ size: 60mm; margin: 5mm; '
        f"@bottom-left {{ content: none }} }} p {{ font: {weight} 96pt/1.2 {families}; margin: 0; "
        f"break-after: page }} p:last-child {{ break-after: auto }}</style>{pages}"
    )
    return pictures_of(render_markup(text).pdf, folder, dpi=150)


@pytest.mark.parametrize(
    ("characters", "language", "weight", "font"),
    [
        ("催款函账龄讠瞾￥，（", "zh-Hans", 400, "NotoSansSC-Regular.ttf"),
        ("函账", "zh-Hans", 700, "NotoSansSC-Bold.ttf"),
        ("Łş₹☑☐", "zh-Hans", 400, "SourceSans3-Regular.ttf"),
        ("Łş₹☑☐€ß", "en", 400, "SourceSans3-Regular.ttf"),
        ("Ł₹", "en", 700, "SourceSans3-Bold.ttf"),
        ("账", "en", 400, "NotoSansSC-Regular.ttf"),
    ],
)
def test_each_character_is_printed_with_its_own_glyph(
    characters: str, language: str, weight: int, font: str, tmp_path: Path
) -> None:
    printed = _printed(characters, language, weight, tmp_path)
    likeness = {
        character: _likeness(_shape(picture), _shape(_drawn(character, font)))
        for character, picture in zip(characters, printed, strict=True)
    }
    assert {c: value for c, value in likeness.items() if value < 0.8} == {}


def test_the_likeness_tells_similar_characters_apart(tmp_path: Path) -> None:
    [printed] = _printed("账", "zh-Hans", 400, tmp_path)
    assert _likeness(_shape(printed), _shape(_drawn("帐", "NotoSansSC-Regular.ttf"))) < 0.75


def test_a_character_without_a_glyph_is_refused_by_name() -> None:
    with pytest.raises(UnableToRenderPdf) as refusal:
        render_markup("<p>مرحبا 😀</p>")
    assert refusal.value.kind == "glyphs"
    assert "U+1F600" in str(refusal.value)


def test_a_log_prints_the_code_of_a_character_without_a_glyph() -> None:
    pdf = render_markup("<p>Thanks 😀</p>", mark_missing=True).pdf
    assert "Thanks [U+1F600]" in text_of(pdf)


def test_invisible_and_control_characters_are_no_reason_to_refuse() -> None:
    pdf = render_markup("<p>one\x00\x08two\u200bthree\ufe0f</p>").pdf
    assert "onetwo" in text_of(pdf)


# --- fonts --------------------------------------------------------------------------------


def fonts_in(pdf: bytes) -> set[str]:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    names = set()
    for page in reader.pages:
        fonts: Any = page["/Resources"]["/Font"]  # type: ignore[index]  # always there
        for font in fonts.values():
            name = str(font.get_object()["/BaseFont"])
            names.add(re.sub(r"^/[A-Z]{6}\+", "", name))
    return names


def test_an_english_letter_embeds_its_latin_faces_only() -> None:
    fonts = fonts_in(letter_pdf(sample_letter("en", 3)))
    assert fonts
    assert all(name.startswith(("Source-Serif-4", "Source-Sans-3")) for name in fonts)


def test_a_chinese_letter_embeds_one_family_and_its_companion_only_where_needed() -> None:
    letter = sample_letter("zh-hans", 3, with_reply_form=False)
    fonts = fonts_in(letter_pdf(letter))
    assert all(name.startswith("Noto-Sans-SC") for name in fonts)
    fonts = fonts_in(letter_pdf(sample_letter("zh-hans", 3)))
    assert any(name.startswith("Source-Sans-3") for name in fonts)  # the boxes ☐ of the reply
    assert all(name.startswith(("Noto-Sans-SC", "Source-Sans-3")) for name in fonts)


def test_every_font_is_embedded_as_a_subset() -> None:
    listing = subprocess.run(
        ["pdffonts", "-"],
        input=letter_pdf(sample_letter("zh-hans", 3)),
        capture_output=True,
        check=True,
    ).stdout.decode()
    rows = listing.splitlines()[2:]
    assert rows
    assert all(re.search(r"yes yes yes", row) for row in rows)


# --- page breaks --------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_of_60_invoices_breaks_over_pages_and_loses_nothing(language: str) -> None:
    letter = sample_letter(language, 60, with_interest=False, with_reply_form=False)
    pages = pages_of(letter_pdf(letter))
    listed = [page for page in pages if re.search(r"INV-\d", page)]
    heading = "Days late" if language == "en" else "逾期天数"
    total = "Total" if language == "en" else "合计"
    assert len(listed) >= 3
    assert all(heading in page for page in listed)
    numbers = re.findall(r"INV-(\d+)", "".join(pages))
    assert numbers == [str(10_000 + n) for n in range(60)]
    last_rows = [line for line in listed[-1].splitlines() if line.strip()]
    at = next(i for i, line in enumerate(last_rows) if line.strip().startswith(total))
    assert "INV-" in last_rows[at - 1]


@pytest.mark.parametrize("invoices", [15, 54])
def test_the_total_never_stands_alone_on_a_page(invoices: int) -> None:
    """So many fill a page to the last row: the total would stand alone on the next."""
    letter = sample_letter("en", invoices, with_interest=False, with_reply_form=False)
    page = next(p for p in pages_of(letter_pdf(letter)) if re.search(r"^ *Total +[\d,]", p, re.M))
    assert page.count("INV-") == 1, "the last invoice goes with it; none or more: other numbers?"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_leaves_the_paper(language: str) -> None:
    letter = sample_letter(language, 30)
    boxes = text_of(letter_pdf(letter), "-bbox")
    words = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"', boxes)
    assert len(words) > 500
    for left, top, right, bottom in (tuple(map(float, word)) for word in words):
        assert left >= 66
        assert right <= 537
        assert top >= 40
        assert bottom <= 810


def test_long_unbroken_names_wrap_instead_of_running_over() -> None:
    letter = sample_letter("en", 3)
    line = replace(letter.invoices[0], number="N" * 90)
    pdf = letter_pdf(replace(letter, invoices=(line,)))
    boxes = text_of(pdf, "-bbox")
    assert max(float(x) for x in re.findall(r'xMax="([\d.]+)"', boxes)) <= 537


# --- names are text -----------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_markup_in_a_name_is_printed_as_text(language: str) -> None:
    hostile = '<script>alert(1)</script><img src="http://127.0.0.1:9/x">&amp;"</td>'
    letter = sample_letter(language, 3)
    letter = replace(letter, addressee=replace(letter.addressee, legal_name=hostile))
    printed = re.sub(r"\s+", "", text_of(letter_pdf(letter)))
    assert '<script>alert(1)</script><imgsrc="http://127.0.0.1:9/x">&amp;"</td>' in printed


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_of_a_letter_is_escaped(language: str) -> None:
    letter = sample_letter(language, 1)
    marked = DemandLetter.from_json(_marked(letter.as_json()))
    html = render_html(
        template=letter.template, context=marked.template_context(), language=language
    )
    assert html.count("&lt;b&gt;x") > 40
    assert "<b>x" not in html


def _marked(value: Any) -> Any:
    """Every text of a letter, with a tag put before it."""
    if isinstance(value, dict):
        return {k: v if k == "language" else _marked(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_marked(item) for item in value]
    return f"<b>x{value}" if isinstance(value, str) else value


# --- the same, and about itself -----------------------------------------------------------


def test_the_same_context_gives_the_same_bytes_in_any_process() -> None:
    header = {"op": "render", "styles": ["pdf"], "assets": [], "mark_missing": False}
    letters = [sample_letter(language, 3) for language in LANGUAGES]
    texts = [
        render_html(template=letter.template, context=letter.template_context(), language=language)
        for letter, language in zip(letters, LANGUAGES, strict=True)
    ]
    render_markup("<table><tr><td>账<td>y</table>")
    made = [render_markup(text).pdf for text in texts]
    another = RenderingProcess()
    try:
        again = [another.run(header, [text.encode()], LETTER_LIMITS)[1][0] for text in texts]
    finally:
        another.close()
    assert again == made


def test_a_letter_says_what_it_is() -> None:
    reader = pypdf.PdfReader(io.BytesIO(letter_pdf(sample_letter("zh-hans", 3))))
    assert reader.metadata is not None
    assert reader.metadata.title == "催款函 DL-2026-0042"
    assert reader.metadata.author == "杭州恒远精密机械有限公司"
    assert str(reader.root_object["/Lang"]) == "zh-Hans"
    assert str(reader.metadata.get("/CreationDate")).startswith("D:20261121090000")
    assert titles(reader) == [
        "催款函",
        "附件一　逾期利息计算明细",
        "回　执",
    ]
    assert list(map(str, reader.page_labels)) == [str(n + 1) for n in range(len(reader.pages))]


def test_each_page_says_which_of_how_many_it_is() -> None:
    pages = pages_of(letter_pdf(sample_letter("en", 30)))
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page


def test_it_finds_nothing_to_complain_about_here() -> None:
    assert diagnose() == []


# --- one volume ---------------------------------------------------------------------------


def one_page(text: str) -> bytes:
    return render_markup(f'<html lang="en"><p>{text}').pdf


def merged(parts: list[MergePart]) -> pypdf.PdfReader:
    volume = merge_pdfs(parts, title="Volume", author="Us", language="en", created_at=AT)
    reader = pypdf.PdfReader(io.BytesIO(volume.pdf))
    assert len(reader.pages) == volume.pages
    return reader


def test_a_volume_keeps_the_order_and_numbers_front_pages_apart() -> None:
    reader = merged(
        [
            MergePart(one_page("cover"), "Cover", front=True),
            MergePart(one_page("index"), "Index", front=True),
            MergePart(one_page("first"), "Exhibit 1", stamp="Exhibit 1 · page {page}"),
            MergePart(letter_pdf(sample_letter("en", 30)), "Exhibit 2", stamp="2 · page {page}"),
        ]
    )
    assert list(map(str, reader.page_labels[:4])) == ["i", "ii", "1", "2"]
    assert titles(reader) == [
        "Cover",
        "Index",
        "Exhibit 1",
        "Exhibit 2",
    ]
    texts = [page.extract_text() for page in reader.pages]
    assert "cover" in texts[0]
    assert "page" not in texts[0]
    assert "Exhibit 1 · page 1" in texts[2]
    assert "2 · page 2" in texts[3]
    assert f"2 · page {len(texts) - 2}" in texts[-1]


def test_a_stamp_is_in_sight_on_turned_and_odd_pages(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter()
    for rotation in (0, 90, 180, 270):
        writer.add_blank_page(300, 500).rotate(rotation)
    shifted = writer.add_blank_page(700, 700)
    shifted.cropbox = pypdf.generic.RectangleObject((100, 100, 500, 400))
    scan = io.BytesIO()
    writer.write(scan)
    reader = merged([MergePart(scan.getvalue(), "Scan", stamp="page {page}")])
    pages = pictures_of(_written(reader), tmp_path, "-cropbox")
    assert len(pages) == 5
    for page in pages:
        corner = page.crop((page.width - 80, page.height - 40, page.width, page.height))
        assert corner.point(lambda value: 255 if value < 140 else 0).getbbox()


def _written(reader: pypdf.PdfReader) -> bytes:
    output = io.BytesIO()
    pypdf.PdfWriter(clone_from=reader).write(output)
    return output.getvalue()


def test_a_broken_or_locked_part_is_named() -> None:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret")
    locked = io.BytesIO()
    writer.write(locked)
    for data in (b"%PDF-1.7 nonsense", locked.getvalue(), b"", one_page("x")[:300]):
        with pytest.raises(UnableToRenderPdf) as refusal:
            merged([MergePart(data, "Signed contract", stamp="{page}")])
        assert refusal.value.kind == "part"
        assert "Signed contract" in str(refusal.value)
    assert count_pages([locked.getvalue(), b"x", one_page("x")]) == [None, None, 1]


def test_a_volume_is_the_same_twice() -> None:
    parts = [MergePart(one_page("a"), "A", stamp="{page}")]
    made = {
        merge_pdfs(parts, title="V", author="U", language="en", created_at=AT).pdf for _ in range(2)
    }
    assert len(made) == 1
