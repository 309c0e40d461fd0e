"""Amounts in Chinese capital numerals, as letters and cheques write them.

Rules of 《正确填写票据和结算凭证的基本规定》: 元 ends with 整 when nothing follows; one 零
stands for any run of zeros inside; 角 may be missing while 分 is there, then 零 takes its place.
"""

from decimal import Decimal
from typing import Final

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿", "万亿")
_LARGEST: Final = 10**16


def renminbi_in_words(amount: Decimal) -> str:
    """`10005.07` -> 人民币壹万零伍元零柒分.

    Raises ValueError for a negative amount, one with more than two decimals, or one of 10^16
    and more.
    """
    cents = amount * 100
    if amount < 0 or cents != cents.to_integral_value() or amount >= _LARGEST:
        raise ValueError(f"{amount} is not an amount in yuan and fen.")
    yuan, rest = divmod(int(cents), 100)
    jiao, fen = divmod(rest, 10)
    words = f"{_integer(yuan)}元" if yuan or not rest else ""
    if not rest:
        return f"人民币{words}整"
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif yuan:
        words += "零"
    return f"人民币{words}{f'{_DIGITS[fen]}分' if fen else '整'}"


def _integer(number: int) -> str:
    if number == 0:
        return "零"
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    words, gap = "", False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if group == 0:
            gap = True
            continue
        if words and (gap or group < 1000):  # noqa: PLR2004  the group begins with a zero
            words += "零"
        words += _group(group) + _unit(place, groups)
        gap = False
    return words


def _unit(place: int, groups: list[int]) -> str:
    # 10^12 and more is so many 万亿; its 亿 is said once, by the group below when there is one.
    is_trillions = place == len(_GROUPS) - 1
    return "万" if is_trillions and groups[place - 1] else _GROUPS[place]


def _group(group: int) -> str:
    words, gap = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit == 0:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return words
