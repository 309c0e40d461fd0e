"""Clauses name facts of the contract in braces; here they become words, in each language.

`{terms_days}` stands for the payment terms, and so on: `PLACEHOLDERS` has the list. A name that
is not in it is refused when a clause is saved. A fact that a draft does not have yet is shown as
a gap that nobody can overlook; it is never left out in silence.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from core.display import format_long_day
from core.money import format_amount, round_money
from core.words import renminbi_in_words

EN: Final = "en"
ZH: Final = "zh-hans"
LANGUAGES: Final = (EN, ZH)

#: Name of each placeholder, in words for a person: English, Chinese.
PLACEHOLDERS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "contract_number": ("contract number", "合同编号"),
        "title": ("title of the contract", "合同名称"),
        "supplier": ("legal name of the supplier", "乙方名称"),
        "client": ("legal name of the client", "甲方名称"),
        "supplier_address": ("address of the supplier", "乙方地址"),
        "client_address": ("address of the client", "甲方地址"),
        "supplier_email": ("e-mail of the supplier", "乙方电子邮箱"),
        "notice_email": ("client's e-mail for notices", "甲方指定电子邮箱"),
        "notice_address": ("client's address for notices", "甲方送达地址"),
        "price": ("contract price", "合同总价"),
        "currency": ("currency", "币种"),
        "terms_days": ("payment terms in days", "账期（日）"),
        "late_charge": ("late charge", "逾期付款违约金标准"),
        "suspension_days": ("days late before suspension", "暂停前的逾期天数"),
        "acceptance_days": ("days to accept", "验收期限（日）"),
        "minutes_days": ("days to object to minutes", "会议纪要异议期限（日）"),
        "prepayment": ("prepayment", "预付款项"),
        "prepayment_percent": ("prepayment in percent", "预付比例"),
        "starts_on": ("start of the contract", "合同起始日"),
        "ends_on": ("end of the contract", "合同终止日"),
        "governing_law": ("governing law", "适用法律"),
        "forum": ("court or arbitration", "争议解决机构"),
        "bank_account": ("bank account of the supplier", "乙方收款账户"),
    }
)

#: What a contract usually names, so that each language of it says its own words.
KNOWN_NAMES: Final[tuple[tuple[str, str], ...]] = (
    ("the People's Republic of China", "中华人民共和国"),
    ("England and Wales", "英格兰和威尔士"),
    ("Germany", "德国"),
    ("Hong Kong SAR", "香港特别行政区"),
    ("Singapore", "新加坡"),
    ("the State of New York", "美国纽约州"),
    (
        "the people's court with jurisdiction at the Supplier's domicile",
        "乙方住所地有管辖权的人民法院",
    ),
    (
        "the people's court with jurisdiction at the Client's domicile",
        "甲方住所地有管辖权的人民法院",
    ),
    (
        "the China International Economic and Trade Arbitration Commission (CIETAC)",
        "中国国际经济贸易仲裁委员会（CIETAC）",
    ),
    ("the Shanghai International Arbitration Center", "上海国际仲裁中心"),
    ("the Hong Kong International Arbitration Centre", "香港国际仲裁中心"),
    ("the Singapore International Arbitration Centre", "新加坡国际仲裁中心"),
    ("the courts of England and Wales", "英格兰和威尔士法院"),
)

#: Late charges of the book of presets, as a contract states them. The rest by their name.
_PRESETS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "cn_sale_default": (
            "1.3 times the one-year loan prime rate (LPR) published by the National Interbank "
            "Funding Center and in force on the day after the due date, a year",
            "付款到期日次日适用的、全国银行间同业拆借中心公布的一年期贷款市场报价利率（LPR）的1.3倍"
            "（年利率）",
        ),
        "cn_sme": (
            "0.05% a day, as set out in article 17 of the Regulations on Ensuring Payments to "
            "Small and Medium-sized Enterprises",
            "《保障中小企业款项支付条例》第十七条规定的每日万分之五",
        ),
        "eu_2011_7": (
            "the reference rate of the European Central Bank plus eight percentage points a year "
            "(Directive 2011/7/EU)",
            "欧洲中央银行参考利率加八个百分点的年利率（欧盟第2011/7/EU号指令）",
        ),
        "de_288": (
            "nine percentage points a year above the base rate (section 288(2) of the German "
            "Civil Code)",
            "基准利率加九个百分点的年利率（《德国民法典》第288条第2款）",
        ),
        "uk_lpcdia": (
            "eight per cent a year above the official dealing rate of the Bank of England, as "
            "under the Late Payment of Commercial Debts (Interest) Act 1998",
            "英格兰银行官方利率加八个百分点的年利率（英国《1998年商业债务逾期付款（利息）法》）",
        ),
    }
)

_SHARE_DIGITS: Final = Decimal("0.0001")
_BRACED: Final = re.compile(r"\{([^{}\n]*)\}")
_GAP: Final = re.compile(r"\[to be filled: [^\[\]]*\]|［待填：[^［］]*］")
_CHINESE: Final = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a contract knows when its clauses are written out. Names come by language."""

    number: str
    currency: str
    title: Mapping[str, str] = field(default_factory=dict)
    supplier: Mapping[str, str] = field(default_factory=dict)
    supplier_address: Mapping[str, str] = field(default_factory=dict)
    supplier_email: str = ""
    client: str = ""
    client_address: str = ""
    notice_email: str = ""
    notice_address: str = ""
    price: Decimal | None = None
    terms_days: int | None = None
    late_kind: str = "NONE"
    late_rate: Decimal | None = None
    late_basis: int = 365
    late_preset: str = ""
    preset_names: Mapping[str, str] = field(default_factory=dict)
    suspension_days: int | None = None
    acceptance_days: int | None = None
    minutes_days: int | None = None
    prepayment_ratio: Decimal | None = None
    prepayment_kept: Decimal | None = None
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    governing_law: str = ""
    forum: str = ""
    bank_account: str = ""


def unknown_placeholders(text: str) -> list[str]:
    """What stands in braces but is no fact we know, in order; "{" or "}" for a lone brace."""
    unknown = [name for name in _BRACED.findall(text) if name not in PLACEHOLDERS]
    rest = _BRACED.sub("", text)
    unknown += [brace for brace in "{}" if brace in rest]
    return list(dict.fromkeys(unknown))


def gap(name: str, language: str) -> str:
    """What a draft shows where a fact is missing."""
    english, chinese = PLACEHOLDERS[name]
    return f"［待填：{chinese}］" if language == ZH else f"[to be filled: {english}]"


def has_gap(text: str) -> bool:
    """Whether a text still has something to be filled."""
    return bool(_GAP.search(text))


def split_gaps(text: str) -> list[tuple[str, bool]]:
    """The text in pieces: (piece, whether it is a gap). Joined, they are the text."""
    pieces, end = [], 0
    for found in _GAP.finditer(text):
        pieces += [(text[end : found.start()], False), (found.group(), True)]
        end = found.end()
    return [piece for piece in [*pieces, (text[end:], False)] if piece[0]]


def fill(text: str, words: Mapping[str, str], language: str) -> str:
    """The text with each placeholder replaced by its words, or by a visible gap.

    A name nobody knows stays as it is; `unknown_placeholders` keeps such a text out. What is put
    in is never read for placeholders again: a client may be called {Acme}.
    """

    def word(found: re.Match[str]) -> str:
        name = found.group(1)
        if name not in PLACEHOLDERS:
            return found.group()
        return words.get(name) or gap(name, language)

    return _BRACED.sub(word, text)


def words_of(facts: Facts, language: str) -> dict[str, str]:
    """Each placeholder's words in a language; those whose fact is missing are left out."""
    found = {
        "contract_number": facts.number,
        "title": facts.title.get(language, ""),
        "supplier": facts.supplier.get(language, ""),
        "client": facts.client,
        "supplier_address": one_line(facts.supplier_address.get(language, ""), language),
        "client_address": one_line(facts.client_address, language),
        "supplier_email": facts.supplier_email,
        "notice_email": facts.notice_email,
        "notice_address": one_line(facts.notice_address, language),
        "price": _price(facts, language),
        "currency": facts.currency,
        "terms_days": _count(facts.terms_days),
        "late_charge": late_charge(facts, language),
        "suspension_days": _count(facts.suspension_days),
        "acceptance_days": _count(facts.acceptance_days),
        "minutes_days": _count(facts.minutes_days),
        "prepayment": _prepayment(facts, language),
        "prepayment_percent": _prepaid_share(facts),
        "starts_on": _day(facts.starts_on, language),
        "ends_on": _day(facts.ends_on, language),
        "governing_law": in_language(facts.governing_law, language),
        "forum": in_language(facts.forum, language),
        "bank_account": facts.bank_account,
    }
    return {name: said for name, said in found.items() if said}


def money_in_words(amount: Decimal, currency: str, language: str) -> str:
    """An amount as a contract states it: the code, never a sign that two countries share."""
    digits = format_amount(amount, currency, language)
    if language == ZH and currency == "CNY":
        return f"人民币{digits}元"
    return f"{currency} {digits}"


def capital_amount(amount: Decimal, currency: str, language: str) -> str:
    """The amount in Chinese capital numerals where that is custom, else empty."""
    if language != ZH or currency != "CNY" or amount < 0:
        return ""
    return renminbi_in_words(round_money(amount, currency))


def in_language(text: str, language: str) -> str:
    """The part of a bilingual note for one language.

    Known names are translated; "English / 中文" gives each language its part; anything else is
    said as it stands.
    """
    text = text.strip()
    for english, chinese in KNOWN_NAMES:
        if text.casefold() in {english.casefold(), english.removeprefix("the ").casefold()} or (
            text == chinese
        ):
            return chinese if language == ZH else english
    parts = [part.strip() for part in re.split(r"\s+/\s+|\s*｜\s*", text) if part.strip()]
    if len(parts) > 1:
        wanted = [part for part in parts if bool(_CHINESE.search(part)) == (language == ZH)]
        return wanted[0] if wanted else text
    return text


def late_charge(facts: Facts, language: str) -> str:
    """The late charge as a phrase that follows "at"; empty when none is agreed."""
    is_chinese = language == ZH
    if facts.late_kind == "RATE" and facts.late_rate is not None:
        rate = plain_number(facts.late_rate)
        if is_chinese:
            return f"年利率{rate}%（一年按{facts.late_basis}日计）"
        return f"{rate}% a year (on a year of {facts.late_basis} days)"
    if facts.late_kind != "PRESET" or not facts.late_preset:
        return ""
    if facts.late_preset in _PRESETS:
        return _PRESETS[facts.late_preset][is_chinese]
    name = facts.preset_names.get(language) or facts.late_preset
    return f"下列规则确定的标准（{name}）" if is_chinese else f"the rate of this rule: {name}"


def plain_number(figure: Decimal) -> str:
    """A figure without needless zeros: 12.50000 -> 12.5, 100 -> 100."""
    return format(
        figure.quantize(Decimal(1)) if figure == figure.to_integral_value() else figure.normalize(),
        "f",
    )


def one_line(text: str, language: str) -> str:
    """An address as part of a sentence; one in Latin letters keeps its commas in Chinese, too."""
    lines = [line.strip().rstrip(",，") for line in text.splitlines() if line.strip()]
    runs_on = language == ZH and bool(_CHINESE.search(text))
    return ("" if runs_on else ", ").join(lines)


def _price(facts: Facts, language: str) -> str:
    if facts.price is None:
        return ""
    said = money_in_words(facts.price, facts.currency, language)
    capital = capital_amount(facts.price, facts.currency, language)
    return f"{said}（大写：{capital}）" if capital else said


def _prepayment(facts: Facts, language: str) -> str:
    if not facts.prepayment_ratio or facts.price is None:
        return ""
    if facts.prepayment_kept:  # a sum that no share of the present price gives
        return money_in_words(facts.prepayment_kept, facts.currency, language)
    share = _share(facts.prepayment_ratio)
    amount = round_money(facts.price * facts.prepayment_ratio, facts.currency)
    said = money_in_words(amount, facts.currency, language)
    if language == ZH:
        return f"合同总价的{share}，即{said}"
    return f"{share} of the contract price, which is {said}"


def _prepaid_share(facts: Facts) -> str:
    if facts.prepayment_kept and facts.price:
        return _share((facts.prepayment_kept / facts.price).quantize(_SHARE_DIGITS))
    return _share(facts.prepayment_ratio)


def _share(ratio: Decimal | None) -> str:
    return f"{plain_number(ratio * 100)}%" if ratio else ""


def _count(days: int | None) -> str:
    return "" if days is None else str(days)


def _day(day: dt.date | None, language: str) -> str:
    return format_long_day(day, language) if day else ""
