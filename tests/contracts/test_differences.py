"""Differences between two versions: complete, word by word, and nothing where nothing changed."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.differences import (
    ADDED,
    REMOVED,
    SAME,
    How,
    Part,
    Piece,
    compare_texts,
    differences,
)

WORDS = st.lists(
    st.sampled_from(["pay", "within", "30", "days", "付款", "期限", ",", " "]), max_size=30
)


def joined(pieces: tuple[Piece, ...], without: str) -> str:
    return "".join(piece.text for piece in pieces if piece.kind != without)


@given(old=WORDS.map("".join), new=WORDS.map("".join))
def test_from_the_pieces_both_texts_can_be_read_back(old: str, new: str) -> None:
    pieces = compare_texts(old, new)
    assert joined(pieces, ADDED) == old
    assert joined(pieces, REMOVED) == new
    assert all(piece.text for piece in pieces)
    if old == new:
        assert all(piece.kind == SAME for piece in pieces)


@given(old=st.text(max_size=60), new=st.text(max_size=60))
def test_any_two_texts_can_be_read_back(old: str, new: str) -> None:
    pieces = compare_texts(old, new)
    assert joined(pieces, ADDED) == old
    assert joined(pieces, REMOVED) == new


def test_one_number_changes_and_the_sentence_around_it_stays() -> None:
    pieces = compare_texts(
        "Pay within 30 days of the invoice.", "Pay within 15 days of the invoice."
    )
    assert pieces == (
        Piece(SAME, "Pay within "),
        Piece(REMOVED, "30"),
        Piece(ADDED, "15"),
        Piece(SAME, " days of the invoice."),
    )


def test_chinese_is_compared_sign_by_sign() -> None:
    pieces = compare_texts("甲方应于三十日内付款。", "甲方应于十五日内付款。")
    assert Piece(SAME, "甲方应于") in pieces
    assert pieces[-1] == Piece(SAME, "日内付款。")


def test_a_paragraph_written_anew_is_shown_whole() -> None:
    pieces = compare_texts("Payment is due at once.", "甲方应于十五日内付款。")
    assert [piece.kind for piece in pieces] == [REMOVED, ADDED]


def clause(code: str, body: str, kind: str = "OTHER") -> dict[str, Any]:
    return {
        "kind": kind,
        "code": code,
        "version": 1,
        "heading": code.title(),
        "heading_zh": f"条款{code}",
        "body": body,
        "body_zh": "",
    }


def line(description: str, **changed: str) -> dict[str, Any]:
    return {"description": description, "quantity": "1", "unit_price": "10", "net": "10"} | changed


def content(**parts: Any) -> dict[str, Any]:
    return {
        "terms": {"terms_days": 30, "price": "100"},
        "parties": {"client": {"name": "Client Ltd"}, "supplier": {"name": "Own Ltd"}},
        "lines": [line("Design"), line("Build")],
        "schedule": [{"kind": "DATE", "label": "", "due_on": "2026-12-01", "amount": "100"}],
        "clauses": [clause("pay", "One.\nTwo."), clause("law", "PRC."), clause("data", "Safe.")],
    } | parts


def test_the_same_content_differs_in_nothing() -> None:
    assert differences(content(), content()) == []


def test_terms_and_parties_are_told_by_field() -> None:
    new = content(
        terms={"terms_days": 15, "price": "100", "ends_on": "2027-01-01"},
        parties={"client": {"name": "Client Inc"}, "supplier": {"name": "Own Ltd"}},
    )
    terms, parties = differences(content(), new)
    assert [(field.name, [p.text for p in field.pieces]) for field in terms.fields] == [
        ("terms_days", ["30", "15"]),
        ("ends_on", ["2027-01-01"]),
    ]
    assert [field.name for field in parties.fields] == ["client.name"]


def test_lines_come_go_and_change() -> None:
    new = content(lines=[line("Build", quantity="2", net="20"), line("Train")])
    found = differences(content(), new)
    assert [(one.part, one.how, one.label) for one in found] == [
        (Part.LINES, How.REMOVED, "Design"),
        (Part.LINES, How.CHANGED, "Build"),
        (Part.LINES, How.ADDED, "Train"),
    ]
    assert [field.name for field in found[1].fields] == ["quantity", "net"]


def test_a_clause_reworded_names_the_paragraph() -> None:
    new = content(
        clauses=[clause("pay", "One.\nThree."), clause("law", "PRC."), clause("data", "Safe.")]
    )
    (one,) = differences(content(), new)
    assert (one.how, one.label, one.label_zh, one.new_place) == (How.CHANGED, "Pay", "条款pay", 1)
    assert [(field.name, field.index) for field in one.fields] == [("body", 2)]


def test_only_what_must_have_moved_is_told_as_moved() -> None:
    rows = content()["clauses"]
    (one,) = differences(content(), content(clauses=[rows[2], rows[0], rows[1]]))
    assert (one.how, one.label, one.old_place, one.new_place) == (How.MOVED, "Data", 3, 1)


def test_a_removed_clause_is_told_where_it_was_and_those_after_it_did_not_move() -> None:
    rows = content()["clauses"]
    (one,) = differences(content(), content(clauses=[rows[0], rows[2]]))
    assert (one.how, one.label, one.old_place) == (How.REMOVED, "Law", 2)


@given(
    before=st.lists(st.sampled_from("abcdef"), unique=True, max_size=6),
    after=st.lists(st.sampled_from("abcdef"), unique=True, max_size=6),
)
def test_whatever_comes_and_goes_is_told_once(before: list[str], after: list[str]) -> None:
    found = differences(
        content(clauses=[clause(code, code) for code in before]),
        content(clauses=[clause(code, code) for code in after]),
    )
    told = {how: {one.label.lower() for one in found if one.how is how} for how in How}
    assert told[How.ADDED] == set(after) - set(before)
    assert told[How.REMOVED] == set(before) - set(after)
    assert not told[How.CHANGED]
    stay = [code for code in after if code in before and code not in told[How.MOVED]]
    assert stay == [code for code in before if code in stay]
