"""Which files of a mail are handed out, and which stay inside the raw mail."""

from __future__ import annotations

from typing import Final

# Programs, scripts, pages that run scripts, documents with macros, links and disk images.
_HARMFUL: Final = """
ade adp app application appref-ms bas bat chm cmd com cpl dll dmg docm dotm exe gadget hta htm html
img inf ins iso isp jar js jse lnk mht mhtml msc msi msp mst pif pl potm ppam ppsm pptm ps1 ps2 psm1
py reg rgs scf scr sct sh shtml svg swf sys url vb vbe vbs vhd vhdx vxd wsc wsf wsh xhtml xlam xll
xlsb xlsm xltm xsl
"""
_HARMFUL_ENDINGS: Final = frozenset(_HARMFUL.split())
_HARMFUL_STARTS: Final = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_PAGE_STARTS: Final = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml")


def is_harmful(name: str, data: bytes) -> bool:
    """Whether opening this file could run something."""
    endings = {part.strip() for part in name.lower().split(".")[1:]}
    if endings & _HARMFUL_ENDINGS:
        return True
    start = data[:64].lstrip().lower()
    return data.startswith(_HARMFUL_STARTS) or start.startswith(_PAGE_STARTS)
