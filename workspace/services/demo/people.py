"""Who works here: the demonstration's users, and the two creditors they work for."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.auth.hashers import make_password

from clients.models import BankAccount, Creditor
from clients.services import confirm_bank_feed
from core import audit
from core.models import User
from core.states import Role

#: Login name before the @, name, role, language.
STAFF = (
    ("sales", "林悦 Lin Yue", Role.SALES, "zh-hans"),
    ("sales2", "Tom Ashby", Role.SALES, "en"),
    ("finance", "Grace Okafor", Role.FINANCE, "en"),
    ("manager", "陈志远 Chen Zhiyuan", Role.MANAGER, "zh-hans"),
    ("admin", "Ada Novak", Role.ADMIN, "en"),
)

CREDITORS = (
    {
        "code": "cn-haikuo",
        "legal_name": "Mingzhou Haikuo Trading Co., Ltd.",
        "legal_name_zh": "明州海阔贸易有限公司",
        "registration_number": "91330200MA0DEM0X1K",
        "tax_number": "91330200MA0DEM0X1K",
        "address": "Room 1806, Haikuo Building\n88 Binjiang Road, Yinzhou\nNingbo 315000, China",
        "address_zh": "浙江省宁波市鄞州区滨江路88号\n海阔大厦1806室\n邮编 315000",
        "email": "ar@haikuo.example.cn",
        "phone": "+86 574 5550 1806",
        "website": "haikuo.example.cn",
        "country": "CN",
        "time_zone": "Asia/Shanghai",
        "currency": "CNY",
        "language": "zh-hans",
        "signatory": "陈志远",
        "signatory_title": "总经理",
    },
    {
        "code": "uk-brightwater",
        "legal_name": "Brightwater Field Services Ltd",
        "legal_name_zh": "明水现场服务有限公司",
        "registration_number": "0DEMO4471",
        "tax_number": "GB 000 0000 00",
        "address": "Unit 4, Quayside Works\n17 Wharf Lane\nBristol BS1 0XX\nUnited Kingdom",
        "address_zh": "英国布里斯托尔市码头巷17号\n码头工场4号单元\n邮编 BS1 0XX",
        "email": "accounts@brightwater.example.com",
        "phone": "+44 117 496 0017",
        "website": "brightwater.example.com",
        "country": "GB",
        "time_zone": "Europe/London",
        "currency": "GBP",
        "language": "en",
        "signatory": "Helen Marsh",
        "signatory_title": "Finance Director",
    },
)

#: Creditor, label, bank, account name, number, BIC or CNAPS, currency. All invented.
ACCOUNTS = (
    ("cn-haikuo", "基本户", "甬江银行宁波鄞州支行", "明州海阔贸易有限公司",
     "3325 0000 0000 0018 06", "000332500018", "CNY"),
    ("cn-haikuo", "USD account", "Yongjiang Bank, Ningbo Branch",
     "Mingzhou Haikuo Trading Co., Ltd.",
     "NRA 3325 0000 0000 0018 14", "DEMOCNSHXXX", "USD"),
    ("uk-brightwater", "Main account", "Severn & Avon Bank", "Brightwater Field Services Ltd",
     "GB00 DEMO 0000 0000 0017 01", "DEMOGB2LXXX", "GBP"),
    ("uk-brightwater", "Euro account", "Severn & Avon Bank", "Brightwater Field Services Ltd",
     "GB00 DEMO 0000 0000 0017 02", "DEMOGB2LXXX", "EUR"),
)  # fmt: skip


def make_users(*, at: dt.datetime) -> dict[str, User]:
    """One member of staff per role and a second salesperson, by login name before the @.

    All have the demonstration password, so they are for trying things out only.
    """
    password = make_password(settings.DEMO_PASSWORD)
    users = {}
    for login, name, role, language in STAFF:
        user = User.objects.create(
            email=f"{login}@{settings.DEMO_DOMAIN}",
            name=name,
            role=role,
            language=language,
            password=password,
            date_joined=at,
        )
        audit.record(
            action="core.create_user", actor=None, at=at, subject=user, payload={"role": role}
        )
        users[login] = user
    return users


def make_creditors(*, on: dt.date, at: dt.datetime, count: int = 2) -> list[Creditor]:
    """The creditors with their letterheads and accounts; bank statements read through `on`."""
    creditors = {row["code"]: Creditor.objects.create(**row) for row in CREDITORS[:count]}
    for code, label, bank, holder, number, bic, currency in ACCOUNTS:
        if code not in creditors:
            continue
        account = BankAccount.objects.create(
            creditor=creditors[code],
            label=label,
            bank_name=bank,
            account_name=holder,
            account_number=number,
            bic=bic,
            currency=currency,
        )
        confirm_bank_feed(account=account, through_on=on, on=on, actor=None, at=at)
    return list(creditors.values())
