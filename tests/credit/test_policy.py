"""The credit policy: its rules, its versions, what contracts read of it, and its "what if"."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from clients.models import Client
from contracts.models import GradeTerms
from contracts.rules.prepayment import reason_in
from contracts.selectors.terms import terms_for
from core.models import AuditEvent, OutboxItem
from core.states import Role
from credit.models import CreditPolicy, PolicyDraft, PolicyRow, StandingChange
from credit.rules.policy import (
    GRADES,
    PolicyLine,
    changes,
    is_whole,
    limit_for,
    line_for,
    two_digits,
)
from credit.selectors.standings import current_policy, policy_lines, thresholds
from credit.selectors.what_if import clients_behind, policy_effect, totals
from credit.services.policy import (
    UnableToSavePolicy,
    draft_of,
    keep_draft,
    save_policy,
    with_segment,
    without_segment,
)
from credit.services.standing import apply_grade, refresh_all
from credit.states import may_decide
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_creditor,
    make_invoice,
    make_user,
    signed_in,
)

db = pytest.mark.django_db


def graded_client(grade: str, **fields: Any) -> Any:
    """A client with a grade, as an import brings it."""
    client = make_client(**fields)
    Client.objects.filter(pk=client.pk).update(grade=grade)
    return client


LINE = PolicyLine("", "C", Decimal("0.3"), 30, Decimal("0.6"), 60, "MANAGER", "BLOCK")


# --- Rules ---------------------------------------------------------------------------------------


def test_the_limit_is_monthly_sales_times_terms_times_factor() -> None:
    assert limit_for(Decimal(120_000), 60, Decimal("1.5")) == 30_000
    assert limit_for(Decimal(100_000), 30, Decimal("0.6")) == 5_000  # not 4,900 by a lost third
    assert limit_for(None, 30, Decimal(1)) is None
    assert limit_for(Decimal(-5), 30, Decimal(1)) is None
    assert limit_for(Decimal(120_000), 30, Decimal(0)) == 0
    assert limit_for(None, 0, Decimal(1)) == 0


@given(st.decimals("0.001", "999999999999", places=3))
def test_two_digits_never_give_more_and_lose_less_than_a_tenth(amount: Decimal) -> None:
    short = two_digits(amount)
    assert short <= amount < short * Decimal("1.1") + Decimal("0.001")


def test_a_segment_has_its_own_line_and_the_others_that_for_all() -> None:
    shop = replace(LINE, segment="retail", deposit_ratio=Decimal(1))
    assert line_for([LINE, shop], " Retail ", "C") == shop
    assert line_for([LINE, shop], "Wholesale", "C") == LINE
    assert line_for([LINE], "retail", "A") is None
    assert line_for([LINE, shop], "", "C") == LINE


def test_what_two_versions_say_differently() -> None:
    later = replace(LINE, deposit_ratio=Decimal("0.4"), terms_days=20)
    shop = replace(LINE, segment="retail")
    found = {(c.segment, c.field): (c.before, c.after) for c in changes([LINE], [later, shop])}
    assert found["", "deposit_ratio"] == (Decimal("0.3"), Decimal("0.4"))
    assert found["", "terms_days"] == (30, 20)
    assert found["retail", "approver"] == (None, "MANAGER")
    assert changes([LINE], [LINE]) == []


def test_a_policy_has_each_grade_once_for_all() -> None:
    lines = [replace(LINE, grade=grade) for grade in GRADES]
    assert is_whole(lines)
    assert not is_whole(lines[1:])
    assert not is_whole([*lines, lines[0]])


@pytest.mark.parametrize(
    ("role", "least", "may"),
    [
        (Role.SALES, "FINANCE", False),
        (Role.FINANCE, "FINANCE", True),
        (Role.FINANCE, "MANAGER", False),
        (Role.MANAGER, "ADMIN", False),
        (Role.ADMIN, "FINANCE", True),
    ],
)
def test_who_decides(role: Role, least: str, may: bool) -> None:
    assert may_decide(role, least) is may


# --- Versions ------------------------------------------------------------------------------------


def save(lines: list[PolicyLine], **fields: Any) -> CreditPolicy:
    given: dict[str, Any] = {
        "rules": thresholds(),
        "based_on": current_policy().number,
        "note": "Losses of last year",
        "on": TODAY,
        "at": NOW,
        **fields,
    }
    given.setdefault("actor", make_user(Role.MANAGER))
    return save_policy(lines=lines, **given)


def with_grade(grade: str, **fields: Any) -> list[PolicyLine]:
    """The policy in force with one line for all changed."""
    return [
        replace(line, **fields) if line.grade == grade and not line.segment else line
        for line in policy_lines()
    ]


@db
def test_it_begins_with_the_starting_policy() -> None:
    lines = {line.grade: line for line in policy_lines()}
    assert [lines[g].deposit_ratio for g in "ABCDE"] == [
        Decimal(0),
        Decimal("0.1"),
        Decimal("0.3"),
        Decimal("0.5"),
        Decimal(1),
    ]
    assert [lines[g].limit_factor for g in "ABCDE"] == [
        Decimal("1.5"),
        Decimal(1),
        Decimal("0.6"),
        Decimal("0.3"),
        Decimal(0),
    ]
    assert is_whole(list(lines.values()))
    for row in GradeTerms.objects.all():
        line = lines[row.grade]
        assert (row.prepayment_ratio, row.max_terms_days) == (line.deposit_ratio, line.terms_days)


@db
def test_why_it_began_is_read_in_chinese_too_and_a_persons_words_as_they_are() -> None:
    policy = CreditPolicy.objects.get(number=1)
    with translation.override("zh-hans"):
        assert policy.why == "公司起步时的政策"
        policy.created_by_id = 1
        assert policy.why == policy.note == "Where a company begins"


@pytest.mark.django_db
def test_a_new_version_keeps_the_old_and_contracts_read_the_new() -> None:
    before = policy_lines()
    saved = save(with_grade("C", deposit_ratio=Decimal("0.4"), terms_days=20))
    assert saved.number == 2
    row = GradeTerms.objects.get(grade="C")
    assert (row.prepayment_ratio, row.max_terms_days) == (Decimal("0.4"), 20)
    assert policy_lines(CreditPolicy.objects.get(number=1)) == before
    assert AuditEvent.objects.filter(action="credit.save_policy").exists()
    # Only the grade that changed was written again.
    assert AuditEvent.objects.filter(action="contracts.set_grade_terms").count() == 1


@db
def test_versions_are_never_edited_nor_filled_up_later() -> None:
    first = CreditPolicy.objects.get(number=1)
    for act in (
        lambda: PolicyRow.objects.filter(policy=first).update(terms_days=99),
        lambda: CreditPolicy.objects.filter(pk=first.pk).update(note="Other"),
        lambda: PolicyRow.objects.filter(policy=first).delete(),
    ):
        with pytest.raises(IntegrityError, match="corrected by adding"), transaction.atomic():
            act()
    save(with_grade("C", terms_days=20))
    row = PolicyRow.objects.filter(policy=first).first()
    assert row is not None
    row.pk, row.segment = None, "late"
    with pytest.raises(IntegrityError, match="newest version only"), transaction.atomic():
        row.save(force_insert=True)


@db
def test_what_is_no_policy_is_refused() -> None:
    lines = policy_lines()
    with pytest.raises(UnableToSavePolicy, match="Nothing is different"):
        save(lines)
    with pytest.raises(UnableToSavePolicy, match="Every grade"):
        save(lines[1:])
    with pytest.raises(UnableToSavePolicy, match="cannot be"):
        save(with_grade("C", deposit_ratio=Decimal("1.2")))
    with pytest.raises(UnableToSavePolicy, match="Say why"):
        save(with_grade("C", terms_days=20), note="  ")
    with pytest.raises(UnableToSavePolicy, match="A manager"):
        save(with_grade("C", terms_days=20), actor=make_user(Role.FINANCE))
    save(with_grade("C", terms_days=20))
    with pytest.raises(UnableToSavePolicy, match="meanwhile"):
        save(with_grade("C", terms_days=25), based_on=1)
    assert CreditPolicy.objects.count() == 2


@db
def test_the_clients_are_brought_up_to_a_new_version() -> None:
    creditor = make_creditor()
    client: Any = make_client(segment="Retail")
    make_invoice(client, creditor, "120000.00", issued_on=dt.date(2026, 2, 1))
    apply_grade(client=client, grade="C", reason="Scored", actor=None, at=NOW)
    assert Client.objects.get(pk=client.pk).credit_limit == 6_000
    save(with_segment(with_grade("C", limit_factor=Decimal("1.2")), "Retail"))
    refresh_all(on=TODAY, at=NOW)
    client.refresh_from_db()
    assert (client.credit_limit, client.limit_currency) == (12_000, "CNY")
    assert OutboxItem.objects.filter(task="credit.refresh_standings").exists()


@db
def test_a_segments_ratio_reaches_its_clients_and_says_so_in_the_contract() -> None:
    make_creditor()
    shop, other = graded_client("C", segment="Retail"), graded_client("C")
    lines = [
        replace(line, deposit_ratio=Decimal("0.8"), terms_days=7) if line.segment else line
        for line in with_segment(policy_lines(), "retail")
    ]
    save(lines)
    refresh_all(on=TODAY, at=NOW)
    for client in (shop, other):
        client.refresh_from_db()
    assert (shop.deposit_ratio, shop.deposit_basis, shop.terms_days) == (
        Decimal("0.8"),
        "SEGMENT",
        7,
    )
    assert (other.deposit_ratio, other.deposit_basis, other.terms_days) == (None, "", None)
    terms = terms_for(client=shop)
    assert (terms.ratio, terms.max_terms_days) == (Decimal("0.8"), 7)
    assert "in its segment" in reason_in(terms.reason, "en")
    assert "客户类别" in reason_in(terms.reason, "zh-hans")
    assert "client's grade (C)." in reason_in(terms_for(client=other).reason, "en")
    # Taken out again, its clients get what all get.
    save(without_segment(policy_lines(), "retail"))
    refresh_all(on=TODAY, at=NOW)
    shop.refresh_from_db()
    assert shop.deposit_ratio is None


# --- What if -------------------------------------------------------------------------------------


@db
def test_what_if_counts_what_saving_would_do() -> None:
    creditor = make_creditor()
    grades = ["A", "C", "C", "D"]
    clients = [graded_client(grade) for grade in grades]
    for client in clients:
        make_invoice(client, creditor, "120000.00", issued_on=dt.date(2026, 2, 1))
    refresh_all(on=TODAY, at=NOW)
    after = with_grade("C", deposit_ratio=Decimal("0.4"), limit_factor=Decimal(30) / 100)
    effects = policy_effect(on=TODAY, before=policy_lines(), after=after)
    by_grade = {one.grade: one for one in effects}
    assert by_grade["C"].counts["clients"] == by_grade["C"].counts["deposit_up"] == 2
    assert by_grade["C"].counts["limit_down"] == 2
    assert by_grade["C"].limits == {"CNY": (Decimal(12_000), Decimal(6_000))}
    assert by_grade["A"].counts["deposit_up"] == by_grade["A"].counts["limit_down"] == 0
    whole = totals(effects)
    assert whole.counts["clients"] == 4
    assert whole.counts["over_after"] == 4
    predicted = {
        one.client_id: (one.new_ratio, one.new_limit)
        for one in clients_behind(
            on=TODAY, before=policy_lines(), after=after, figure="clients", page=1
        )[0]
    }
    save(after)
    refresh_all(on=TODAY, at=NOW)
    for client in clients:
        client.refresh_from_db()
        assert predicted[client.pk] == (terms_for(client=client).ratio, client.credit_limit)


@db
def test_what_if_is_one_statement_for_any_number_of_clients() -> None:
    make_creditor()
    graded_client("C")
    after = with_grade("C", terms_days=20)
    before = policy_lines()
    one = count_queries(lambda: policy_effect(on=TODAY, before=before, after=after))
    for _n in range(5):
        graded_client("C")
    assert count_queries(lambda: policy_effect(on=TODAY, before=before, after=after)) == one <= 2


# --- Pages ---------------------------------------------------------------------------------------


@db
def test_a_manager_tries_out_sees_the_effect_and_saves() -> None:
    creditor = make_creditor()
    client = graded_client("C", segment="Retail")
    make_invoice(client, creditor, "120000.00", issued_on=dt.date(2026, 2, 1))
    manager = make_user(Role.MANAGER)
    web = signed_in(manager)
    edit = reverse("credit:policy_edit")
    page = web.get(edit)
    fields = {
        field.html_name: field.value()
        for _s, forms in page.context["parts"]
        for form in forms
        for field in form
    } | {field.html_name: field.value() or "" for form in page.context["rules"] for field in form}
    fields["line__C-deposit_ratio"] = "45%"
    assert web.post(edit, fields).headers["Location"] == reverse("credit:policy_effect")
    assert CreditPolicy.objects.count() == 1
    effect = web.get(reverse("credit:policy_effect"))
    assert "45.0%" in effect.content.decode()
    rows = web.get(reverse("credit:policy_effect_rows") + "?figure=deposit_up&grade=C")
    assert client.legal_name in rows.content.decode()
    assert web.get(reverse("credit:policy_effect_rows") + "?figure=nonsense").status_code == 404
    assert web.post(reverse("credit:policy_effect"), {"note": ""}).status_code == 200
    assert web.post(reverse("credit:policy_effect"), {"note": "Losses"}).status_code == 302
    assert GradeTerms.objects.get(grade="C").prepayment_ratio == Decimal("0.45")
    assert not PolicyDraft.objects.exists()
    versions = web.get(reverse("credit:policy_versions")).content.decode()
    assert "Losses" in versions
    assert "45.0%" in versions
    assert "45" in web.get(reverse("contracts:terms")).content.decode()


@db
def test_a_wrong_figure_is_shown_at_its_field() -> None:
    make_creditor()
    web = signed_in(make_user(Role.MANAGER))
    page = web.post(reverse("credit:policy_edit"), {})
    assert page.status_code == 200
    assert page.context["parts"][0][1][0].errors["terms_days"]
    assert not PolicyDraft.objects.exists()


@db
def test_a_draft_is_ones_own_and_void_when_another_version_came() -> None:
    make_creditor()
    first, second = make_user(Role.MANAGER), make_user(Role.MANAGER)
    lines = with_grade("C", terms_days=21)
    keep_draft(owner=first, based_on=1, lines=lines, rules=thresholds(), at=NOW)
    assert draft_of(first)[1] == lines
    assert draft_of(second)[1] == policy_lines()
    save(with_grade("C", terms_days=22), actor=second)
    assert draft_of(first)[:1] == (2,)
    assert draft_of(first)[1] == policy_lines()


@db
def test_the_versions_page_costs_the_same_for_any_number() -> None:
    make_creditor()
    web = signed_in(make_user(Role.FINANCE))
    save(with_grade("C", terms_days=21))
    url = reverse("credit:policy_versions")
    web.get(url)
    few = count_queries(lambda: web.get(url))
    for days in range(22, 26):
        save(with_grade("C", terms_days=days))
    assert count_queries(lambda: web.get(url)) == few


@db
def test_the_history_of_standings_is_not_rewritten() -> None:
    client = make_client()
    make_creditor()
    apply_grade(client=client, grade="B", reason="Pays on time", actor=None, at=NOW)
    assert StandingChange.objects.filter(client=client, part="GRADE", after="B").exists()
    with (
        pytest.raises(IntegrityError, match="corrected by adding"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE credit_standingchange SET after = 'A'")
