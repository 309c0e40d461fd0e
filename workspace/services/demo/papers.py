"""The signed copies of the demonstration: one page each, made by hand, small and valid."""

from __future__ import annotations

import datetime as dt


def signed_copy(number: str, client: str, day: dt.date) -> bytes:
    """A PDF that names the contract. Plain ASCII: what others cannot show is left out."""
    words = (
        f"Contract {number}",
        f"Client {client}",
        f"Signed on {day.isoformat()}",
        "Signed copy of the demonstration",
    )
    drawn = "\n".join(f"({_plain(text)}) Tj 0 -28 Td" for text in words)
    stream = f"BT /F1 18 Tf 72 740 Td\n{drawn}\nET".encode("ascii")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body, offsets = b"%PDF-1.4\n", []
    for index, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (index, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table, len(objects) + 1, len(body))
    )


def _plain(text: str) -> str:
    kept = text.encode("ascii", "ignore").decode("ascii")
    return kept.replace("\\", "").replace("(", "[").replace(")", "]")
