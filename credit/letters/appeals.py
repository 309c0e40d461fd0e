"""The answer to an appeal, in the client's language: a plain text, kept as it was said.

Written natively per language, calm, and with reasons. The same text is printed as a letter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from clients.models import Client, Creditor
from core.dates import day_in
from core.display import format_long_day
from core.letterhead import Sender, letterhead
from credit.models import Appeal, CurrentScore, ScoreSnapshot
from credit.rules.reasons import Reason
from credit.selectors.explain import strongest_reasons
from credit.states import AppealAgainst, AppealState
from disputes.selectors import creditor_of_client

#: What the reasons of the score explain.
EXPLAINED: Final = (AppealAgainst.GRADE, AppealAgainst.HOLD)
#: What an upheld appeal undoes by itself.
_UNDONE: Final = (AppealAgainst.BEHAVIOUR, AppealAgainst.FREE_WORK)
CHINESE: Final = "zh-hans"

_EN: Final[Mapping[str, Any]] = {
    "title": "Answer to your appeal",
    "dear": "Dear Sir or Madam,",
    "received": "On {day} you appealed against {what}. Thank you for taking the time to write down "
    "your reasons. They were looked at by somebody who did not take the decision.",
    "what": {
        "BEHAVIOUR": "something that we had noted about your company on {day}",
        "FREE_WORK": "work of {day} that we had noted as obtained without payment",
        "GRADE": "our assessment of your payment record",
        "HOLD": "our decision not to supply you on credit for the time being",
        "OTHER": "our decision “{decision}”",
    },
    "outcome": {
        "UPHELD": "You are right.",
        "PARTLY": "You are right in part.",
        "REJECTED": "We have come to the conclusion that the decision stands.",
    },
    "undone": "What we had noted is not held against you any more.",
    "reasons": "Our assessment as of {day} rests above all on the following:",
    "again": "If you know of facts that we have not seen, please tell us. We will look again.",
    "close": "Yours faithfully",
    "to": "To",
    "date": "Date",
    "reference": "Our reference",
}
_ZH: Final[Mapping[str, Any]] = {
    "title": "关于贵方申诉的答复",
    "dear": "尊敬的客户：",
    "received": "贵方于{day}就{what}提出申诉，并说明了理由，谨致谢意。"
    "该申诉已由未参与原决定的人员复核。",
    "what": {
        "BEHAVIOUR": "我方{day}的一项记录",
        "FREE_WORK": "我方关于{day}一项未付费服务的记录",
        "GRADE": "我方对贵方付款记录的评估",
        "HOLD": "我方对贵方暂停赊销的决定",
        "OTHER": "我方“{decision}”的决定",
    },
    "outcome": {
        "UPHELD": "复核结果：贵方的申诉成立。",
        "PARTLY": "复核结果：贵方的申诉部分成立。",
        "REJECTED": "复核结果：维持原决定。",
    },
    "undone": "相关记录不再作为对贵方的评估依据。",
    "reasons": "我方截至{day}的评估主要依据如下事实：",
    "again": "如有我方尚未了解的事实，欢迎随时告知，我方将重新核查。",
    "close": "顺颂商祺",
    "to": "致",
    "date": "日期",
    "reference": "编号",
}


def words(language: str) -> Mapping[str, Any]:
    """The words of one language."""
    return _ZH if language == CHINESE else _EN


def explained_by(appeal: Appeal) -> ScoreSnapshot | None:
    """The score that the answer explains: the one appealed against, else the latest."""
    if appeal.against not in EXPLAINED:
        return None
    if appeal.snapshot is not None:
        return appeal.snapshot
    latest = CurrentScore.objects.filter(client=appeal.client_id).select_related("snapshot").first()
    return latest.snapshot if latest is not None else None


def answer_text(appeal: Appeal, *, outcome: str, answer: str, on: dt.date) -> str:
    """The whole answer as a plain text, paragraphs apart by a blank line."""
    language = appeal.client.language
    said = words(language)
    parts = [said["dear"], _received(appeal, language)]
    parts.append(f"{said['outcome'][outcome]}\n{answer}")
    if outcome == AppealState.UPHELD and appeal.against in _UNDONE:
        parts.append(said["undone"])
    snapshot = explained_by(appeal)
    reasons = strongest_reasons(snapshot, language) if snapshot is not None else []
    if snapshot is not None and reasons:
        parts.append(_reasons(reasons, snapshot.on, language))
    if outcome != AppealState.UPHELD:
        parts.append(said["again"])
    creditor = creditor_of_client(appeal.client)
    sender = creditor.name_in(language) if creditor is not None else ""
    parts.append("\n".join(filter(None, [said["close"], sender, format_long_day(on, language)])))
    return "\n\n".join(parts)


def _received(appeal: Appeal, language: str) -> str:
    said = words(language)
    thing = appeal.behaviour or appeal.free_entry
    day = thing.happened_on if thing is not None else appeal.received_on
    what = said["what"][appeal.against].format(
        day=format_long_day(day, language), decision=appeal.decision
    )
    text: str = said["received"].format(
        day=format_long_day(appeal.received_on, language), what=what
    )
    return text


def _reasons(reasons: list[Reason], on: dt.date, language: str) -> str:
    head = words(language)["reasons"].format(day=format_long_day(on, language))
    end = "。" if language == CHINESE else "."
    lines = [f"{number}. {_sentence(one.words)}{end}" for number, one in enumerate(reasons, 1)]
    return "\n".join([head, *lines])


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class AppealPaper:
    """What is printed of an answer."""

    title: str
    reference: str
    facts: list[tuple[str, str]]
    paragraphs: list[list[str]]
    created: str
    language: str
    sender: Sender


def paper_of(appeal: Appeal, creditor: Creditor, *, has_logo: bool) -> AppealPaper:
    """The letter of an answered appeal; the text is the one that was kept."""
    client: Client = appeal.client
    language, said = client.language, words(client.language)
    if appeal.closed_at is None:
        raise ValueError("only an answered appeal has a letter")
    day = day_in(appeal.closed_at, creditor.time_zone)
    reference = f"A-{appeal.pk}"
    return AppealPaper(
        title=said["title"],
        reference=reference,
        facts=[
            (said["to"], client.legal_name),
            (said["reference"], reference),
            (said["date"], format_long_day(day, language)),
        ],
        paragraphs=[part.split("\n") for part in appeal.letter.split("\n\n")],
        created=day.isoformat(),
        language=language,
        sender=_sender(creditor, language, has_logo=has_logo),
    )


def _sender(creditor: Creditor, language: str, *, has_logo: bool) -> Sender:
    other = creditor.name_in("en" if language == CHINESE else CHINESE)
    own = creditor.name_in(language)
    lines = creditor.address_in(language).splitlines()
    return letterhead(own, other, lines, has_logo=has_logo)
