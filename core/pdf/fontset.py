"""The private fonts: which files, and where. Standard library only.

Noto Sans SC is drawn over Source Sans, so a Latin name inside a Chinese sentence, and the
signs Noto Sans SC lacks (Ł ş ₹ ☑), come from Source Sans 3 without a visible seam. Source
Serif 4 is the voice of English letters.
"""

from pathlib import Path
from typing import Final, NamedTuple

FONT_DIR: Final = Path(__file__).parent / "fonts"
FONTS_CONF: Final = FONT_DIR / "fonts.conf"


class FontFile(NamedTuple):
    """One font file and the family it belongs to."""

    name: str
    family: str


FONT_FILES: Final = (
    FontFile("NotoSansSC-Regular.ttf", "Noto Sans SC"),
    FontFile("NotoSansSC-Bold.ttf", "Noto Sans SC"),
    FontFile("SourceSans3-Regular.ttf", "Source Sans 3"),
    FontFile("SourceSans3-SemiBold.ttf", "Source Sans 3"),
    FontFile("SourceSans3-Bold.ttf", "Source Sans 3"),
    FontFile("SourceSerif4-Regular.ttf", "Source Serif 4"),
    FontFile("SourceSerif4-SemiBold.ttf", "Source Serif 4"),
)


def font_path(name: str, directory: Path = FONT_DIR) -> Path:
    """Where a font file of the set lies."""
    return directory / name


def missing_fonts(directory: Path = FONT_DIR) -> list[str]:
    """Files of the set that are absent or not TrueType. Checked before weasyprint starts:

    with no font at all it does not raise, it crashes the process.
    """
    return [file.name for file in FONT_FILES if not _is_truetype(font_path(file.name, directory))]


def _is_truetype(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) in {b"\x00\x01\x00\x00", b"true"}
    except OSError:
        return False
