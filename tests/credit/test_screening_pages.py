"""Screenings on their pages: the list, the sections, the steps, the decision, the lists behind."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from core.states import Role
from credit.models import Checklist, Screening
from credit.selectors import is_question, missing_lines, screening_lines
from credit.services import ask_reference
from credit.states import ScreeningState as S
from tests.credit.screening_cast import at_state, begun, filled, submitted
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_creditor,
    make_invoice,
    make_user,
    pay,
    signed_in,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def web() -> Browser:
    return signed_in(make_user(Role.FINANCE))


@pytest.fixture
def manager() -> Browser:
    return signed_in(make_user(Role.MANAGER))


def page(web: Browser, name: str, *args: Any, language: str = "en") -> str:
    url = reverse(f"credit:{name}", args=args)
    response = web.get(url, headers={"accept-language": language})
    assert response.status_code == 200
    return response.content.decode()


def client_page(web: Browser, client: Client) -> str:
    return web.get(reverse("clients:client", args=[client.pk])).content.decode()


# --- Beginning, and the card of the client -------------------------------------------------------


def test_the_card_of_a_client_leads_to_its_screening(web: Browser) -> None:
    client = make_client(country="CN", registration_number="91110000600037341M")
    url = reverse("credit:screening_start", args=[client.pk])
    assert url in client_page(web, client)
    shown = page(web, "screening_start", client.pk)
    assert "By the general checklist, number 1." in shown
    assert "it would be “L”, not “M”" in shown
    response = web.post(url)
    row = Screening.objects.get()
    assert response["Location"] == reverse("credit:screening", args=[row.pk])
    assert f"{len(missing_lines(row))} needed lines are still open." in client_page(web, client)
    assert web.get(url)["Location"] == response["Location"]  # one at a time: go on with it


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (S.SUBMITTED, "A manager decides."),
        (S.ACCEPTED, "To be screened again on 15 Jun 2027."),
        (S.CONDITIONAL, "Deposit of 50% before the work"),
        (S.REJECTED, "Its contracts are flagged before they go into force."),
        (S.WITHDRAWN, "This client was not screened yet."),
    ],
)
def test_the_card_says_where_it_stands(manager: Browser, state: S, words: str) -> None:
    client = make_client()
    at_state(state, client)
    assert words in client_page(manager, client)


def test_the_card_offers_a_hold_and_says_when_it_ran_out(web: Browser) -> None:
    client = make_client()
    at_state(S.REJECTED, client)
    assert reverse("credit:hold_new", args=[client.pk]) in client_page(web, client)
    passed = make_client()
    at_state(S.ACCEPTED, passed, review_on=TODAY + DAY)
    with time_machine.travel(NOW + 2 * DAY, tick=False):
        later = signed_in(make_user(Role.FINANCE))
        assert "It ran out on 16 Jun 2026: new contracts are flagged." in client_page(later, passed)


# --- Sections ------------------------------------------------------------------------------------


def test_the_checklist_saves_by_itself_with_its_paper(web: Browser) -> None:
    row = begun()
    first, second = screening_lines(row)[:2]
    url = reverse("credit:screening_checks", args=[row.pk])
    paper = SimpleUploadedFile("licence.pdf", b"%PDF-1.7\n%%EOF\n")
    data = {
        f"verdict_{first.item.pk}": "GOOD",
        f"file_{first.item.pk}": paper,
        f"verdict_{second.item.pk}": "CONCERN",
        f"note_{second.item.pk}": "Blurred",
    }
    response = web.post(url, data)
    assert response["Location"].endswith("#checklist")
    one, two = (line.answer for line in screening_lines(row)[:2])
    assert one is not None
    assert two is not None
    assert (one.verdict, two.verdict, two.text) == ("GOOD", "CONCERN", "Blurred")
    download = web.get(reverse("credit:screening_document", args=[one.pk]))
    assert b"".join(download.streaming_content) == b"%PDF-1.7\n%%EOF\n"  # type: ignore[attr-defined]
    shown = page(web, "screening", row.pk)
    assert "licence.pdf" in shown
    # Saved again without a change: nothing is written, and the paper stays.
    del data[f"file_{first.item.pk}"]
    web.post(url, data)
    assert row.answers.count() == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"note": "Seen"}, "Say what was found."),
        ({"verdict": "CONCERN"}, "Say what the concern is."),
        ({"verdict": "NONSENSE"}, "Select a valid choice"),
        ({"verdict": "GOOD", "file": b"\x00\x01\x02"}, "This kind of file is not kept."),
    ],
)
def test_what_is_wrong_in_the_checklist_is_said_and_nothing_saved(
    web: Browser, fields: dict[str, Any], words: str
) -> None:
    row = begun()
    first, second = (one.item.pk for one in screening_lines(row)[:2])
    data: dict[str, Any] = {f"verdict_{second}": "GOOD"}
    for name, value in fields.items():
        upload = SimpleUploadedFile("x.bin", value) if name == "file" else value
        data[f"{name}_{first}"] = upload
    response = web.post(reverse("credit:screening_checks", args=[row.pk]), data)
    assert words in response.content.decode()
    assert not row.answers.exists()


def test_the_interview_saves_by_itself(web: Browser) -> None:
    row = begun()
    question = next(one.item for one in screening_lines(row) if is_question(one.item))
    data = {f"question_{question.pk}": "Steel, for a bridge"}
    response = web.post(reverse("credit:screening_interview", args=[row.pk]), data)
    assert response["Location"].endswith("#interview")
    assert "Steel, for a bridge" in page(web, "screening", row.pk)
    assert row.answers.get().item == question


def test_a_reference_is_noted_and_answers(web: Browser) -> None:
    row = begun()
    url = reverse("credit:screening_reference", args=[row.pk])
    tomorrow = {"company": "Old Supplier", "asked_on": TODAY + DAY}
    assert "This day has not come yet." in web.post(url, tomorrow).content.decode()
    web.post(url, {**tomorrow, "asked_on": TODAY})
    asked = row.references.get()
    answer = reverse("credit:reference_answer", args=[asked.pk])
    assert answer in page(web, "screening", row.pk)
    data = {"pays": "LATE", "recommends": "no", "answered_on": TODAY, "volume": "2 M"}
    assert web.post(answer, data)["Location"].endswith("#references")
    assert "answered already" in web.post(answer, data).content.decode()
    asked.refresh_from_db()
    assert (asked.pays, asked.recommends, asked.volume) == ("LATE", False, "2 M")
    assert "Does not recommend the client." in page(web, "screening", row.pk)


def test_a_submitted_one_is_read_and_not_written(web: Browser) -> None:
    row = submitted()
    shown = page(web, "screening", row.pk)
    assert "Save the checklist" not in shown
    assert "They buy steel." in shown
    item = screening_lines(row)[0].item.pk
    data = {f"verdict_{item}": "NOT_NEEDED"}
    response = web.post(reverse("credit:screening_checks", args=[row.pk]), data)
    assert response.status_code == 200
    assert screening_lines(row)[0].answer.verdict == "GOOD"  # type: ignore[union-attr]


# --- Steps ---------------------------------------------------------------------------------------


def test_it_goes_from_hand_to_hand(web: Browser, manager: Browser) -> None:
    row = filled()
    step = {n: reverse("credit:screening_step", args=[row.pk, n]) for n in ("submit", "return")}
    web.post(step["submit"], {"summary": "Sound"})
    row.refresh_from_db()
    assert row.state == S.SUBMITTED
    assert web.get(step["return"]).status_code == 404
    assert web.get(reverse("credit:screening_decide", args=[row.pk])).status_code == 404
    manager.post(step["return"], {"note": "Ask the bank"})
    row.refresh_from_db()
    assert row.state == S.IN_WORK
    assert "Ask the bank" in page(web, "screening", row.pk)
    assert "this is not open" in manager.post(step["return"], {"note": "x"}).content.decode()


def test_it_is_given_up_with_a_reason(web: Browser) -> None:
    row = begun()
    url = reverse("credit:screening_step", args=[row.pk, "withdraw"])
    assert "This field is required." in web.post(url, {"reason": " "}).content.decode()
    web.post(url, {"reason": "They went elsewhere"})
    row.refresh_from_db()
    assert row.state == S.WITHDRAWN
    assert web.get(reverse("credit:screening_step", args=[row.pk, "fly"])).status_code == 404


def decision(**fields: Any) -> dict[str, Any]:
    return {"outcome": "ACCEPTED", "reason": "Sound", "review_on": TODAY + 365 * DAY, **fields}


def test_a_manager_decides_with_conditions(manager: Browser) -> None:
    client, own = make_client(), make_creditor()
    pay(make_invoice(client, own, "100.00", due_on=TODAY - 40 * DAY))
    row = submitted(client)
    url = reverse("credit:screening_decide", args=[row.pk])
    shown = manager.get(url).content.decode()
    assert "100%" in shown  # paid late
    given = {"deposit_percent": "30", "credit_limit": "20,000", "terms_days": "15"}
    manager.post(url, decision(outcome="CONDITIONAL", **given))
    client.refresh_from_db()
    assert (client.deposit_ratio, client.credit_limit) == (Decimal("0.3"), Decimal(20_000))
    assert (client.terms_days, client.screening_outcome) == (15, "CONDITIONAL")
    shown = page(manager, "screening", row.pk)
    assert "At most 15 days to pay" in shown


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": ""}, "This field is required."),
        ({"review_on": ""}, "Say until when it counts."),
        ({"review_on": TODAY}, "lies ahead"),
        ({"review_on": TODAY + 400 * DAY}, "At most a year"),
        ({"terms_days": "5"}, "Conditions belong to"),
        ({"outcome": "CONDITIONAL"}, "Name a condition"),
        ({"outcome": "CONDITIONAL", "deposit_percent": "101"}, "less than or equal to 100"),
        ({"outcome": "EXPIRED"}, "Select a valid choice"),
    ],
)
def test_a_decision_that_does_not_hold_together_is_refused(
    manager: Browser, fields: dict[str, Any], words: str
) -> None:
    row = submitted()
    url = reverse("credit:screening_decide", args=[row.pk])
    assert words in manager.post(url, decision(**fields)).content.decode()
    row.refresh_from_db()
    assert row.state == S.SUBMITTED


def test_a_rejection_needs_no_day_and_shows_its_effect(manager: Browser) -> None:
    row = submitted()
    url = reverse("credit:screening_decide", args=[row.pk])
    manager.post(url, {"outcome": "REJECTED", "reason": "Hides"})
    row.refresh_from_db()
    assert (row.state, row.review_on) == (S.REJECTED, None)
    assert "its contracts are flagged" in page(manager, "screening", row.pk)


def test_a_manager_that_submitted_it_is_told_that_another_decides() -> None:
    user = make_user(Role.MANAGER)
    web = signed_in(user)
    row = submitted(actor=user)
    url = reverse("credit:screening_decide", args=[row.pk])
    assert url not in page(web, "screening", row.pk)
    assert "another manager has to decide" in web.get(url).content.decode()
    assert "another manager has to decide" in web.post(url, decision()).content.decode()


# --- Lists ---------------------------------------------------------------------------------------


def names(web: Browser, show: str) -> list[str]:
    response = web.get(reverse("credit:screenings"), {"show": show})
    return [one["row"].client.legal_name for one in response.context["rows"]]


def test_each_list_has_its_own(web: Browser) -> None:
    begun(make_client(legal_name="Begun"))
    submitted(make_client(legal_name="Waiting"))
    at_state(S.ACCEPTED, make_client(legal_name="Due"), review_on=TODAY + 30 * DAY)
    at_state(S.ACCEPTED, make_client(legal_name="Not due"), review_on=TODAY + 31 * DAY)
    at_state(S.REJECTED, make_client(legal_name="Out"))
    at_state(S.WITHDRAWN, make_client(legal_name="Gone"))
    assert names(web, "work") == ["Begun"]
    assert names(web, "waiting") == ["Waiting"]
    assert names(web, "due") == ["Due"]
    assert names(web, "decided") == ["Out", "Not due", "Due"]
    assert names(web, "nonsense") == ["Begun"]


def test_sales_see_their_own_clients_only() -> None:
    mine, other = make_user(Role.SALES), make_user(Role.SALES)
    row = begun(make_client(owner=mine))
    assert len(names(signed_in(mine), "work")) == 1
    stranger = signed_in(other)
    assert names(stranger, "work") == []
    assert stranger.get(reverse("credit:screening", args=[row.pk])).status_code == 404
    assert stranger.post(reverse("credit:screening_checks", args=[row.pk])).status_code == 404


@pytest.mark.parametrize("show", ["work", "waiting", "due", "decided"])
def test_its_queries_do_not_grow_with_the_list(web: Browser, show: str) -> None:
    soon = TODAY + DAY
    makers: dict[str, Callable[[], object]] = {
        "work": begun,
        "waiting": submitted,
        "due": lambda: at_state(S.ACCEPTED, review_on=soon),
        "decided": lambda: at_state(S.REJECTED),
    }
    made = makers[show]
    made()
    names(web, show)
    before = count_queries(lambda: names(web, show))
    for _number in range(3):
        made()
    assert count_queries(lambda: names(web, show)) == before <= 11


def test_the_page_of_one_takes_a_fixed_number_of_queries(web: Browser) -> None:
    row = begun()
    page(web, "screening", row.pk)
    before = count_queries(lambda: page(web, "screening", row.pk))
    for number in range(4):
        ask_reference(
            screening=row, company=f"S {number}", contact="", asked_on=TODAY, on=TODAY,
            actor=None, at=NOW,
        )  # fmt: skip
    assert count_queries(lambda: page(web, "screening", row.pk)) == before <= 22


def test_it_leads_to_the_reports_of_its_client(web: Browser) -> None:
    row = begun()
    text = page(web, "screening", row.pk)
    assert reverse("credit:client_reports", args=[row.client_id]) in text
    assert reverse("credit:report_new", args=[row.client_id]) in text


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMIN])
def test_the_morning_list_has_what_is_to_be_decided(role: Role) -> None:
    submitted(make_client(legal_name="Waiting Ltd"))
    begun(make_client(legal_name="Begun Ltd"))
    home = signed_in(make_user(role)).get(reverse("workspace:home")).content.decode()
    assert "Waiting Ltd" in home
    assert "Begun Ltd" not in home


@pytest.mark.parametrize("name", ["screenings", "checklists", "checklist_new"])
def test_the_pages_are_written_in_chinese(manager: Browser, name: str) -> None:
    assert "准入审查" in page(manager, name, language="zh-hans")


def test_a_line_is_read_in_the_readers_language(web: Browser) -> None:
    shown = page(web, "screening", begun().pk, language="zh-hans")
    assert "营业执照或公司注册证书复印件" in shown


# --- Checklists ----------------------------------------------------------------------------------


def lines_of(rows: list[dict[str, Any]]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "lines-TOTAL_FORMS": len(rows),
        "lines-INITIAL_FORMS": 0,
        "lines-MIN_NUM_FORMS": 0,
        "lines-MAX_NUM_FORMS": 60,
    }
    for number, row in enumerate(rows):
        data |= {f"lines-{number}-{name}": value for name, value in row.items()}
    return data


LOOK = {"kind": "OTHER", "text": "Look", "text_zh": "看", "is_required": "on", "place": "2"}
ASK = {"kind": "INTERVIEW", "text": "Ask", "text_zh": "问", "place": "1"}


def test_a_manager_writes_the_next_number_of_a_list(manager: Browser) -> None:
    export = Checklist.objects.get(segment="Export")
    form = manager.get(reverse("credit:checklist_new") + f"?after={export.pk}")
    assert "Extract of the foreign register" in form.content.decode()
    data = {"segment": "Export", "starts_on": TODAY, "note": "Shorter"}
    empty = {"kind": "OTHER", "text": "", "text_zh": ""}
    manager.post(reverse("credit:checklist_new"), {**data, **lines_of([LOOK, empty, ASK])})
    made = Checklist.objects.get(segment="Export", number=2)
    rows = made.items.values_list("text", "kind", "is_required")
    assert list(rows) == [("Ask", "INTERVIEW", False), ("Look", "OTHER", True)]
    shown = page(manager, "checklists")
    assert reverse("credit:checklist", args=[export.pk]) in shown
    assert "Extract of the foreign register" in page(manager, "checklist", export.pk)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "at least one line"),
        ([{**LOOK, "text_zh": ""}], "in English and in Chinese"),
        ([{**LOOK, "kind": "NONE"}], "Select a valid choice"),
    ],
)
def test_a_list_with_a_fault_is_shown_again(
    manager: Browser, rows: list[dict[str, Any]], words: str
) -> None:
    data = {"segment": "", "starts_on": TODAY, **lines_of(rows)}
    response = manager.post(reverse("credit:checklist_new"), data)
    assert words in response.content.decode()
    assert Checklist.objects.filter(segment="").count() == 1
