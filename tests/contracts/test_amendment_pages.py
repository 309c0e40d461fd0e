"""Pages of amendments: every kind proposed after a preview, decided, signed, found again."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser

from contracts.models import Amendment, AmendmentLimit, Contract, ScheduleEntry
from contracts.selectors.amendments import is_current
from contracts.selectors.record import contract_records
from contracts.services import create_contract, take_in_signed
from contracts.services.amendments import Changes, accept_amendment
from contracts.states import AcceptedHow, AmendmentKind, AmendmentState, ContractState
from core.dates import now, today
from core.models import AuditEvent, User
from core.states import Role
from tests.contracts.cast import SCAN, at_state
from tests.contracts.test_amendments import (
    DAY,
    amounts,
    invoice,
    line,
    make_contract,
    propose,
)
from tests.contracts.test_contract_pdf import text_of, watermarked
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_creditor,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db
A = AmendmentState


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def sales() -> User:
    return make_user(Role.SALES, name="Sally Owner")


@pytest.fixture
def contract(sales: User) -> Contract:
    """Two lines of 600 and 400, two payments of 500."""
    made = make_contract()
    made.client.owner = sales
    made.client.save()
    return made


@pytest.fixture
def web(sales: User) -> Browser:
    return signed_in(sales)


def approve(amendment: Amendment, role: Role = Role.MANAGER) -> None:
    """By somebody else, on the page."""
    browser = signed_in(make_user(role))
    browser.post(f"/contracts/amendments/{amendment.pk}/approve/", {"note": ""})
    amendment.refresh_from_db()


def url(contract: Contract, kind: str = "") -> str:
    return f"/contracts/{contract.pk}/amend/{kind}/" if kind else f"/contracts/{contract.pk}/amend/"


def entries(contract: Contract) -> list[ScheduleEntry]:
    return list(contract.schedule.order_by("position"))


def filled(web: Browser, contract: Contract, kind: str, **changed: Any) -> dict[str, Any]:
    """The form as it opens, with the reason and what is changed."""
    form = web.get(url(contract, kind)).context["form"]
    data = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in data.items() if value not in (None, "", False)}
    return {**data, "reason": "They asked for it", **changed}


def previewed(web: Browser, contract: Contract, kind: str, **changed: Any) -> Any:
    """What the page shows for it."""
    return web.post(
        url(contract, kind), {**filled(web, contract, kind, **changed), "do": "preview"}
    )


def proposed(web: Browser, contract: Contract, kind: str, **changed: Any) -> Amendment:
    """Looked at, then proposed."""
    data = filled(web, contract, kind, **changed)
    seen = web.post(url(contract, kind), {**data, "do": "preview"})
    assert seen.context["preview"], seen.context["form"].errors
    assert not Amendment.objects.exists()
    told = web.post(url(contract, kind), {**data, "seen": seen.context["seen"], "do": "propose"})
    amendment = Amendment.objects.get()
    assert told["Location"] == f"/contracts/amendments/{amendment.pk}/"
    return amendment


def in_force(amendment: Amendment) -> Contract:
    """Approved by an administrator and signed on paper."""
    signed_in(make_user(Role.ADMIN)).post(
        f"/contracts/amendments/{amendment.pk}/approve/", {"note": ""}
    )
    amendment.refresh_from_db()
    return accept_amendment(
        amendment=amendment,
        how=AcceptedHow.PAPER,
        name="Li Lei",
        data=SCAN,
        filename="s.pdf",
        actor=None,
        at=now(),
    )


# --- Proposing -----------------------------------------------------------------------------------


def test_a_contract_in_force_offers_the_kinds(contract: Contract, web: Browser) -> None:
    assert url(contract) in web.get(f"/contracts/{contract.pk}/").content.decode()
    page = web.get(url(contract)).content.decode()
    for kind in AmendmentKind:
        assert url(contract, kind.lower()) in page
    assert web.get(url(contract, "nonsense")).status_code == 404
    assert signed_in(make_user(Role.SALES)).get(url(contract)).status_code == 404


@pytest.mark.parametrize("state", [ContractState.SIGNED, ContractState.SUSPENDED])
def test_what_is_signed_or_suspended_is_amended_too(state: ContractState) -> None:
    contract = at_state(state)
    page = signed_in(make_user(Role.MANAGER)).get(f"/contracts/{contract.pk}/")
    assert url(contract) in page.content.decode()


def test_a_draft_is_not(web: Browser, sales: User) -> None:
    contract = at_state(ContractState.DRAFT, owner=sales)
    assert url(contract) not in web.get(f"/contracts/{contract.pk}/").content.decode()
    assert "Only a contract in force" in web.get(url(contract)).content.decode()
    told = web.post(url(contract, "extension"), {"reason": "x", "do": "preview"})
    assert told.status_code == 200
    assert not Amendment.objects.exists()


def test_an_extension(contract: Contract, web: Browser) -> None:
    later = TODAY + 210 * DAY  # 60 days more
    build, second = line(contract, 1), entries(contract)[1]
    changed = {
        "ends_on": later.isoformat(),
        f"line_{build.pk}_deliver_on": (TODAY + 45 * DAY).isoformat(),
        f"entry_{second.pk}": (TODAY + 90 * DAY).isoformat(),
    }
    amendment = proposed(web, contract, "extension", **changed)
    assert (amendment.kind, amendment.days_longer) == ("EXTENSION", 60)
    contract.refresh_from_db()
    assert contract.ends_on != later  # nothing yet
    in_force(amendment)
    contract.refresh_from_db()
    assert contract.ends_on == later
    assert line(contract, 1).deliver_on == TODAY + 45 * DAY
    assert [one.due_on for one in entries(contract)] == [TODAY + 30 * DAY, TODAY + 90 * DAY]
    assert entries(contract)[1].pk == second.pk
    assert amounts(contract) == [Decimal(500), Decimal(500)]


def test_a_later_payment_alone_counts_as_days_given(contract: Contract, web: Browser) -> None:
    second = entries(contract)[1]
    data = {f"entry_{second.pk}": (TODAY + 460 * DAY).isoformat()}
    amendment = proposed(web, contract, "extension", **data)
    assert amendment.days_longer == 400
    page = signed_in(make_user(Role.FINANCE)).get(f"/contracts/amendments/{amendment.pk}/")
    assert "It is approved by: Administrator" in page.content.decode()


@pytest.mark.parametrize(
    ("changed", "after"),
    [
        ({"how": "PERCENT", "scope": "REST", "percent": "10"}, "900"),
        ({"how": "AMOUNT", "scope": "REST", "off": "99.99"}, "900.01"),
        ({"how": "PERCENT", "scope": "CHOSEN", "percent": "50", "pick": 2}, "800"),
        ({"how": "AMOUNT", "scope": "CHOSEN", "off": "33.33", "pick": 2}, "966.67"),
        ({"how": "PRICES", "price": "350"}, "950"),
    ],
)
def test_a_discount(contract: Contract, web: Browser, changed: dict[str, Any], after: str) -> None:
    train = line(contract, 2)
    if changed.pop("pick", None):
        changed[f"pick_{train.pk}"] = "on"
    if "price" in changed:
        changed[f"price_{train.pk}"] = changed.pop("price")
    amendment = proposed(web, contract, "discount", **changed)
    assert amendment.price_after == Decimal(after)
    in_force(amendment)
    contract.refresh_from_db()
    assert contract.amount == Decimal(after)
    assert sum(amounts(contract)) == Decimal(after)
    assert contract.schedule.count() == 2


def test_a_discount_on_what_is_open_leaves_what_is_invoiced(
    contract: Contract, web: Browser
) -> None:
    invoice(contract, 1)
    amendment = proposed(web, contract, "discount", how="PERCENT", scope="REST", percent="20")
    assert amendment.price_after == Decimal(900)  # 20% of the 500 that are open
    in_force(amendment)
    assert amounts(contract) == [Decimal(500), Decimal(400)]


def test_another_schedule(contract: Contract, web: Browser) -> None:
    first, second = entries(contract)
    page = web.get(url(contract, "schedule")).content.decode()
    assert "CN¥1,000.00</strong> is not invoiced yet" in page
    amendment = proposed(
        web,
        contract,
        "schedule",
        **{
            f"entry_{first.pk}_amount": "250",
            f"entry_{second.pk}_remove": "on",
            "new_0_due_on": (TODAY + 70 * DAY).isoformat(),
            "new_0_amount": "500.00",
            "new_0_label": "Later",
            "new_1_due_on": (TODAY + 50 * DAY).isoformat(),
            "new_1_amount": "250",
        },
    )
    in_force(amendment)
    assert [(one.due_on, one.amount, one.label) for one in entries(contract)] == [
        (TODAY + 30 * DAY, Decimal(250), ""),
        (TODAY + 50 * DAY, Decimal(250), ""),
        (TODAY + 70 * DAY, Decimal(500), "Later"),
    ]
    assert entries(contract)[0].pk == first.pk


def test_a_milestone_stays_one(contract: Contract, web: Browser) -> None:
    train = line(contract, 2)
    first, second = entries(contract)
    # A contract in force is not rewritten; only this test is.
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('dunwell.amending', 'on', true)")
        ScheduleEntry.objects.filter(pk=second.pk).update(kind="MILESTONE", line=train, due_on=None)
        cursor.execute("SELECT set_config('dunwell.amending', 'off', true)")
    amendment = proposed(
        web,
        contract,
        "schedule",
        **{f"entry_{first.pk}_amount": "300", f"entry_{second.pk}_amount": "700"},
    )
    in_force(amendment)
    found = contract.schedule.get(pk=second.pk)
    assert (found.kind, found.line_id, found.amount) == ("MILESTONE", train.pk, Decimal(700))


def test_another_scope(contract: Contract, web: Browser) -> None:
    build, train = line(contract, 1), line(contract, 2)
    amendment = proposed(
        web,
        contract,
        "scope",
        **{
            f"line_{build.pk}_description": "Build and host",
            f"line_{build.pk}_quantity": "2",
            f"remove_{train.pk}": "on",
            "new_0_description": "Support",
            "new_0_unit_price": "300",
            "follow": "NEW",
            "follow_on": (TODAY + 120 * DAY).isoformat(),
        },
    )
    assert amendment.price_after == Decimal(1500)
    in_force(amendment)
    assert list(contract.lines.values_list("description", flat=True)) == [
        "Build and host",
        "Support",
    ]
    assert amounts(contract) == [Decimal(500), Decimal(500), Decimal(500)]
    assert entries(contract)[2].due_on == TODAY + 120 * DAY


def test_the_preview_shows_the_difference_the_price_and_who_may_approve(
    contract: Contract, web: Browser
) -> None:
    told = previewed(web, contract, "discount", how="PERCENT", scope="REST", percent="10")
    page = told.content.decode()
    assert "CN¥1,000.00</del>" in page
    assert "CN¥900.00</ins>" in page
    assert "Manager · Administrator" in page
    assert "Unit price" in page
    assert not Amendment.objects.exists()
    assert contract.versions.count() == 0


def test_nothing_is_proposed_that_was_not_looked_at(contract: Contract, web: Browser) -> None:
    data = filled(web, contract, "discount", how="PERCENT", scope="REST", percent="10")
    told = web.post(url(contract, "discount"), {**data, "do": "propose"})
    assert told.context["preview"]  # shown instead
    assert not Amendment.objects.exists()
    data["percent"] = "50"  # changed after the look
    data["seen"] = told.context["seen"]
    again = web.post(url(contract, "discount"), {**data, "do": "propose"})
    assert "not what you looked at" in again.content.decode()
    assert not Amendment.objects.exists()


@pytest.mark.parametrize(
    ("kind", "changed", "field", "words"),
    [
        ("extension", {"reason": "", "ends_on": "2031-01-01"}, "reason", "required"),
        ("extension", {}, None, "Nothing would be different"),
        ("extension", {"ends_on": "2020-01-01"}, "ends_on", "moves a day later"),
        ("extension", {"ends_on": ""}, "ends_on", "moves a day later"),
        ("extension", {"ends_on": "2090-01-01"}, "ends_on", "twenty years"),
        ("extension", {"ends_on": "tomorrow"}, "ends_on", "valid date"),
        ("extension", {"LINE1": "2031-01-01"}, "LINE1", "after the contract ends"),
        ("discount", {"percent": "0"}, "percent", "above 0"),
        ("discount", {"percent": "100"}, "percent", "below 100"),
        ("discount", {"percent": "-5"}, "percent", "above 0"),
        ("discount", {"how": "AMOUNT", "off": "-1"}, "off", "above zero"),
        ("discount", {"how": "AMOUNT", "off": "0.001"}, "off", "decimals"),
        ("discount", {"how": "AMOUNT", "off": "1000"}, "off", "Less than"),
        ("discount", {"how": "AMOUNT", "off": "1e30"}, "off", "digits"),
        ("discount", {"how": "PRICES"}, "how", "new price"),
        ("discount", {"how": "PRICES", "PRICE2": "401"}, "PRICE2", "lowers the price"),
        ("discount", {"scope": "CHOSEN", "percent": "5"}, "scope", "Tick"),
        ("schedule", {"ENTRY2_amount": "499"}, "ENTRY2_amount", "not invoiced yet is"),
        ("schedule", {"ENTRY2_amount": "-500"}, "ENTRY2_amount", "above zero"),
        ("schedule", {"ENTRY2_amount": "500.001"}, "ENTRY2_amount", "above zero"),
        ("schedule", {"ENTRY1_due_on": "2020-01-01"}, "ENTRY1_due_on", "before the contract"),
        ("schedule", {"new_0_amount": "5"}, "new_0_due_on", "which day"),
        ("scope", {"LINE1_quantity": "0"}, "LINE1_quantity", "more than zero"),
        ("scope", {"LINE1_unit_price": "-1"}, "LINE1_unit_price", "zero or more"),
        ("scope", {"LINE1_description": ""}, "LINE1_description", "cannot be empty"),
        ("scope", {"new_0_description": "x"}, "new_0_unit_price", "price of one unit"),
        (
            "scope",
            {"new_0_description": "x", "new_0_unit_price": "1", "new_0_tax_percent": "150"},
            "new_0_tax_percent",
            "between 0 and 100",
        ),
        ("scope", {"LINE1_unit_price": "700", "follow": "NEW"}, "follow_on", "which day"),
        ("scope", {"LINE1_unit_price": "0", "LINE2_unit_price": "0"}, "follow", "cannot take"),
    ],
)
def test_bad_input_is_refused_at_its_field_and_nothing_is_written(
    contract: Contract,
    web: Browser,
    kind: str,
    changed: dict[str, str],
    field: str | None,
    words: str,
) -> None:
    def named(name: str) -> str:
        for place in (1, 2):
            pk, entry = line(contract, place).pk, entries(contract)[place - 1].pk
            ending = "_deliver_on" if name == f"LINE{place}" else ""
            name = name.replace(f"LINE{place}", f"line_{pk}{ending}")
            name = name.replace(f"ENTRY{place}", f"entry_{entry}")
            name = name.replace(f"PRICE{place}", f"price_{pk}")
        return name

    data = {named(name): value for name, value in changed.items()}
    before = AuditEvent.objects.count()
    told = previewed(web, contract, kind, **data)
    errors = told.context["form"].errors
    where = named(field) if field else "__all__"
    assert words in " ".join(errors.get(where, [])), errors
    assert not Amendment.objects.exists()
    assert contract.versions.count() == 0
    assert AuditEvent.objects.count() == before
    assert amounts(contract) == [Decimal(500), Decimal(500)]


def test_what_is_invoiced_is_not_offered_and_not_moved(contract: Contract, web: Browser) -> None:
    invoice(contract, 1)
    first, second = entries(contract)
    form = web.get(url(contract, "schedule")).context["form"]
    assert f"entry_{first.pk}_amount" not in form.fields
    assert f"entry_{second.pk}_amount" in form.fields
    # Typed in all the same, it counts for nothing.
    told = previewed(
        web,
        contract,
        "schedule",
        **{f"entry_{first.pk}_amount": "1", f"entry_{second.pk}_amount": "999"},
    )
    assert "CN¥500.00" in " ".join(told.context["form"].errors[f"entry_{second.pk}_amount"])


def test_a_second_open_amendment_is_refused_with_the_reason(
    contract: Contract, web: Browser
) -> None:
    data = filled(web, contract, "discount", how="PERCENT", scope="REST", percent="10")
    first = propose(contract)
    page = web.get(url(contract)).content.decode()
    assert f"/contracts/amendments/{first.pk}/" in page
    web.post(url(contract, "discount"), {**data, "do": "preview"})
    told = web.post(url(contract, "discount"), {**data, "seen": "x", "do": "propose"})
    assert "Another amendment is open" in str(told.context["form"].non_field_errors())
    assert Amendment.objects.count() == 1
    assert url(contract) not in web.get(f"/contracts/{contract.pk}/").content.decode()


def test_a_contract_with_one_sum_and_no_lines_is_made_cheaper(sales: User, web: Browser) -> None:
    contract = create_contract(
        creditor=make_creditor(),
        client=make_client(owner=sales),
        number="P-1",
        currency="CNY",
        amount=Decimal(1000),
        starts_on=TODAY - DAY,
        ends_on=TODAY + 30 * DAY,
        actor=None,
        at=NOW,
    )
    take_in_signed(
        contract=contract,
        signed_on=TODAY - DAY,
        name="Li Lei",
        data=SCAN,
        filename="s.pdf",
        actor=None,
        at=NOW,
    )
    assert url(contract, "scope") not in web.get(url(contract)).content.decode()
    amendment = proposed(web, contract, "discount", how="AMOUNT", off="100")
    in_force(amendment)
    contract.refresh_from_db()
    assert contract.amount == Decimal(900)


# --- Deciding ------------------------------------------------------------------------------------


def test_its_page_says_what_why_who_and_what_comes_next(contract: Contract, web: Browser) -> None:
    amendment = propose(contract, actor=contract.client.owner)
    page = web.get(f"/contracts/amendments/{amendment.pk}/").content.decode()
    assert "cheaper trainer" in page
    assert "You proposed it, so somebody else approves it." in page
    assert "up to 15.00% of the price and 90 days longer" in page
    assert "/approve/" not in page
    manager = signed_in(make_user(Role.MANAGER))
    assert (
        "within the limit of your role"
        in manager.get(f"/contracts/amendments/{amendment.pk}/").content.decode()
    )
    manager.post(f"/contracts/amendments/{amendment.pk}/approve/", {"note": "Fine"})
    page = web.get(f"/contracts/amendments/{amendment.pk}/").content.decode()
    assert "Waiting for the client" in page
    assert f"/links/amendment/{amendment.pk}/" in page
    assert "Fine" in page


@pytest.mark.parametrize(
    ("name", "before", "note", "after"),
    [
        ("approve", A.PROPOSED, "", A.APPROVED),
        ("reject", A.PROPOSED, "Too cheap", A.REJECTED),
        ("withdraw", A.PROPOSED, "", A.WITHDRAWN),
        ("withdraw", A.APPROVED, "", A.WITHDRAWN),
        ("declined", A.APPROVED, "Too late", A.DECLINED),
        ("declined", A.PROPOSED, "Too late", A.PROPOSED),
        ("reject", A.PROPOSED, "", A.PROPOSED),
    ],
)
def test_an_act_asks_first_and_is_done_on_post(
    contract: Contract, name: str, before: A, note: str, after: A
) -> None:
    amendment, manager = propose(contract), signed_in(make_user(Role.MANAGER))
    if before == A.APPROVED:
        manager.post(f"/contracts/amendments/{amendment.pk}/approve/", {"note": ""})
    where = f"/contracts/amendments/{amendment.pk}/{name}/"
    assert manager.get(where).status_code == 200
    amendment.refresh_from_db()
    assert amendment.state == before
    told = manager.post(where, {"note": note})
    assert (told.status_code == 200) == (before == after)
    amendment.refresh_from_db()
    assert amendment.state == after
    assert manager.get(f"/contracts/amendments/{amendment.pk}/nonsense/").status_code == 404


def test_nobody_approves_their_own_or_beyond_their_limit(contract: Contract) -> None:
    manager = make_user(Role.MANAGER)
    amendment = propose(contract, actor=manager)
    where = f"/contracts/amendments/{amendment.pk}/approve/"
    for user, words in (
        (manager, "Somebody else"),
        (make_user(Role.FINANCE), "beyond your limit"),
    ):
        assert words in signed_in(user).post(where, {"note": ""}).content.decode()
    amendment.refresh_from_db()
    assert amendment.state == A.PROPOSED


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("scan.pdf", SCAN, "application/pdf")


def test_it_comes_back_signed_on_paper(contract: Contract, web: Browser) -> None:
    amendment = propose(contract)
    signed_in(make_user(Role.MANAGER)).post(
        f"/contracts/amendments/{amendment.pk}/approve/", {"note": ""}
    )
    where = f"/contracts/amendments/{amendment.pk}/signed/"
    on = today(contract.creditor.time_zone)
    told = web.post(where, {"accepted_on": on.isoformat(), "name": "Li Lei"})
    assert "file" in told.context["form"].errors
    for wrong, words in ((on + 2 * DAY, "has not come"), (NOW.date() - 9 * DAY, "not written yet")):
        told = web.post(where, {"accepted_on": wrong.isoformat(), "name": "Li Lei", "file": scan()})
        assert words in str(told.context["form"].errors["accepted_on"])
    web.post(where, {"accepted_on": on.isoformat(), "name": "Li Lei", "file": scan()})
    amendment.refresh_from_db()
    assert amendment.state == A.ACCEPTED
    acceptance = amendment.version.acceptance
    assert (acceptance.name, acceptance.accepted_on) == ("Li Lei", on)
    got = web.get(f"/contracts/amendments/{amendment.pk}/document/")
    assert b"".join(got.streaming_content) == SCAN  # type: ignore[attr-defined]  # a file
    contract.refresh_from_db()
    assert contract.amount == Decimal(900)
    page = web.get(f"/contracts/{contract.pk}/").content.decode()
    assert "In force" in page
    assert f"/contracts/amendments/{amendment.pk}/" in page


def test_one_that_time_has_passed_over_says_so(contract: Contract, web: Browser) -> None:
    amendment = propose(contract)
    signed_in(make_user(Role.MANAGER)).post(
        f"/contracts/amendments/{amendment.pk}/approve/", {"note": ""}
    )
    assert is_current(Amendment.objects.get())
    invoice(contract, 1)  # one that it leaves alone
    assert is_current(Amendment.objects.get())
    invoice(contract, 2)  # the one that was to be lower
    assert not is_current(Amendment.objects.get())
    page = web.get(f"/contracts/amendments/{amendment.pk}/").content.decode()
    assert "The contract has moved on" in page
    assert "/links/amendment/" not in page


def test_a_contract_that_ended_has_nothing_to_accept(contract: Contract) -> None:
    propose(contract)
    Contract.objects.filter(pk=contract.pk).update(state=ContractState.COMPLETED)
    assert not is_current(Amendment.objects.get())


def test_the_packets_data_has_it_as_it_stood_that_day(contract: Contract) -> None:
    amendment = propose(contract)

    def found(until: Any) -> list[dict[str, Any]]:
        records = contract_records([contract], until=until, time_zone="Asia/Shanghai")
        rows: list[dict[str, Any]] = records.get(contract.pk, {}).get("amendments", [])
        return rows

    assert found(TODAY - DAY) == []
    assert (found(TODAY)[0]["state"], found(TODAY)[0]["signed_copy_sha256"]) == ("PROPOSED", None)
    in_force(amendment)
    amendment.refresh_from_db()
    assert amendment.document is not None
    assert found(TODAY)[0]["state"] == "PROPOSED"  # that day nobody had decided
    kept = found(now().date() + DAY)[0]
    assert (kept["state"], kept["to_version"]) == ("ACCEPTED", amendment.version.number)
    assert kept["signed_copy_sha256"] == amendment.document.sha256
    assert kept["text"]["terms"]["price"] == "900"


# --- Queue, limits, home -------------------------------------------------------------------------


def test_the_queue_shows_what_waits_and_its_queries_do_not_grow(contract: Contract) -> None:
    propose(contract)
    manager = signed_in(make_user(Role.MANAGER))
    page = manager.get("/contracts/amendments/").content.decode()
    assert contract.number in page
    assert "you may" in page

    def opened() -> None:
        manager.get("/contracts/amendments/")

    few = count_queries(opened)
    for _n in range(3):
        propose(make_contract())
    assert count_queries(opened) == few <= 10
    assert "Amendments to decide" in manager.get("/").content.decode()
    assert contract.number in manager.get("/").content.decode()
    stranger = signed_in(make_user(Role.SALES))
    assert contract.number not in stranger.get("/contracts/amendments/").content.decode()


def test_limits_are_changed_with_their_old_values_on_record() -> None:
    admin = signed_in(make_user(Role.ADMIN))
    assert (
        "proposes, approves nothing" in admin.get("/contracts/amendments/limits/").content.decode()
    )
    where = "/contracts/amendments/limits/manager/"
    admin.post(where, {"discount_percent": "20", "extension_days": "120"})
    limit = AmendmentLimit.objects.get(role=Role.MANAGER)
    assert (limit.discount_percent, limit.extension_days) == (Decimal(20), 120)
    event = AuditEvent.objects.get(action="contracts.set_amendment_limit")
    assert json.loads(event.payload)["data"]["before"] == {"percent": "15.00", "days": 90}
    for wrong, field in (
        ({"discount_percent": "101", "extension_days": "1"}, "discount_percent"),
        ({"discount_percent": "-1", "extension_days": "1"}, "discount_percent"),
        ({"discount_percent": "1", "extension_days": "99999"}, "extension_days"),
        ({"discount_percent": "1", "extension_days": ""}, "extension_days"),
    ):
        assert field in admin.post(where, wrong).context["form"].errors
    admin.post(where, {"discount_percent": "", "extension_days": ""})
    assert not AmendmentLimit.objects.filter(role=Role.MANAGER).exists()
    assert admin.get("/contracts/amendments/limits/nobody/").status_code == 404


def test_a_manager_does_not_raise_their_own_limit_nor_gives_more_than_it() -> None:
    manager = signed_in(make_user(Role.MANAGER))
    given = {"discount_percent": "16", "extension_days": "1"}
    for role in ("manager", "admin"):
        told = manager.post(f"/contracts/amendments/limits/{role}/", given)
        assert "An administrator sets" in told.content.decode()
    told = manager.post("/contracts/amendments/limits/finance/", given)
    assert "discount_percent" in told.context["form"].errors
    manager.post(
        "/contracts/amendments/limits/finance/", {"discount_percent": "5", "extension_days": "10"}
    )
    assert AmendmentLimit.objects.get(role=Role.FINANCE).discount_percent == 5


def test_a_role_without_a_limit_approves_nothing_not_even_a_dearer_contract(
    contract: Contract,
) -> None:
    dearer = {line(contract, 1).pk: {"unit_price": Decimal(900)}}
    amendment = propose(contract, kind=AmendmentKind.SCOPE, changes=Changes(lines=dearer))
    told = signed_in(make_user(Role.SALES)).post(
        f"/contracts/amendments/{amendment.pk}/approve/", {"note": ""}
    )
    assert told.status_code == 404
    told = signed_in(make_user(Role.FINANCE)).post(
        f"/contracts/amendments/{amendment.pk}/approve/", {"note": ""}
    )
    assert "beyond your limit" in told.content.decode()


# --- Paper ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_is_in_the_readers_language(
    contract: Contract, sales: User, language: str
) -> None:
    amendment = propose(contract)
    web = signed_in(sales)
    web.post("/language/", {"language": language, "next": "/"})
    word = {"en": "Contract price", "zh-hans": "合同价款"}[language]
    assert word in web.get(f"/contracts/amendments/{amendment.pk}/").content.decode()


def test_the_agreement_says_both_prices_and_what_changes(contract: Contract, web: Browser) -> None:
    amendment = propose(contract)
    got = web.get(f"/contracts/amendments/{amendment.pk}/agreement.pdf")
    assert got.content.startswith(b"%PDF")
    words = " ".join(text_of(got.content, "-layout").split())
    for said in ("Supplementary Agreement No. 1", contract.number, "1,000.00", "900.00", "400.00"):
        assert said in words, words
    assert any(watermarked(got.content))
    signed_in(make_user(Role.MANAGER)).post(
        f"/contracts/amendments/{amendment.pk}/approve/", {"note": ""}
    )
    final = web.get(f"/contracts/amendments/{amendment.pk}/agreement.pdf").content
    assert not any(watermarked(final))
    assert final == web.get(f"/contracts/amendments/{amendment.pk}/agreement.pdf").content
