"""What wrote a mail: a person, a mail server that could not deliver, or an absence.

Bounces follow RFC 3464 or they do not; automatic answers follow RFC 3834 or they do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from interactions.rules.mail.parsed import ParsedMail

NORMAL: Final = "NORMAL"
BOUNCE: Final = "BOUNCE"
AUTO_REPLY: Final = "AUTO_REPLY"

_ADDRESS: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_ID: Final = re.compile(r"^message-id:\s*(<[^<>\s]{1,398}>)", re.IGNORECASE | re.MULTILINE)
_STATUS: Final = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY_CODE: Final = re.compile(r"(?<![\d.-])(4[2-5]\d|5[0-5]\d)(?=[ -]\D)")
_FIELD: Final = re.compile(r"^([A-Za-z-]{1,40}):[ \t]*(.*(?:\n[ \t]+.*)*)", re.MULTILINE)
_DAEMON: Final = re.compile(r"^(mailer-daemon|postmaster|mail-?daemon|mdaemon|bounces?)$")
_RETURN_SUBJECT: Final = re.compile(
    r"undeliver|returned mail|delivery (status notification|failure|has failed)|failure notice"
    r"|mail (delivery|system) (failed|error|failure)|could not be delivered|not delivered"
    r"|mailbox (is )?full|退信|系统退信|投递失败|邮件(发送|投递)失败|无法投递|未能送达|unzustellbar"
    r"|non remis|échec de la remise",
    re.IGNORECASE,
)
_AWAY_SUBJECT: Final = re.compile(
    r"^\W*(out of (the )?office|auto(matic)?[ -]?(reply|response)|autoreply|away (until|from)"
    r"|on (annual |parental |maternity )?leave|on (vacation|holiday)|vacation reply"
    r"|abwesenheit|automatische antwort|absence du bureau|réponse automatique"
    r"|自动(回复|答复|回覆)|自動回覆|休假(中|通知)|外出|不在办公室|正在休假|出差(中|期间))",
    re.IGNORECASE,
)
# Words of servers that give no status, and the status they mean (RFC 3463).
_WORDS: Final = (
    (
        re.compile(
            r"mailbox (is )?full|(over|exceed\w*|out of) (the )?(storage )?quota|quota exceeded"
            r"|storage (space )?exceeded|insufficient storage|收件箱已满|邮箱(已满|空间不足)"
            r"|容量不足",
            re.IGNORECASE,
        ),
        (4, 2, 2),
    ),
    (
        re.compile(
            r"(user|recipient|mailbox|address|account)\b.{0,30}\b(unknown|not found|unavailable"
            r"|disabled|does(n't| not) exist|rejected|inactive)|no such (user|mailbox|recipient)"
            r"|unknown (user|recipient|mailbox)|invalid recipient|does not like recipient"
            r"|(用户|邮箱|收件人|地址|帐号|账号)[^\n]{0,8}(不存在|不可用|无效|被禁用|已停用)",
            re.IGNORECASE,
        ),
        (5, 1, 1),
    ),
    (
        re.compile(r"(domain|host)\b.{0,20}\b(not found|unknown)|域名不存在", re.IGNORECASE),
        (5, 1, 2),
    ),
    (re.compile(r"still (being retried|trying)|delayed|稍后重试|延迟", re.IGNORECASE), (4, 4, 7)),
)
_SHOWN: Final = 300
_PERMANENT: Final = 5


@dataclass(frozen=True, slots=True)
class Failure:
    """One recipient who did not get a mail, and why."""

    email: str
    status: str
    said: str

    @property
    def is_permanent(self) -> bool:
        """Whether trying again is of no use (class 5 of RFC 3463)."""
        return self.status.startswith("5.")

    @property
    def blames_address(self) -> bool:
        """Whether the address itself is at fault for good, and not the message or the sender.

        Classes 5.1 and 5.2 speak of the mailbox, 5.0 and 5.4.4 leave nothing else; 5.2.3 is a
        message too large, 5.3, 5.6 and 5.7 speak of systems, contents and rules.
        """
        if self.status == "5.2.3":
            return False
        return self.status.startswith(("5.1.", "5.2.", "5.0.")) or self.status == "5.4.4"


@dataclass(frozen=True, slots=True)
class Nature:
    """The kind of a mail; for a bounce also who failed, and which mail of ours came back."""

    kind: str
    failures: tuple[Failure, ...] = ()
    about_id: str = ""


def nature_of(mail: ParsedMail) -> Nature:
    """Recognise bounces and automatic answers; everything else was written by a person."""
    if _is_bounce(mail):
        found = _ID.search(mail.returned) or _ID.search(_returned_in_text(mail.text))
        about = found[1] if found else (mail.related_ids[0] if mail.related_ids else "")
        return Nature(BOUNCE, _failures(mail), about)
    if _is_automatic(mail):
        return Nature(AUTO_REPLY)
    return Nature(NORMAL)


def _is_bounce(mail: ParsedMail) -> bool:
    if mail.content_type == "multipart/report" and mail.reports:
        return any(
            "final-recipient" in one.lower() or "action:" in one.lower() for one in mail.reports
        )
    if mail.signs["x-failed-recipients"]:
        return True
    local = mail.sender.email.partition("@")[0]
    from_nobody = mail.signs["return-path"] == "<>" or mail.signs["x-envelope-from"] == "<>"
    from_server = from_nobody or bool(_DAEMON.match(local))
    return from_server and bool(_RETURN_SUBJECT.search(mail.subject))


def _is_automatic(mail: ParsedMail) -> bool:
    submitted = mail.signs["auto-submitted"].partition(";")[0].strip().lower()
    if submitted.startswith("auto-replied"):
        return True
    if mail.signs["x-autoreply"] or mail.signs["x-autorespond"]:
        return mail.signs["x-autoreply"].lower() != "no"
    if mail.signs["precedence"].lower() in {"auto_reply", "auto-reply"}:
        return True
    return bool(_AWAY_SUBJECT.match(_without_prefix(mail.subject)))


def _without_prefix(subject: str) -> str:
    return re.sub(r"^((re|aw|sv|回复|答复|回覆)\s*[:：]\s*)+", "", subject, flags=re.IGNORECASE)


def _failures(mail: ParsedMail) -> tuple[Failure, ...]:
    found = {one.email: one for one in _reported(mail)}
    if not found:
        found = {one.email: one for one in _worded(mail)}
    return tuple(found.values())


def _reported(mail: ParsedMail) -> list[Failure]:
    """Recipients of machine-readable reports, one group of fields each."""
    failures = []
    for report in mail.reports:
        for group in re.split(r"(?im)^(?=final-recipient:)", report)[1:]:
            fields = {m[1].lower(): " ".join(m[2].split()) for m in _FIELD.finditer(group)}
            address = _ADDRESS.search(fields.get("final-recipient", "")) or _ADDRESS.search(
                fields.get("original-recipient", "")
            )
            action = fields.get("action", "failed").lower()
            if address is None or action in {"delivered", "relayed", "expanded"}:
                continue
            said = fields.get("diagnostic-code", "")
            status = _status(f"{fields.get('status', '')} {said}", said)
            if action == "delayed":
                status = f"4{status[1:]}"
            failures.append(Failure(address[0].lower(), status, said[:_SHOWN]))
    return failures


def _worded(mail: ParsedMail) -> list[Failure]:
    """Recipients named in the words of a server that knows no reports."""
    if listed := _ADDRESS.findall(mail.signs["x-failed-recipients"]):
        addresses = listed
    else:
        ours = {one.email for one in (*mail.to, mail.sender)}
        addresses = [
            one for one in _ADDRESS.findall(_before_return(mail.text)) if one.lower() not in ours
        ][:1]
    status = _status(mail.text, f"{mail.subject}\n{mail.text}")
    said = next((one for one in mail.text.split("\n") if _speaks(one)), mail.subject)
    return [Failure(one.lower(), status, said.strip()[:_SHOWN]) for one in addresses]


def _speaks(line: str) -> bool:
    return bool(_STATUS.search(line)) or any(words.search(line) for words, _ in _WORDS)


def _status(text: str, words: str) -> str:
    """An enhanced status: given, else from a reply code, else from the words."""
    if given := _STATUS.search(text):
        return ".".join(given.groups())
    if code := _REPLY_CODE.search(words):
        by_words = _by_words(words)
        if by_words is not None:
            return f"{code[0][0]}.{by_words[1]}.{by_words[2]}"
        return f"{code[0][0]}.0.0"
    by_words = _by_words(words)
    return ".".join(map(str, by_words)) if by_words else "4.0.0"


def _by_words(text: str) -> tuple[int, int, int] | None:
    return next((status for words, status in _WORDS if words.search(text)), None)


_RETURN_MARK: Final = re.compile(
    r"^[-\s>]*(a copy of (your|the) message|original message|included is|below (this line )?is"
    r"|the header of the original|message headers follow|原始邮件|原邮件).*$",
    re.IGNORECASE | re.MULTILINE,
)


def _before_return(text: str) -> str:
    mark = _RETURN_MARK.search(text)
    return text[: mark.start()] if mark else text


def _returned_in_text(text: str) -> str:
    mark = _RETURN_MARK.search(text)
    return text[mark.end() :] if mark else text
