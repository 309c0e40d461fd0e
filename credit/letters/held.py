"""What is held against a client, as the client reads it, and how it may appeal.

Written natively per language, calm: what is on record, what it means, until when to write, who
looks at it. The exact text of a client link is made of the same words as its page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import override

from core.display import format_long_day
from core.money import format_money
from credit.letters.appeals import CHINESE
from credit.states import FreeWork
from interactions.states import InteractionKind

_EN: Final[Mapping[str, Any]] = {
    "intro": {
        "BEHAVIOUR": "We have noted the following about our dealings with {client}. "
        "It was confirmed by somebody who had not noted it.",
        "FREE_WORK": "We have noted the following work for {client} as obtained without payment. "
        "It was confirmed by somebody who had not noted it.",
        "HOLD": "For the time being we do not supply {client} on credit. "
        "This was decided by a person, not by a program.",
        "GRADE": "We look at how invoices are paid before we agree on deposits, payment terms and "
        "credit limits. For {client}, as of {day}, the following weighed most.",
    },
    "kind": {
        "returns": "Goods sent back repeatedly",
        "demands": "Demands beyond what was agreed",
        "abuse": "Conduct towards our staff",
    },
    "what": "What it concerns",
    "on": {
        "BEHAVIOUR": "When it happened",
        "FREE_WORK": "When it was done",
        "HOLD": "Since",
        "GRADE": "As of",
    },
    "until": {
        "BEHAVIOUR": "It counts until",
        "FREE_WORK": "It counts until",
        "HOLD": "Until, unless decided anew",
        "GRADE": "",
    },
    "hours": "Hours",
    "amount": "Amount",
    "contract": "Contract",
    "said": {
        "BEHAVIOUR": "As it was noted",
        "FREE_WORK": "As it was noted",
        "HOLD": "Why",
        "GRADE": "",
    },
    "proof": "What it rests on",
    "reasons": "What weighed most",
    "proofs": {
        "interaction": "An entry of our log ({kind}), {day}",
        "document": "A document on file, {day}",
        "dispute": "The dispute about invoice {number}, {day}",
        "contract": "Contract {number}",
        "incident": "A noted incident, {day}",
        "credit_note": "Credit note {number}, {day}",
        "complaint": "A complaint, {day}",
    },
    "meaning": {
        "BEHAVIOUR": "It is one of the facts in our assessment of your company, on which deposits, "
        "payment terms and credit limits depend.",
        "FREE_WORK": "It is one of the facts in our assessment of your company, on which deposits, "
        "payment terms and credit limits depend.",
        "HOLD": "Contracts and deliveries on credit wait meanwhile.",
        "GRADE": "Invoices under dispute, and delays that were our own fault, are left out.",
    },
    "rights": "If you see it differently",
    "write": "Write to us below by {last}, in your own words. After that day, letters, mails and "
    "calls still reach us.",
    "answer": "Somebody who did not take the decision looks at what you write. You get an answer "
    "with reasons within {days} days.",
    "free": "Writing costs nothing and is not held against you. You need not answer; silence "
    "agrees to nothing.",
    "creditor": "Creditor: {name}",
    "client": "Client: {name} ({code})",
    "end": ".",
}
_ZH: Final[Mapping[str, Any]] = {
    "intro": {
        "BEHAVIOUR": "我方就与{client}的往来记录了以下情况，并已由未参与记录的人员核实确认。",
        "FREE_WORK": "我方将为{client}完成的以下工作记录为未付费服务，"
        "并已由未参与记录的人员核实确认。",
        "HOLD": "我方目前暂停向{client}赊销。该决定由人工作出，而非由程序自动作出。",
        "GRADE": "在商定预付比例、账期和授信额度之前，我方会评估发票的付款情况。"
        "截至{day}，对{client}的评估主要依据如下事实。",
    },
    "kind": {
        "returns": "多次退货",
        "demands": "超出约定的要求",
        "abuse": "对我方人员的言行",
    },
    "what": "事项",
    "on": {
        "BEHAVIOUR": "发生日期",
        "FREE_WORK": "完成日期",
        "HOLD": "开始日期",
        "GRADE": "截至",
    },
    "until": {
        "BEHAVIOUR": "计入评估至",
        "FREE_WORK": "计入评估至",
        "HOLD": "至（另有决定的除外）",
        "GRADE": "",
    },
    "hours": "工时",
    "amount": "金额",
    "contract": "合同",
    "said": {
        "BEHAVIOUR": "记录原文",
        "FREE_WORK": "记录原文",
        "HOLD": "原因",
        "GRADE": "",
    },
    "proof": "依据",
    "reasons": "主要依据",
    "proofs": {
        "interaction": "我方沟通记录（{kind}），{day}",
        "document": "存档文件，{day}",
        "dispute": "关于发票{number}的争议，{day}",
        "contract": "合同{number}",
        "incident": "事件记录，{day}",
        "credit_note": "红字发票{number}，{day}",
        "complaint": "投诉，{day}",
    },
    "meaning": {
        "BEHAVIOUR": "该记录是我方评估贵方信用时考虑的事实之一，"
        "预付比例、账期和授信额度以该评估为依据。",
        "FREE_WORK": "该记录是我方评估贵方信用时考虑的事实之一，"
        "预付比例、账期和授信额度以该评估为依据。",
        "HOLD": "在此期间，赊销合同和赊销交付暂缓办理。",
        "GRADE": "存在争议的发票以及因我方原因造成的延迟均不计入。",
    },
    "rights": "如贵方有不同意见",
    "write": "请于{last}（含当日）前在下方说明。逾期仍可通过信函、邮件或电话向我方提出。",
    "answer": "贵方的意见由未参与原决定的人员复核，我方将在{days}日内答复并说明理由。",
    "free": "提出申诉不收取任何费用，也不会因此对贵方产生不利影响。"
    "贵方可以不答复；不答复不视为同意。",
    "creditor": "债权人：{name}",
    "client": "客户：{name}（{code}）",
    "end": "。",
}


@dataclass(frozen=True, slots=True)
class HeldPaper:
    """What a client reads: an introduction, facts, the words on record, proof, and its rights."""

    intro: str
    facts: list[tuple[str, str]]
    said_label: str
    said: str
    proof_label: str
    proof: list[str]
    reasons_label: str
    reasons: list[str]
    meaning: str
    rights_label: str
    rights: list[str]


def held_paper(facts: Mapping[str, Any], language: str) -> HeldPaper:
    """The frozen facts of a link for a reader of `language`."""
    said, against = _words(language), facts["against"]
    day = _day(facts["on"], language)
    reasons = facts.get("reasons", {}).get(language, [])
    return HeldPaper(
        intro=said["intro"][against].format(client=facts["client"], day=day),
        facts=_facts(facts, language),
        said_label=said["said"][against],
        said=facts["said"],
        proof_label=said["proof"],
        proof=[_proof(one, language) for one in facts["proof"]],
        reasons_label=said["reasons"],
        reasons=[f"{one[:1].upper()}{one[1:]}{said['end']}" for one in reasons],
        meaning=said["meaning"][against],
        rights_label=said["rights"],
        rights=[
            said["write"].format(last=_day(facts["last_day"], language)),
            said["answer"].format(days=facts["answer_days"]),
            said["free"],
        ],
    )


def held_text(
    facts: Mapping[str, Any], language: str, *, creditor: str, client: str, code: str
) -> str:
    """The exact text of a link: what the page shows, from top to bottom."""
    said, paper = _words(language), held_paper(facts, language)
    colon = "：" if language == CHINESE else ": "
    blocks = [
        [said["creditor"].format(name=creditor), said["client"].format(name=client, code=code)],
        [paper.intro],
        [f"{label}{colon}{value}" for label, value in paper.facts],
        [f"{paper.said_label}{colon}", paper.said] if paper.said else [],
        _listed(paper.proof_label, paper.proof, colon),
        _listed(paper.reasons_label, paper.reasons, colon),
        [paper.meaning],
        [f"{paper.rights_label}{colon}", *paper.rights],
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


def _words(language: str) -> Mapping[str, Any]:
    return _ZH if language == CHINESE else _EN


def _listed(label: str, lines: list[str], colon: str) -> list[str]:
    numbered = [f"{number}. {line}" for number, line in enumerate(lines, 1)]
    return [f"{label}{colon}", *numbered] if lines else []


def _day(text: str, language: str) -> str:
    return format_long_day(dt.date.fromisoformat(text), language)


def _kind(facts: Mapping[str, Any], language: str) -> str:
    kind = facts.get("kind", "")
    if facts["against"] == "FREE_WORK":
        with override(language):
            return str(FreeWork(kind).label)
    return str(_words(language)["kind"].get(kind, ""))


def _facts(facts: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """The facts that there are, each with its label."""
    said, against = _words(language), facts["against"]
    amount = facts.get("amount", "")
    money = format_money(Decimal(amount), facts["currency"], language) if amount else ""
    until = facts.get("until", "")
    lines = [
        (said["what"], _kind(facts, language)),
        (said["on"][against], "" if against == "GRADE" else _day(facts["on"], language)),
        (said["hours"], facts.get("hours", "")),
        (said["amount"], money),
        (said["contract"], facts.get("contract", "")),
        (said["until"][against], _day(until, language) if until else ""),
    ]
    return [(label, value) for label, value in lines if value]


def _proof(one: Mapping[str, str], language: str) -> str:
    with override(language):
        kind = str(InteractionKind(one["kind"]).label) if one["kind"] else ""
    day = _day(one["on"], language) if one["on"] else ""
    text: str = _words(language)["proofs"][one["what"]].format(
        kind=kind, number=one["number"], day=day
    )
    return text
