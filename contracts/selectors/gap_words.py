"""Each gap in words: what it is, and why it matters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from contracts.rules.completeness import Facts, Gap, GapCode, Relative
from core.display import format_day, format_percent
from core.money import format_money

_PLAIN: Final[Mapping[GapCode, str | Promise]] = {
    GapCode.NO_PRICE: _("No price: there are no lines, and no amount is agreed."),
    GapCode.NO_PAYMENT_DATE: _("No payment date: the payment schedule is empty."),
    GapCode.NO_LATE_CHARGE: _("No late charge is agreed."),
    GapCode.NO_SUSPENSION: _("Nothing lets us suspend the service while the client is late."),
    GapCode.NO_ACCEPTANCE: _("No clause says how and when a delivery is accepted."),
    GapCode.NO_NOTICE_ADDRESS: _("No designated e-mail, or no address, for notices."),
    GapCode.NO_LAW: _("Governing law or forum is not agreed."),
    GapCode.CREDIT_HOLD: _("The client is on credit hold."),
    GapCode.OUR_DATA_MISSING: _("Our own e-mail, address or bank account is missing."),
    GapCode.NO_PREPAYMENT_CLAUSE: _("A prepayment is scheduled, but no clause speaks of it."),
    GapCode.NO_PAYMENT_CLAUSE: _("No clause says how the price is paid."),
    GapCode.NO_ACCELERATION: _("Instalments, but no clause makes the rest due when one is missed."),
    GapCode.NO_DEEMED_ACCEPTANCE: _("Silence never counts as acceptance."),
    GapCode.NO_CHANGE_CLAUSE: _("No clause on change requests."),
    GapCode.NO_RECORDING_CONSENT: _("No consent to the recording of calls."),
    GapCode.NO_PERSONAL_DATA: _("No clause on personal data."),
}

# The field is filled, but no clause of the text says so.
_UNSAID: Final[Mapping[GapCode, str | Promise]] = {
    GapCode.NO_LATE_CHARGE: _("A late charge is set, but no clause agrees it."),
    GapCode.NO_SUSPENSION: _("Days before suspension are set, but no clause allows it."),
    GapCode.NO_NOTICE_ADDRESS: _("An address for notices is set, but no clause makes it count."),
    GapCode.NO_LAW: _("Law and forum are set, but no clause agrees them."),
}

_WHY: Final[Mapping[GapCode, str | Promise]] = {
    GapCode.NO_PRICE: _(
        "A claim starts with a sum. Without one, what is owed has to be proven item by item."
    ),
    GapCode.NO_DELIVERY_DATE: _(
        "Without a date nobody is late: the client may ask at any time, and so may we, after a "
        "reasonable notice (PRC Civil Code art. 511)."
    ),
    GapCode.NO_PAYMENT_DATE: _(
        "Late charges and the limitation period count from the due date. Without one the client "
        "may pay whenever it is asked."
    ),
    GapCode.SCHEDULE_MISMATCH: _("Two figures for one price: the client will pay the smaller one."),
    GapCode.DATES_OUT_OF_ORDER: _(
        "Dates that contradict each other are read against the one who wrote them."
    ),
    GapCode.EARNEST_ABOVE_CAP: _(
        "Above a fifth of the price earnest money has no effect as such: the rest is a plain "
        "prepayment (PRC Civil Code art. 586)."
    ),
    GapCode.NO_LATE_CHARGE: _(
        "Without an agreed charge only the statutory rate remains, and it has to be argued. An "
        "agreed one is claimed by pointing at the clause."
    ),
    GapCode.NO_SUSPENSION: _(
        "Working on while unpaid makes the loss grow. With the clause, stopping is no breach."
    ),
    GapCode.NO_ACCEPTANCE: _(
        "Payment is due when the work is accepted. Without a procedure the client only has to be "
        "silent."
    ),
    GapCode.NO_NOTICE_ADDRESS: _(
        "A reminder counts when it arrives. At an agreed address it counts as arrived; elsewhere "
        "arrival has to be proven, and the limitation period may run on."
    ),
    GapCode.NO_LAW: _(
        "Where to sue and by which law is then a dispute of its own, the more so across a border."
    ),
    GapCode.CREDIT_HOLD: _("Somebody decided that this client gets nothing more on credit."),
    GapCode.RELATED_BLOCKED: _(
        "Who is blocked often comes back under another name. Confirm or dismiss the relation on "
        "the client's page first; if they belong together, take a prepayment or do not sign."
    ),
    GapCode.OVER_LIMIT: _(
        "The limit is what we can afford to lose with this client. A prepayment lowers what the "
        "contract adds."
    ),
    GapCode.LIMIT_CURRENCY: _(
        "There is no exchange rate here. Compare by hand, or set the limit in this currency."
    ),
    GapCode.UNSIGNED: _(
        "Work without a signature is work without a contract, as far as we can prove."
    ),
    GapCode.CLIENT_UNSCREENED: _(
        "Most bad debt comes from clients nobody looked at. Screen it, or take a prepayment."
    ),
    GapCode.RATE_ABOVE_LEVEL: _(
        "Above this level a court may well cut the charge (PRC Civil Code art. 585). The rest of "
        "the clause stands."
    ),
    GapCode.LOW_PREPAYMENT: _(
        "The service, the client's grade or a manager asks for more before the work begins."
    ),
    GapCode.LONG_TERMS: _(
        "Longer terms than the grade or the screening allows are credit that nobody granted."
    ),
    GapCode.OUR_DATA_MISSING: _(
        "The text shows a hole there: the client does not know where to pay, or to write."
    ),
    GapCode.NO_PREPAYMENT_CLAUSE: _(
        "Whether the money is a prepayment, earnest money or a deposit decides who keeps it."
    ),
    GapCode.NO_PAYMENT_CLAUSE: _(
        "It names the account, the currency and who bears the costs of the transfer."
    ),
    GapCode.NO_ACCELERATION: _(
        "Without it each instalment has to be awaited and claimed by itself."
    ),
    GapCode.NO_DEEMED_ACCEPTANCE: _(
        "A client that does not answer holds up the invoice. Give the days after which silence "
        "is consent."
    ),
    GapCode.NO_CHANGE_CLAUSE: _("What is asked for on the phone is work that is disputed later."),
    GapCode.NO_RECORDING_CONSENT: _(
        "A recorded promise proves more when the contract allows recording; in some places it is "
        "an offence without consent."
    ),
    GapCode.NO_PERSONAL_DATA: _(
        "We keep names and numbers of the client's people; the contract should say what for."
    ),
}


def gap_reason(gap: Gap) -> str:
    """Why it matters, in the reader's language."""
    return str(_WHY[gap.code])


def gap_sentence(gap: Gap, facts: Facts) -> str:
    """What is missing or weak, with its figures, in the reader's language."""
    unsaid = (gap.figures or {}).get("missing") == "clause"
    plain = _UNSAID[gap.code] if unsaid else _PLAIN.get(gap.code)
    return str(plain) if plain is not None else _SPEAKERS[gap.code](_Figures(gap, facts))


class _Figures:
    """The figures of a gap, written for the reader."""

    def __init__(self, gap: Gap, facts: Facts) -> None:
        self.raw: dict[str, object] = dict(gap.figures or {})
        self.facts = facts
        self.language = get_language() or "en"

    def money(self, name: str, currency: str = "") -> str:
        return format_money(self._decimal(name), currency or self.facts.currency, self.language)

    def share(self, name: str) -> str:
        percent = self._decimal(name) * 100
        return format_percent(percent, 0 if percent == percent.to_integral_value() else 2)

    def percent(self, name: str) -> str:
        return format_percent(self._decimal(name), 2)

    def day(self, name: str) -> str:
        day = self.raw[name]
        return format_day(day, self.language) if isinstance(day, date) else str(day)

    def _decimal(self, name: str) -> Decimal:
        value = self.raw[name]
        return value if isinstance(value, Decimal) else Decimal(str(value))


def _no_delivery(f: _Figures) -> str:
    count = int(str(f.raw["count"]))
    return ngettext(
        "No delivery date on %(count)s line.", "No delivery date on %(count)s lines.", count
    ) % {"count": count}


def _mismatch(f: _Figures) -> str:
    return gettext("The payment schedule adds up to %(scheduled)s, the price is %(price)s.") % {
        "scheduled": f.money("scheduled"),
        "price": f.money("price"),
    }


_DATES: Final[Mapping[str, str | Promise]] = {
    "delivery_before_start": _(
        "A delivery on %(earlier)s lies before the contract starts on %(later)s."
    ),
    "delivery_after_end": _("A delivery on %(later)s lies after the contract ends on %(earlier)s."),
    "end_before_start": _("The contract ends on %(earlier)s, before it starts on %(later)s."),
    "signed_in_future": _("The day of signing, %(later)s, has not come yet."),
}


def _dates(f: _Figures) -> str:
    words = {"earlier": f.day("earlier"), "later": f.day("later")}
    return str(_DATES[str(f.raw["what"])]) % words


def _earnest(f: _Figures) -> str:
    return gettext("Earnest money of %(share)s of the price; %(cap)s is the most.") % {
        "share": f.share("share"),
        "cap": f.share("cap"),
    }


def _over_limit(f: _Figures) -> str:
    currency = f.facts.limit_currency
    words = {
        "open": f.money("open", currency),
        "adds": f.money("adds", currency),
        "limit": f.money("limit", currency),
    }
    if not f.raw["adds"]:
        said = gettext("The exposure of the client is %(open)s; its limit is %(limit)s.") % words
    else:
        said = (
            gettext(
                "The exposure of the client is %(open)s, this contract adds %(adds)s; the limit is "
                "%(limit)s."
            )
            % words
        )
    return f"{said} {gettext('It was released.')}" if f.raw.get("is_released") else said


def _limit_currency(f: _Figures) -> str:
    return gettext(
        "The limit of %(limit)s is in another currency; what this contract adds cannot be held "
        "against it."
    ) % {"limit": f.money("limit", f.facts.limit_currency)}


def _unsigned(f: _Figures) -> str:
    what = f.raw["what"]
    if what == "unproven":
        return gettext("Signed, they say: neither a signed copy nor an acceptance by link is kept.")
    if what == "begun":
        return gettext("Not signed, though the contract starts on %s.") % f.day("starts_on")
    return gettext("Not signed yet.")


def _rate(f: _Figures) -> str:
    return gettext("The late charge of %(rate)s a year is above %(level)s.") % {
        "rate": f.percent("rate"),
        "level": f.percent("level"),
    }


def _prepayment(f: _Figures) -> str:
    return gettext(
        "%(required)s before the work is required, %(amount)s; %(scheduled)s is scheduled."
    ) % {
        "required": f.share("required"),
        "amount": f.money("amount"),
        "scheduled": f.money("scheduled"),
    }


def _terms(f: _Figures) -> str:
    return gettext("Payment terms of %(days)s days; this client gets %(most)s.") % f.raw


def _screening(f: _Figures) -> str:
    what = f.raw["what"]
    if what == "rejected":
        return gettext("The client was rejected in its screening.")
    if what == "expired":
        return gettext("The client's screening ran out on %s.") % f.day("until")
    return gettext("The client is not screened: it has no grade yet.")


def _relatives(f: _Figures) -> str:
    some = f.raw["relatives"]
    words = [_relative(one) for one in some] if isinstance(some, tuple) else []
    return " ".join(words)


def _relative(one: Relative) -> str:
    signs = pgettext("between items", ", ").join(sign[:1].lower() + sign[1:] for sign in one.signs)
    said = {"name": one.name, "signs": signs}
    if one.is_confirmed and not signs:
        return gettext("The client belongs to a group with a blocked debtor: %(name)s.") % said
    if one.is_confirmed:
        return gettext("The client belongs to a blocked debtor: %(name)s (%(signs)s).") % said
    return gettext("The client may belong to a blocked debtor: %(name)s (%(signs)s).") % said


_SPEAKERS = {
    GapCode.NO_DELIVERY_DATE: _no_delivery,
    GapCode.SCHEDULE_MISMATCH: _mismatch,
    GapCode.DATES_OUT_OF_ORDER: _dates,
    GapCode.EARNEST_ABOVE_CAP: _earnest,
    GapCode.OVER_LIMIT: _over_limit,
    GapCode.LIMIT_CURRENCY: _limit_currency,
    GapCode.UNSIGNED: _unsigned,
    GapCode.RATE_ABOVE_LEVEL: _rate,
    GapCode.LOW_PREPAYMENT: _prepayment,
    GapCode.LONG_TERMS: _terms,
    GapCode.RELATED_BLOCKED: _relatives,
    GapCode.CLIENT_UNSCREENED: _screening,
}
