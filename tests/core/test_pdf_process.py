"""The rendering process: bounded, replaced when worn or dead, and it knows no secrets."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from core.pdf.errors import UnableToRenderPdf
from core.pdf.fontset import FONT_DIR, FONT_FILES, FONTS_CONF
from core.pdf.service import LETTER_LIMITS, RenderingProcess
from core.pdf.worker import Limits

HEADER = {"op": "render", "styles": ["pdf"], "assets": [], "mark_missing": False}
MB = 1024 * 1024


@pytest.fixture(scope="module")
def process() -> Iterator[RenderingProcess]:
    """One for all, with secrets about: what a test does to it may not show in the next."""
    rendering = RenderingProcess()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", "postgres://crm:canary@127.0.0.1/x")
        patch.setenv("SECRET_KEY", "canary")
        yield rendering
    rendering.close()


def make(
    process: RenderingProcess, text: str = "<p>x</p>", limits: Limits = LETTER_LIMITS
) -> bytes:
    return process.run(HEADER, [text.encode()], limits)[1][0]


def long_table(rows: int) -> str:
    return f"<table>{'<tr><td>one<td>two<td>three</tr>' * rows}</table>"


def test_a_document_that_takes_too_long_is_stopped_and_the_next_one_is_made(
    process: RenderingProcess,
) -> None:
    make(process)
    with pytest.raises(UnableToRenderPdf) as refusal:
        make(process, long_table(4_000), Limits(0.3, 60, 2048 * MB))
    assert refusal.value.kind == "timeout"
    assert make(process).startswith(b"%PDF-")


def test_a_document_that_needs_too_much_computing_is_stopped_and_the_next_one_is_made(
    process: RenderingProcess,
) -> None:
    make(process)
    with pytest.raises(UnableToRenderPdf) as refusal:
        make(process, long_table(10_000), Limits(60, 0, 2048 * MB))
    assert refusal.value.kind == "cpu"
    assert make(process).startswith(b"%PDF-")


def test_a_document_that_needs_too_much_memory_is_stopped_and_the_next_one_is_made(
    process: RenderingProcess,
) -> None:
    make(process)
    first = process.pid
    one_line = f'<p style="white-space: nowrap">{"word " * 400_000}'
    with pytest.raises(UnableToRenderPdf) as refusal:
        make(process, one_line, Limits(60, 60, 240 * MB))
    # It is gone at once: the next job may not meet it while it ends.
    assert not Path(f"/proc/{first}").exists()
    # A library below Python that gets no memory may end the process instead of saying so.
    assert refusal.value.kind in {"memory", "crash"}
    assert make(process).startswith(b"%PDF-")


@pytest.mark.parametrize("side", [0, 13_000], ids=["broken", "bomb"])
def test_a_picture_that_cannot_be_shown_fails_the_document(
    process: RenderingProcess, side: int
) -> None:
    picture = io.BytesIO(b"not a picture")
    if side:
        Image.new("1", (side, side)).save(picture, "PNG")
    assert len(picture.getvalue()) < MB
    with pytest.raises(UnableToRenderPdf) as refusal:
        process.run(
            {**HEADER, "assets": ["logo"]},
            [b'<img src="asset:logo">', picture.getvalue()],
            Limits(60, 60, 400 * MB),
        )
    assert refusal.value.kind == "asset"
    assert make(process).startswith(b"%PDF-")


def test_a_killed_process_is_replaced(process: RenderingProcess) -> None:
    make(process)
    first = process.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert make(process).startswith(b"%PDF-")
    assert process.pid != first


def test_a_worn_process_is_replaced() -> None:
    process = RenderingProcess(jobs_per_worker=2)
    try:
        pids = []
        for _ in range(3):
            make(process)
            pids.append(process.pid)
    finally:
        process.close()
    assert pids[0] == pids[1] != pids[2]


def test_a_forked_process_starts_its_own(process: RenderingProcess) -> None:
    make(process)
    mine = process.pid
    forked = os.fork()
    if forked == 0:
        try:
            made = make(process).startswith(b"%PDF-") and process.pid != mine
            process.close()
        finally:
            os._exit(0 if made else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1]) == 0
    assert make(process).startswith(b"%PDF-")
    assert process.pid == mine


def test_it_ends_with_its_parent() -> None:
    script = (
        "from core.pdf.worker import Worker; w = Worker(); print(w.pid, flush=True);"
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL
    child = int(done.stdout)
    for _ in range(100):
        if not Path(f"/proc/{child}").exists() or "zombie" in _status(child):
            return
        subprocess.run(["sleep", "0.05"], check=True)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the rendering process outlived its parent")


def _status(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except FileNotFoundError:
        return "zombie"


def test_it_is_given_no_secrets(process: RenderingProcess) -> None:
    make(process)
    assert "canary" in os.environ["SECRET_KEY"]
    told = Path(f"/proc/{process.pid}/environ").read_bytes()
    assert b"FONTCONFIG_FILE" in told
    assert b"canary" not in told


def test_it_starts_without_django() -> None:
    script = (
        "import core.pdf.child, core.pdf.engine, core.pdf.merging, sys;"
        "print('django' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "FONTCONFIG_FILE": str(FONTS_CONF)},
    )
    assert done.stdout.strip() == "False"


def test_a_missing_font_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "fonts.conf").write_bytes(FONTS_CONF.read_bytes())
    for file in FONT_FILES[1:]:
        (tmp_path / file.name).symlink_to(FONT_DIR / file.name)
    process = RenderingProcess(fonts_conf=tmp_path / "fonts.conf")
    with pytest.raises(UnableToRenderPdf) as refusal:
        make(process)
    assert refusal.value.kind == "fonts"
    assert "NotoSansSC-Regular.ttf" in str(refusal.value)


def test_no_fonts_at_all_is_a_clear_error_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "fonts.conf").write_bytes(FONTS_CONF.read_bytes())
    with pytest.raises(UnableToRenderPdf) as refusal:
        make(RenderingProcess(fonts_conf=tmp_path / "fonts.conf"))
    assert refusal.value.kind == "fonts"


def test_memory_stays_flat_over_many_documents(process: RenderingProcess) -> None:
    text = '<html lang="zh-Hans"><h1>函</h1><p>应付 {n} 元</p>' + long_table(10)
    for number in range(6):
        make(process, text.replace("{n}", str(number)))
    warm = process.resident
    for number in range(12):
        make(process, text.replace("{n}", str(number)))
    assert process.resident < warm + 6 * MB
    assert process.resident < 150 * MB
