"""Letters through the service against bare WeasyPrint, tuned, in the same run.

The floor is what WeasyPrint itself takes in this process for the same HTML, with fonts,
stylesheet and images kept between documents and the collector frozen. Ours is everything: the
template from its context, the pipe, the locked-down child. Both take turns, letter by letter,
and processor time is compared, of both processes together, because other work on the machine
stretches the wall clock of either at random. Medians of all turns.
"""

import gc
import os
import re
import statistics
import threading
import time
from collections.abc import Callable
from typing import Any

from core.pdf.fontset import FONTS_CONF
from core.pdf.service import LETTER_LIMITS, RenderingProcess, render_html
from reminders.letters import DemandLetter
from tests.sample_letters import sample_letter

GOAL_RATIO = 1.25
GOAL_A_MINUTE = 1_200
GOAL_MEGABYTES = 150
FLAT = 1.25
MB = 1024 * 1024
_HEADER = {"op": "render", "styles": ["pdf"], "assets": [], "mark_missing": False}

Row = dict[str, Any]


def run(*, quick: bool = False) -> list[Row]:
    """Rows of the bench: `work`, `size`, `ours_ms`, `floor_ms`, `ratio`, `goal`."""
    process = RenderingProcess()
    bare = _bare_weasyprint()
    rounds = 1 if quick else 11
    try:
        rows = [
            _against_floor(process, bare, language, invoices, rounds)
            for language in ("en", "zh-hans")
            for invoices in ((3,) if quick else (3, 60))
        ]
        rows.append(_memory(process, documents=2 if quick else 120))
        rows.append(_two_processes(process, bare, letters=2 if quick else 160))
    finally:
        process.close()
    return rows


def _html(letter: DemandLetter) -> str:
    return render_html(
        template=letter.template, context=letter.template_context(), language=letter.language
    )


def _one_page(language: str) -> str:
    """A letter that fits one page: the real one without its closing sections."""
    html = _html(sample_letter(language, 3, with_interest=False, with_reply_form=False))
    sections = [match.start() for match in re.finditer("<h2>", html)]
    return html[: sections[2]] + html[html.index("</body>") :]


def _bare_weasyprint() -> Callable[[str], bytes]:
    os.environ["FONTCONFIG_FILE"] = str(FONTS_CONF)
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    from core.pdf.engine import STYLE_DIR

    fonts = FontConfiguration()
    style = CSS(string=(STYLE_DIR / "pdf.css").read_text(encoding="utf-8"), font_config=fonts)
    cache: dict[str, Any] = {}

    def make(html: str) -> bytes:
        pdf: bytes = HTML(string=html).write_pdf(
            font_config=fonts, stylesheets=[style], cache=cache
        )
        return pdf

    for language in ("en", "zh-hans"):
        make(_html(sample_letter(language, 3)))
    gc.collect()
    gc.freeze()
    return make


def _timed(work: Callable[[], object], child: Callable[[], float] = float) -> float:
    """Milliseconds of processor time, of this process and what `child` says of the other."""
    started = time.process_time() + child()
    work()
    return (time.process_time() + child() - started) * 1000


def _against_floor(
    process: RenderingProcess,
    bare: Callable[[str], bytes],
    language: str,
    invoices: int,
    rounds: int,
) -> Row:
    letter = sample_letter(language, invoices)
    html = _html(letter)

    def ours() -> object:
        return process.run(_HEADER, [_html(letter).encode()], LETTER_LIMITS)

    ours(), bare(html)

    def child() -> float:
        return process.cpu_seconds

    times = [(_timed(ours, child), _timed(lambda: bare(html))) for _ in range(rounds)]
    ours_ms = statistics.median(mine for mine, _floor in times)
    floor_ms = statistics.median(floor for _mine, floor in times)
    work = f"letter, {language}, {invoices} invoices"
    return _row(work, invoices, ours_ms, floor_ms, f"<= {GOAL_RATIO}")


def _two_processes(first: RenderingProcess, bare: Callable[[str], bytes], *, letters: int) -> Row:
    """One-page letters with two processes: milliseconds a letter, against half the floor."""
    html = _one_page("en")
    floor_ms = statistics.median(_timed(lambda: bare(html)) for _ in range(min(15, letters))) / 2
    second = RenderingProcess()
    processes = [first, second]
    try:
        _share(processes, html, letters=2)
        started = time.perf_counter()
        busy_ms = _timed(
            lambda: _share(processes, html, letters=letters),
            lambda: sum(process.cpu_seconds for process in processes),
        )
        clock_ms = (time.perf_counter() - started) * 1000 / letters
    finally:
        second.close()
    busy_ms /= 2 * letters
    row = _row("one-page letters, two processes", letters, busy_ms, floor_ms, "")
    return row | {
        "clock_ms": clock_ms,
        "goal": f"<= {60_000 / GOAL_A_MINUTE:g} ms",
        "note": f"of one letter, with two at work: the goal is {GOAL_A_MINUTE:,} a minute",
    }


def _share(processes: list[RenderingProcess], html: str, *, letters: int) -> None:
    """Print so many letters, each process its share, at the same time."""

    def work(process: RenderingProcess) -> None:
        for _ in range(letters // len(processes)):
            process.run(_HEADER, [html.encode()], LETTER_LIMITS)

    threads = [threading.Thread(target=work, args=(process,)) for process in processes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _memory(process: RenderingProcess, *, documents: int) -> Row:
    """Megabytes the child holds after many letters, against what it held when warm."""
    texts = [_html(sample_letter(language, 12)) for language in ("en", "zh-hans")]
    for number in range(min(20, documents)):
        process.run(_HEADER, [texts[number % 2].encode()], LETTER_LIMITS)
    warm = process.resident / MB
    for number in range(documents):
        process.run(_HEADER, [texts[number % 2].encode()], LETTER_LIMITS)
    held = process.resident / MB
    row = _row("memory of the child (MB)", documents, held, warm, "")
    return row | {
        "goal": f"flat, at most {GOAL_MEGABYTES} MB",
        "met": held <= GOAL_MEGABYTES and held <= warm * FLAT,
        "shown": f"{held:.0f} MB",
        "note": "busy is what it holds at the end, floor what it held when warm",
    }


def _row(work: str, size: int, ours: float, floor: float, goal: str) -> Row:
    return {
        "work": work,
        "size": size,
        "ours_ms": ours,
        "floor_ms": floor,
        "ratio": ours / floor,
        "goal": goal,
    }
