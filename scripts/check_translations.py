"""Fails when a text of the product has no Chinese, or the compiled file is not the source's.

The texts are collected anew in a copy, exactly as `make messages` does it, so nothing that was
added since can be missed and nothing in the checkout is changed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

CHECKOUT = Path(__file__).resolve().parent.parent
LOCALE = "zh_Hans"
CATALOG = Path("locale") / LOCALE / "LC_MESSAGES" / "django.po"
NOT_TEXT = {"tests", "docs", "static", "scripts", "node_modules"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
SHOWN = 40


def collected(folder: Path) -> polib.POFile:
    """The catalog as `makemessages` would leave it, made in ``folder``."""
    for source in CHECKOUT.iterdir():
        if source.is_dir() and source.name not in NOT_TEXT and not source.name.startswith("."):
            shutil.copytree(
                source,
                folder / source.name,
                ignore=shutil.ignore_patterns("__pycache__", "*.pyc", "*.mo"),
            )
    (folder / CATALOG).parent.mkdir(parents=True, exist_ok=True)
    # Without the places: makemessages would rewrite all of them once for each template.
    options = ["-l", LOCALE, "--no-wrap", "--no-location", "-v", "0"]
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", *options],
        cwd=folder,
        env={k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"},
        check=True,
    )
    return polib.pofile(str(folder / CATALOG))


def missing(catalog: polib.POFile) -> list[str]:
    """One line per text that has no translation, or only a guessed one."""
    return [
        f"{'guessed' if entry.fuzzy else 'missing'}: {entry.msgid!r}"
        for entry in catalog
        if not entry.obsolete and not entry.translated()
    ]


def different_placeholders(catalog: polib.POFile) -> list[str]:
    """One line per translation that leaves out or invents a placeholder: it would fail or lie."""
    lines = []
    for entry in catalog:
        texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
        expected = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
        found = set().union(*(PLACEHOLDER.findall(text) for text in texts))
        if entry.translated() and not entry.obsolete and found != expected:
            lines.append(f"placeholders differ: {entry.msgid!r} -> {texts!r}")
    return lines


def stale(source: Path, translated: polib.POFile) -> list[str]:
    """One line when the compiled file does not say what the source says."""
    compiled = source.with_suffix(".mo")
    if not compiled.exists():
        return [f"{compiled.name} is missing: run `make messages`"]
    if _texts(translated) != _texts(polib.mofile(str(compiled))):
        return [f"{compiled.name} is older than {source.name}: run `make messages`"]
    return []


def _texts(file: polib.POFile | polib.MOFile) -> dict[tuple[str | None, str], object]:
    # Of a source, only what is finished goes into the compiled file.
    finished = file.translated_entries()
    return {
        (each.msgctxt or None, each.msgid): each.msgstr_plural or each.msgstr for each in finished
    }


def main() -> int:
    """Print what is wrong; the exit status is 1 when anything is."""
    source = CHECKOUT / CATALOG
    if not source.exists():
        print(f"{CATALOG} is missing: run `make messages`")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        catalog = collected(Path(folder))
    translated = polib.pofile(str(source))
    problems = missing(catalog) + different_placeholders(translated) + stale(source, translated)
    for line in problems[:SHOWN]:
        print(line)
    if len(problems) > SHOWN:
        print(f"... and {len(problems) - SHOWN} more")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
