"""Which clients may belong together: how facts are compared, and what each sign says.

Two facts are the same when their keys are: `key(fact)` drops what people write differently. A
key of a key is itself, and an empty key says nothing. What is common to many clients says
nothing either (`CROWD`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final

from credit.states import RelatedSign, RelatedState

#: So many points of signs suffice to propose that two clients belong together.
ENOUGH: Final = 50
#: A fact that more clients than this share is no sign: a business centre, a common name.
CROWD: Final = 10
#: Names less alike than this are not looked at.
ALIKE: Final = 0.6
#: A group holds no more clients than this.
LARGEST_GROUP: Final = 50

_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_OTHER: Final = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """One width, one case, no accents on Latin letters, single spaces."""
    wide = unicodedata.normalize("NFKC", text)
    plain = unicodedata.normalize("NFKD", wide.casefold())
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFKC", bare).split())


def _until_still(step: Callable[[str], str], text: str) -> str:
    """Repeat a step that shortens until nothing changes: the key of a key is then itself."""
    while (after := step(text)) != text:
        text = after
    return text


# --- Names ---------------------------------------------------------------------------------------

_LEGAL_WORDS: Final = frozenset(
    [
        "ab",
        "ag",
        "aktiengesellschaft",
        "and",
        "aps",
        "as",
        "asa",
        "bhd",
        "bv",
        "bvba",
        "co",
        "company",
        "companies",
        "corp",
        "corporation",
        "cv",
        "dac",
        "doo",
        "eg",
        "eood",
        "ev",
        "gbr",
        "gesellschaft",
        "gmbh",
        "group",
        "gruppe",
        "holding",
        "holdings",
        "inc",
        "incorporated",
        "int",
        "international",
        "intl",
        "kft",
        "kg",
        "kgaa",
        "kk",
        "limited",
        "llc",
        "llp",
        "lp",
        "lda",
        "ltd",
        "ltda",
        "mbh",
        "nv",
        "ohg",
        "oo",
        "oy",
        "oyj",
        "plc",
        "pte",
        "pty",
        "pvt",
        "rl",
        "sa",
        "sal",
        "sarl",
        "sas",
        "sdn",
        "se",
        "sl",
        "slu",
        "spa",
        "spol",
        "srl",
        "sro",
        "sp",
        "the",
        "trading",
        "und",
        "unlimited",
        "z",
        "zoo",
    ]  # a list of ninety strings is harder to read
)
_CHINESE_WORDS: Final = [
    "有限责任公司",
    "股份有限公司",
    "有限公司",
    "股份公司",
    "总公司",
    "分公司",
    "子公司",
    "集团",
    "公司",
    "控股",
    "工厂",
    "总厂",
    "厂",
    "商行",
    "商店",
    "门市部",
    "经营部",
    "事务所",
    "合伙企业",
    "普通合伙",
    "有限合伙",
    "个体工商户",
    "企业",
    "中心",
    "进出口",
    "对外贸易",
    "国际贸易",
    "贸易",
    "商贸",
    "工贸",
    "经贸",
    "科技",
    "技术",
    "实业",
    "工业",
    "投资",
    "发展",
    "国际",
    "服务",
    "管理",
    "咨询",
    "信息",
    "网络",
    "电子商务",
    "供应链",
    "物流",
]
_CHINESE_TAIL: Final = re.compile(
    "(?:" + "|".join(sorted(_CHINESE_WORDS, key=len, reverse=True)) + ")$"
)
_PROVINCES: Final = [
    "北京",
    "天津",
    "上海",
    "重庆",
    "河北",
    "山西",
    "辽宁",
    "吉林",
    "黑龙江",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "海南",
    "四川",
    "贵州",
    "云南",
    "陕西",
    "甘肃",
    "青海",
    "台湾",
    "内蒙古",
    "广西",
    "西藏",
    "宁夏",
    "新疆",
    "香港",
    "澳门",
]
_PLACES: Final = frozenset(
    [*_PROVINCES, *(["深圳", "广州", "杭州", "宁波", "苏州", "南京", "青岛", "厦门", "中国"])]
)


def name_rest(legal_name: str) -> str:
    """What is left of a company's name without its form, its trade and bracketed places."""
    return _until_still(_name_step, fold(legal_name))


def _name_step(text: str) -> str:
    # "G.m.b.H." and "S.A." are one word each.
    words = _OTHER.sub(" ", text.replace(".", "").replace("'", "")).split()
    kept = [_CHINESE_TAIL.sub("", word) for word in words if word not in _LEGAL_WORDS]
    kept = [word for word in kept if word]
    distinct = [word for word in kept if word not in _PLACES]
    return " ".join(distinct or kept)


_TITLES: Final = frozenset(
    ["mr", "mrs", "ms", "miss", "dr", "prof", "herr", "frau", "sir", "先生", "女士"]
)
_TITLE_BEHIND: Final = re.compile("(?:先生|女士)+$")


def person_key(name: str) -> str:
    """A person's name; Latin names in whichever order they are written."""
    words = _OTHER.sub(" ", fold(name)).split()
    bare = _TITLE_BEHIND.sub("", "".join(words))
    if _CHINESE.search(bare):
        return bare if len(bare) > 1 else ""
    # A Latin name may have a Chinese title: John Smith先生.
    words = [_TITLE_BEHIND.sub("", word) for word in words]
    words = [word for word in words if word and word not in _TITLES]
    return " ".join(sorted(words)) if len(words) > 1 else ""


def payer_key(name: str, collectors: Collection[str] = frozenset()) -> str:
    """Who paid, by the whole name; empty for those who collect for everybody."""
    key = "".join(_OTHER.sub(" ", fold(name)).split())
    return "" if key in collectors or len(key) < _SHORTEST_PAYER else key


_SHORTEST_PAYER: Final = 4

# --- Addresses -----------------------------------------------------------------------------------

_STREET_WORDS: Final = {
    "street": "st", "str": "st", "strasse": "st", "road": "rd", "avenue": "ave",
    "av": "ave", "boulevard": "blvd", "bvd": "blvd", "lane": "ln", "drive": "dr", "square": "sq",
    "place": "pl", "platz": "pl", "court": "ct", "building": "bldg", "floor": "fl",
    "suite": "ste", "room": "rm", "number": "", "no": "", "unit": "", "the": "",
    "north": "n", "south": "s", "east": "e", "west": "w", "p": "", "r": "", "china": "", "prc": "",
}  # fmt: skip
_CHINESE_START: Final = re.compile("^(?:中华人民共和国|中国|" + "|".join(_PROVINCES) + ")")
_CHINESE_MARKS: Final = re.compile(
    "特别行政区|自治区|自治州|自治县|壮族|回族|维吾尔|新区|开发区|省|市|区|县|镇|乡|街道"
)
_SHORTEST_ADDRESS: Final = 6


def address_key(address: str) -> str:
    """Street, number and room; provinces, cities' titles and punctuation are dropped.

    Empty without a number: a city alone is no address.
    """
    key = _until_still(_address_step, fold(address))
    if len(key) < _SHORTEST_ADDRESS or not any(c.isdigit() for c in key):
        return ""
    return key


def _address_step(text: str) -> str:
    if _CHINESE.search(text):
        bare = _CHINESE_START.sub("", _OTHER.sub("", re.sub(r"(?<=\d)[-–—](?=\d)", "号", text)))
        bare = _CHINESE_MARKS.sub("", bare)
        bare = re.sub("号楼|[幢栋座楼层]", "号", bare)
        bare = re.sub(r"(?<=\d)(?:号房|房|室)", "", bare)
        return re.sub("号+", "号", bare).removesuffix("号")
    words = [_street_word(word) for word in _OTHER.sub(" ", text).split()]
    return " ".join(sorted(word for word in words if word))


def _street_word(word: str) -> str:
    word = _STREET_WORDS.get(word, word)
    for long in ("strasse", "str"):
        # "Hauptstrasse" and "Hauptstr."
        if word.endswith(long) and len(word) > len(long) + 2:
            return word.removesuffix(long) + "st"
    return word


# --- Numbers and domains -------------------------------------------------------------------------

_EXTENSION: Final = re.compile(r"(?:ext\.?|extension|转|分机|x|#)\s*\d{1,6}\s*$")
_LEAST_DIGITS, _TELLING_DIGITS = 7, 9


def phone_key(phone: str) -> str:
    """The last nine digits: with or without a country's code it is the same line."""
    digits = "".join(c for c in _EXTENSION.sub("", fold(phone)) if c in "0123456789")
    return digits[-_TELLING_DIGITS:] if len(digits) >= _LEAST_DIGITS else ""


def domain_key(email: str, providers: Collection[str] = frozenset()) -> str:
    """The domain of an address; empty for a public provider."""
    domain = fold(email).rpartition("@")[2].strip(". ")
    return "" if domain in providers or "." not in domain else domain


_LEAST_REGISTRATION: Final = 5


def registration_key(number: str) -> str:
    """Letters and digits of a registration number."""
    key = "".join(_OTHER.sub(" ", fold(number)).split())
    return key if len(key) >= _LEAST_REGISTRATION and any(c.isdigit() for c in key) else ""


# --- Signs ---------------------------------------------------------------------------------------

_POINTS: Final = {
    RelatedSign.REGISTRATION: 100,
    RelatedSign.MAIL_DOMAIN: 60,
    RelatedSign.PHONE: 55,
    RelatedSign.PAYER: 50,
    RelatedSign.LEGAL_REPRESENTATIVE: 40,
    RelatedSign.ADDRESS: 40,
}
#: Points for names from this likeness on.
_NAMES: Final = ((1.0, 50), (0.8, 35), (ALIKE, 20))
#: Two characters make a name that thousands bear.
_SHORT_PERSON, _SHORT_PERSON_POINTS = 2, 30


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that two clients have in common, as each of them has it written."""

    kind: RelatedSign
    key: str
    points: int
    left: str
    right: str

    @property
    def identity(self) -> tuple[str, str]:
        """What makes it another sign than one that was known."""
        return self.kind.value, self.key


def points_of(kind: RelatedSign, key: str, likeness: float = 1.0) -> int:
    """What one sign says."""
    if kind == RelatedSign.NAME:
        return next((points for least, points in _NAMES if likeness >= least), 0)
    if kind == RelatedSign.LEGAL_REPRESENTATIVE and len(key) <= _SHORT_PERSON:
        return _SHORT_PERSON_POINTS
    return _POINTS[kind]


def total(signs: Iterable[Sign]) -> int:
    """The points of a pair: of each kind its strongest sign, 100 at most."""
    best: dict[RelatedSign, int] = {}
    for one in signs:
        best[one.kind] = max(best.get(one.kind, 0), one.points)
    return min(sum(best.values()), 100)


def next_state(
    state: RelatedState | None, signs: Collection[Sign], known: Collection[tuple[str, str]]
) -> RelatedState | None:
    """Where signs alone take a pair; None for nowhere.

    `known` are the signs that a person saw and dismissed: only another one brings the pair back.
    """
    speaks = total(signs) >= ENOUGH
    if state == RelatedState.PROPOSED:
        return None if speaks else RelatedState.WITHDRAWN
    if not speaks or state == RelatedState.CONFIRMED:
        return None
    if state == RelatedState.DISMISSED and not {one.identity for one in signs} - set(known):
        return None
    return RelatedState.PROPOSED
