"""The library as it is shipped, its versions, what it refuses; contracts from templates."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.utils import IntegrityError

from clients.models import Client
from contracts.models import Clause, ClauseVersion, Contract, ContractTemplate, ServiceType
from contracts.rules.wording import unknown_placeholders
from contracts.services import UnableToSaveContract
from contracts.services.library import (
    UnableToSaveLibrary,
    add_clause_version,
    create_clause,
    save_clause,
    save_service_type,
    save_template,
)
from contracts.services.templates import UnableToDraft, draft_from_template
from contracts.states import ClauseKind, ContractLanguage, LateChargeKind
from core.models import AuditEvent
from payments.models import InterestPreset
from tests.contracts.texts import SOFTWARE, make_draft
from tests.factories import NOW, make_client, make_contact, make_creditor

pytestmark = pytest.mark.django_db

NAMED = re.compile(r"\{\w+\}")
WORDING = {"heading": "Travel", "heading_zh": "差旅", "body": "At cost.", "body_zh": "据实报销。"}


# --- as shipped -----------------------------------------------------------------------------


def test_each_kind_has_a_clause_and_each_but_other_a_first_choice() -> None:
    for kind in ClauseKind:
        assert Clause.objects.filter(kind=kind, is_active=True).exists(), kind
        standard = Clause.objects.filter(kind=kind, is_standard=True)
        assert standard.count() == (0 if kind == ClauseKind.OTHER else 1), kind


def test_each_shipped_wording_is_bilingual_sourced_and_names_known_facts_alike() -> None:
    for version in ClauseVersion.objects.select_related("clause"):
        code = version.clause.code
        assert version.source, code
        assert not unknown_placeholders(version.body + version.body_zh), code
        assert len(version.body.splitlines()) == len(version.body_zh.splitlines()), code
        english, chinese = (set(NAMED.findall(t)) for t in (version.body, version.body_zh))
        assert english == chinese, code


def test_the_three_kinds_of_money_before_the_work_are_kept_apart() -> None:
    codes = set(Clause.objects.filter(kind="PREPAYMENT").values_list("code", flat=True))
    assert codes == {"prepayment", "earnest-money", "security-deposit"}
    earnest = Clause.objects.get(code="earnest-money").versions.get()
    assert "双倍返还" in earnest.body_zh
    assert "百分之二十" in earnest.body_zh
    for code in ("prepayment", "security-deposit"):
        assert "不具有定金性质" in Clause.objects.get(code=code).versions.get().body_zh


def test_every_service_has_a_template_whose_presets_exist() -> None:
    assert ServiceType.objects.count() >= 4
    known = set(InterestPreset.objects.values_list("code", flat=True))
    for service in ServiceType.objects.all():
        templates = list(service.templates.filter(is_active=True))
        assert templates, service.code
        for template in templates:
            kinds = set(template.clauses.values_list("kind", flat=True))
            assert {"PAYMENT", "LATE_CHARGE", "SUSPENSION", "ACCEPTANCE", "NOTICES", "LAW"} <= kinds
            if template.late_charge_kind == LateChargeKind.PRESET:
                assert template.late_charge_preset in known


# --- keeping it -----------------------------------------------------------------------------


def test_a_new_wording_is_a_version_and_contracts_keep_theirs() -> None:
    contract = make_draft()
    clause = Clause.objects.get(code="changes")
    kept = add_clause_version(clause=clause, source=" Art. 543 ", actor=None, at=NOW, **WORDING)
    assert (kept.number, kept.source) == (2, "Art. 543")
    assert contract.clauses.get(kind="CHANGES").heading == "Changes"
    assert make_draft(number="T-2").clauses.get(kind="CHANGES").heading == "Travel"
    assert AuditEvent.objects.filter(action="contracts.add_clause_version").count() == 1


def test_a_version_is_never_edited_not_even_by_hand() -> None:
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("UPDATE contracts_clauseversion SET body = 'x'")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"body": ""}, "body"),
        ({"heading_zh": " "}, "heading_zh"),
        ({"body": "{unheard_of}"}, "body"),
        ({"body_zh": "{付款}"}, "body_zh"),
    ],
)
def test_it_refuses_a_wording_with_the_field(changed: dict[str, str], field: str) -> None:
    clause = Clause.objects.get(code="changes")
    with pytest.raises(UnableToSaveLibrary) as refused:
        add_clause_version(clause=clause, actor=None, at=NOW, **(WORDING | changed))
    assert refused.value.field == field
    assert clause.versions.count() == 1


def test_the_same_wording_again_is_no_version() -> None:
    clause = Clause.objects.get(code="changes")
    newest = clause.versions.get()
    same = {name: getattr(newest, name) for name in WORDING}
    with pytest.raises(UnableToSaveLibrary, match="already"):
        add_clause_version(clause=clause, actor=None, at=NOW, **same)


def test_a_new_clause_is_kept_with_its_wording_or_not_at_all() -> None:
    fields = {"code": "travel", "kind": "OTHER", "name": "Travel", "name_zh": "差旅"}
    wrong = WORDING | {"body": "{nonsense}"}
    with pytest.raises(UnableToSaveLibrary):
        create_clause(fields=fields, wording=wrong, actor=None, at=NOW)
    assert not Clause.objects.filter(code="travel").exists()
    clause = create_clause(fields=fields, wording=WORDING, actor=None, at=NOW)
    assert clause.versions.get().number == 1
    with pytest.raises(UnableToSaveLibrary, match="code"):
        create_clause(fields=fields, wording=WORDING, actor=None, at=NOW)


def test_a_first_choice_takes_the_place_of_the_one_before() -> None:
    clause = Clause.objects.get(code="law-cietac")
    save_clause(clause=clause, is_standard=True, actor=None, at=NOW)
    assert Clause.objects.get(kind="LAW", is_standard=True).code == "law-cietac"
    save_clause(clause=clause, is_active=False, actor=None, at=NOW)
    clause.refresh_from_db()
    assert not clause.is_standard


def test_a_service_asks_for_between_nothing_and_all() -> None:
    service = ServiceType.objects.get(code="design")
    with pytest.raises(UnableToSaveLibrary) as refused:
        save_service_type(
            service_type=service, prepayment_ratio=Decimal("1.01"), actor=None, at=NOW
        )
    assert refused.value.field == "prepayment_ratio"
    fields: dict[str, Any] = {
        "code": "design",
        "name": "x",
        "name_zh": "x",
        "prepayment_ratio": Decimal(0),
    }
    with pytest.raises(UnableToSaveLibrary, match="code"):
        save_service_type(actor=None, at=NOW, **fields)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"late_charge_kind": "RATE", "late_charge_rate": None}, "late_charge_rate"),
        ({"late_charge_kind": "RATE", "late_charge_rate": Decimal(401)}, "late_charge_rate"),
        ({"late_charge_kind": "PRESET", "late_charge_preset": ""}, "late_charge_preset"),
    ],
)
def test_a_templates_late_charge_is_whole(changed: dict[str, Any], field: str) -> None:
    template = ContractTemplate.objects.get(name=SOFTWARE)
    with pytest.raises(UnableToSaveLibrary) as refused:
        save_template(template=template, actor=None, at=NOW, **changed)
    assert refused.value.field == field


def test_a_template_keeps_its_clauses_and_has_a_name_of_its_own() -> None:
    service = ServiceType.objects.get(code="goods")
    fields: dict[str, Any] = {
        "service_type": service,
        "name": "Mine",
        "name_zh": "我的",
        "title": "T",
        "title_zh": "题",
    }
    clauses = list(Clause.objects.filter(code__in=["payment", "law"]))
    row = save_template(clauses=clauses, actor=None, at=NOW, **fields)
    assert set(row.clauses.all()) == set(clauses)
    with pytest.raises(UnableToSaveLibrary, match="name"):
        save_template(actor=None, at=NOW, **fields)


# --- from a template ------------------------------------------------------------------------


def graded(grade: str) -> Client:
    client = make_client(address="1 Road")
    Client.objects.filter(pk=client.pk).update(grade=grade)
    client.refresh_from_db()
    return client


def test_a_draft_has_the_templates_terms_and_clauses_in_order() -> None:
    client = make_client(address="1 Road\nTown")
    make_contact(client, email="notices@client.example", is_primary=True)
    contract = make_draft(client=client, creditor=make_creditor(signatory="Lin Yue"))
    template = ContractTemplate.objects.get(name=SOFTWARE)
    assert (contract.title, contract.title_zh) == (template.title, template.title_zh)
    assert (contract.late_charge_kind, contract.late_charge_rate) == ("RATE", Decimal(12))
    assert (contract.acceptance_days, contract.suspension_days) == (15, 15)
    assert contract.notice_email == "notices@client.example"
    assert contract.notice_address == "1 Road\nTown"
    assert contract.creditor_signatory == "Lin Yue"
    rows = list(contract.clauses.select_related("version__clause"))
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    places = [row.version.clause.position for row in rows if row.version]
    assert places == sorted(places)
    assert len(rows) == template.clauses.count()


@pytest.mark.parametrize(("grade", "days"), [("A", 30), ("D", 15), ("E", 0), ("U", 30)])
def test_nobody_gets_longer_terms_than_the_grade_allows(grade: str, days: int) -> None:
    assert make_draft(client=graded(grade)).terms_days == days


@pytest.mark.parametrize(
    ("language", "template", "governs"),
    [
        ("en", SOFTWARE, "en"),
        ("zh-hans", SOFTWARE, "zh-hans"),
        ("both", SOFTWARE, "zh-hans"),
        ("both", f"{SOFTWARE} (English law)", "en"),
    ],
)
def test_the_language_of_the_law_governs(language: str, template: str, governs: str) -> None:
    contract = make_draft(language=language, template=template)
    assert (contract.language, contract.governing_language) == (language, governs)


def test_it_refuses_a_template_out_of_use_a_taken_number_and_dates_out_of_order() -> None:
    contract = make_draft()
    template = ContractTemplate.objects.get(name=SOFTWARE)
    begin: dict[str, Any] = {
        "creditor": contract.creditor,
        "client": contract.client,
        "template": template,
        "actor": None,
        "at": NOW,
    }
    with pytest.raises(UnableToSaveContract, match="number"):
        draft_from_template(number="T-1", **begin)
    with pytest.raises(UnableToSaveContract) as refused:
        draft_from_template(
            number="T-2", starts_on=dt.date(2027, 1, 1), ends_on=dt.date(2026, 1, 1), **begin
        )
    assert refused.value.field == "ends_on"
    with pytest.raises(UnableToDraft) as refused_language:
        draft_from_template(number="T-2", language="fr", **begin)
    assert refused_language.value.field == "language"
    save_template(template=template, is_active=False, actor=None, at=NOW)
    with pytest.raises(UnableToDraft):
        draft_from_template(number="T-2", **begin)
    assert Contract.objects.count() == 1


def test_languages_of_contracts_are_those_the_clauses_have() -> None:
    assert set(ContractLanguage.values) == {"en", "zh-hans", "both"}
