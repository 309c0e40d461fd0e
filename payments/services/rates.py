"""Published rates and interest rules: entered by an administrator, with source and verifier."""

import datetime as dt

from django.utils.translation import gettext as _

from core import audit
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction
from payments.models import InterestPreset, ReferenceRate
from payments.rules.presets import PresetInvalid
from payments.selectors.interest import preset_book


class UnableToPublish(Refusal):
    """The row would not be a rate or rule that can be read, or nobody stands for it."""


def check_verifier(verified_by: str, verified_on: dt.date | None) -> None:
    """A row is verified by somebody on a day, or it is not. Raises UnableToPublish."""
    if bool(verified_by.strip()) != (verified_on is not None):
        raise UnableToPublish(
            _("Say who verified it and when, or leave both empty."), field="verified_by"
        )


def check_preset(preset: InterestPreset) -> None:
    """All rules together can still be read with this one. Raises UnableToPublish."""
    others = InterestPreset.objects.exclude(pk=preset.pk).order_by("code", "effective_on")
    try:
        preset_book([*others, preset])
    except PresetInvalid as error:
        raise UnableToPublish(
            _("The parameters cannot be read: %s") % error, field="parameters"
        ) from error


@in_transaction
def publish_rate(*, rate: ReferenceRate, actor: User | None, at: dt.datetime) -> ReferenceRate:
    """Store a published rate, new or corrected. Raises UnableToPublish."""
    check_verifier(rate.verified_by, rate.verified_on)
    before = ReferenceRate.objects.filter(pk=rate.pk).values_list("percent", flat=True).first()
    rate.save()
    audit.record(
        action="payments.publish_rate",
        actor=actor,
        at=at,
        subject=rate,
        stream="rates",
        payload={
            "series": rate.series,
            "effective_on": rate.effective_on,
            "percent": rate.percent,
            "before": before,
            "source": rate.source,
            "verified_on": rate.verified_on,
        },
    )
    return rate


@in_transaction
def publish_preset(
    *, preset: InterestPreset, actor: User | None, at: dt.datetime
) -> InterestPreset:
    """Store an interest rule, new or corrected. Raises UnableToPublish."""
    check_verifier(preset.verified_by, preset.verified_on)
    check_preset(preset)
    preset.save()
    audit.record(
        action="payments.publish_preset",
        actor=actor,
        at=at,
        subject=preset,
        stream="rates",
        payload={
            "code": preset.code,
            "effective_on": preset.effective_on,
            "parameters": preset.parameters,
            "source": preset.source,
            "verified_on": preset.verified_on,
        },
    )
    return preset
