"""Which parts of a mail are somebody else's words: quoted lines, the mail below, "you wrote …"."""

import re
from typing import Final

_LINE: Final = re.compile(r"^[ \t]{0,3}[>＞|].*$", re.MULTILINE)
#: From such a line on, everything is the mail that was answered.
_BELOW: Final = re.compile(
    r"^[ \t]{0,3}(?:"
    r"-{2,}\s?(?:original message|forwarded message|原始邮件|原郵件|原始郵件|转发邮件|轉發郵件)"
    r"\s?-{2,}"
    r"|on .{4,120} wrote:"
    r"|在.{4,120}写道[:：]|在.{4,120}寫道[:：]|.{4,120}于.{4,60}写道[:：]"
    r"|_{20,}"
    r"|(?:from|发件人|寄件者)[:：].{1,200}\n"
    r"[ \t]{0,3}(?:sent|date|to|发送时间|时间|收件人|寄件日期)[:：]"
    r").*",
    re.MULTILINE | re.IGNORECASE,
)
#: Their words inside our sentence: You wrote "…". 贵方来信称“……”。
_SAID: Final = re.compile(
    r"(?:\byou (?:wrote|said|write|say)"
    r"|\byour (?:message|mail|e-mail|letter)\b.{0,20}?\b(?:says|said|reads)"
    r"|\bin your words"
    r"|(?:您|你|贵司|贵公司|贵方|来信|来函|邮件|邮件中|信中)(?:曾|中)?(?:说|写道|称|表示|提到|所说的|所称))"
    r"[^\"“「\n]{0,30}(?P<said>\"[^\"\n]{1,600}\"|“[^”\n]{1,600}”|「[^」\n]{1,600}」)",
    re.IGNORECASE,
)


def quoted_spans(text: str) -> list[tuple[int, int]]:
    """The stretches that the writer only quotes."""
    spans = [found.span() for found in _LINE.finditer(text)]
    spans += [found.span("said") for found in _SAID.finditer(text)]
    below = _BELOW.search(text)
    if below:
        spans.append((below.start(), len(text)))
    return spans
