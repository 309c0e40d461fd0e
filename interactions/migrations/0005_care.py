"""What the database refuses of care, and the rows it begins with: levels and the first wording."""

import datetime as dt
from typing import Any

from django.db import migrations

BEGAN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

LEVELS = (
    {
        "name": "Key client",
        "name_zh": "重点客户",
        "grades": "A",
        "interval_days": 30,
        "who": "Account manager; once a quarter with a manager",
        "who_zh": "客户经理，每季度由主管陪同一次",
        "what_to_do": "Visit: their plans for the next quarter, open questions, and what annoys them.",
        "what_to_do_zh": "上门拜访：了解下季度计划、未解决的问题和不满之处。",
    },
    {
        "name": "Regular client",
        "name_zh": "常规客户",
        "grades": "BC",
        "interval_days": 90,
        "who": "Account manager",
        "who_zh": "客户经理",
        "what_to_do": "Call or visit: whether deliveries and papers were right, and what comes next.",
        "what_to_do_zh": "电话或拜访：确认交付与单据是否无误，了解后续需求。",
    },
    {
        "name": "Client to watch",
        "name_zh": "关注客户",
        "grades": "DE",
        "interval_days": 45,
        "who": "Account manager",
        "who_zh": "客户经理",
        "what_to_do": "Call: how business goes and whether anything holds payment up. "
        "This is not a reminder.",
        "what_to_do_zh": "电话回访：了解经营情况及付款有无障碍。此为关怀回访，不作催收。",
    },
    {
        "name": "Occasional client",
        "name_zh": "零星客户",
        "grades": "U",
        "interval_days": 180,
        "who": "Account manager",
        "who_zh": "客户经理",
        "what_to_do": "Call: whether they still reach the right people here.",
        "what_to_do_zh": "电话回访：确认对接人员与联系方式是否有变。",
    },
)

SURVEY = {
    "question": "How content are you with our work and with how we deal with you?",
    "question_zh": "您对我们的工作以及我们与您的往来是否满意？",
    "open_question": "What is the one thing that we should do better?",
    "open_question_zh": "您认为我们最应该改进的一点是什么？",
}


def load(apps: Any, schema_editor: Any) -> None:
    """Write the levels and the wording that are not there yet."""
    levels = apps.get_model("interactions", "ServiceLevel")
    for position, row in enumerate(LEVELS, start=1):
        levels.objects.get_or_create(name=row["name"], defaults={**row, "position": position})
    versions = apps.get_model("interactions", "SurveyVersion")
    versions.objects.get_or_create(number=1, defaults={**SURVEY, "created_at": BEGAN})


class Migration(migrations.Migration):
    """Load the rows."""

    replaces = [("interactions", "0019_list_indexes")]
    dependencies = [
        ("interactions", "0004_tone_lexicon"),
    ]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
