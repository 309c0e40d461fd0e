"""The words of minutes, written natively in each language rather than translated."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

EN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "title": "Minutes of meeting",
        "version": "Version {n}",
        "subject": "Subject",
        "time": "Time",
        "place": "Place",
        "online": "Online",
        "creditor": "Creditor",
        "client": "Client",
        "agreement": "Concerns contract",
        "participants": "Participants",
        "side_OURS": "For {creditor}",
        "side_THEIRS": "For {client}",
        "content": "What was discussed",
        "points": "What was agreed",
        "no_points": "Nothing was agreed.",
        "tasks": "Who does what by when",
        "task": "Action",
        "who": "By whom",
        "due": "By",
        "task_said": "{what} ({who}, by {day})",
        "colon": ": ",
        "files": "Attachments",
        "deemed": "By contract {contract}, these minutes count as confirmed unless the client "
        "objects within {days} days of receiving them.",
        "confirming": "By confirming, the client states that these minutes say correctly what was "
        "discussed and agreed. It may object to any point, saying what it holds to be right.",
        "confirmation": "Confirmation by the client",
        "open": "Please confirm these minutes through the link that was sent with them, or sign "
        "below.",
        "name": "Name",
        "signature": "Signature",
        "date": "Date",
        "outcome": "Answer",
        "outcome_CONFIRMED": "Confirmed",
        "outcome_OBJECTED": "Objected to",
        "outcome_DEEMED": "Counts as confirmed: no objection by {day}, the last day under contract "
        "{contract}",
        "at": "Time of the answer",
        "address": "Network address",
        "hash": "SHA-256 of the text",
        "reference": "Link",
        "remark": "Remark",
        "objection": "To point {n}",
        "page": "Page",
    }
)

ZH: Final[Mapping[str, str]] = MappingProxyType(
    {
        "title": "会议纪要",
        "version": "第{n}版",
        "subject": "议题",
        "time": "时间",
        "place": "地点",
        "online": "线上会议",
        "creditor": "债权人",
        "client": "客户",
        "agreement": "所涉合同",
        "participants": "参会人员",
        "side_OURS": "{creditor}方",
        "side_THEIRS": "{client}方",
        "content": "讨论内容",
        "points": "达成的共识",
        "no_points": "未达成共识。",
        "tasks": "后续事项",
        "task": "事项",
        "who": "负责人",
        "due": "期限",
        "task_said": "{what}（{who}，{day}前）",
        "colon": "：",
        "files": "附件",
        "deemed": "依照合同 {contract} 的约定，客户自收到本纪要之日起{days}日内未提出异议的，"
        "视为确认。",
        "confirming": "客户确认，即表示本纪要如实记载了会议讨论及达成的共识；对任何一项有异议的，"
        "可以提出并说明其主张。",
        "confirmation": "客户确认",
        "open": "请通过随附链接确认本纪要，或者在下方签字。",
        "name": "姓名",
        "signature": "签字",
        "date": "日期",
        "outcome": "答复",
        "outcome_CONFIRMED": "确认",
        "outcome_OBJECTED": "有异议",
        "outcome_DEEMED": "视为确认：依照合同 {contract}，截至{day}（含当日）未提出异议",
        "at": "答复时间",
        "address": "网络地址",
        "hash": "文本 SHA-256",
        "reference": "链接编号",
        "remark": "说明",
        "objection": "对第{n}项",
        "page": "页",
    }
)

LANGUAGES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"en": ("en",), "zh-hans": ("zh-hans",), "both": ("en", "zh-hans")}
)
TAGS: Final[Mapping[str, str]] = MappingProxyType({"en": "en", "zh-hans": "zh-Hans"})


def words_of(language: str) -> Mapping[str, str]:
    """The words of one language."""
    return ZH if language == "zh-hans" else EN
