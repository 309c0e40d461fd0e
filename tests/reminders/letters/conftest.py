"""A creditor with accounts, a client who reads Chinese, and somebody who may write to it."""

import pytest

from clients.models import BankAccount, Client, Creditor
from clients.states import Language
from core.models import User
from core.states import Role
from tests.factories import make_client, make_creditor, make_user


@pytest.fixture
def creditor() -> Creditor:
    row = make_creditor(
        code="hz",
        legal_name="Hengyuan Precision Ltd",
        legal_name_zh="杭州恒远精密机械有限公司",
        address="588 Jiangnan Road\nHangzhou",
        address_zh="浙江省杭州市滨江区江南大道588号",
        email="ar@hengyuan.example",
        signatory="Chen Guodong",
        signatory_title="Director",
    )
    for currency, number in (("CNY", "1202 0225 0990 0123 456"), ("EUR", "DE89370400440532013000")):
        BankAccount.objects.create(
            creditor=row,
            label=currency,
            bank_name="Binjiang Bank",
            account_name="Hengyuan",
            account_number=number,
            currency=currency,
        )
    return row


@pytest.fixture
def client_row() -> Client:
    return make_client(
        legal_name="上海明川电子科技有限公司",
        language=Language.ZH,
        address="浦东新区张江路66弄8号",
    )


@pytest.fixture
def finance() -> User:
    return make_user(Role.FINANCE)
