"""The tone check on sentences from real life, with precision and recall."""

from __future__ import annotations

import json
import time
from functools import cache
from pathlib import Path

import pytest

from interactions.rules import patterns, tone
from interactions.rules.tone import BLOCK, WARN, ToneEntry, ToneFacts, check_tone, replaced, worst

TABLES = Path(__file__).parent / "tone"
DATA = Path(__file__).parents[2] / "interactions" / "data" / "tone.json"
LANGUAGES = {"en": "en", "zh": "zh-hans"}
FLOOR = 0.95


@cache
def entries() -> tuple[ToneEntry, ...]:
    """The lexicon as it is shipped."""
    names = ("key", "rule", "severity", "kind", "pattern", "calmer", "why")
    return tuple(
        ToneEntry(**{name: row[name] for name in names}, unless=frozenset(row["unless"]))
        for row in json.loads(DATA.read_text(encoding="utf-8"))
    )


def table(name: str) -> list[tuple[str, str, str]]:
    """(verdict, rule, sentence) of one file; the held-out files name no rule."""
    lines = (TABLES / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line]
    return [(row[0].upper(), row[1] if len(row) > 2 else "", row[-1]) for row in rows]


def verdict(sentence: str, language: str = "en", facts: ToneFacts = tone.NO_FACTS) -> str:
    return worst(check_tone(sentence, language, entries(), facts)) or "CALM"


def scores(name: str, language: str, severity: str) -> tuple[float, float]:
    """(precision, recall) of one severity on one table."""
    said = [(want, verdict(sentence, language)) for want, _rule, sentence in table(name)]
    right = sum(want == got == severity for want, got in said)
    found = sum(got == severity for _want, got in said)
    wanted = sum(want == severity for want, _got in said)
    return right / found, right / wanted


@pytest.mark.parametrize("severity", [BLOCK, WARN])
@pytest.mark.parametrize("part", ["{}", "heldout_{}"])
@pytest.mark.parametrize("name", LANGUAGES)
def test_precision_and_recall_on_real_sentences(name: str, part: str, severity: str) -> None:
    """The held-out sentences were written down before the lexicon was."""
    rows = table(part.format(name))
    precision, recall = scores(part.format(name), LANGUAGES[name], severity)
    print(f"{part.format(name)}: {len(rows)} sentences, {severity} {precision=:.3f} {recall=:.3f}")  # noqa: T201
    assert len(rows) >= (120 if part == "{}" else 40)
    assert precision >= FLOOR
    assert recall >= FLOOR


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_hit_names_the_rule_that_a_person_would_name(name: str) -> None:
    rows = [row for row in table(name) if row[0] != "CALM"]
    wrong = [
        sentence
        for _want, rule, sentence in rows
        if rule not in {hit.rule for hit in check_tone(sentence, LANGUAGES[name], entries())}
    ]
    assert wrong == []


def test_every_calmer_wording_is_calm() -> None:
    for entry in entries():
        assert not check_tone(entry.calmer, "en", entries()), entry.key


def test_taking_every_calmer_wording_ends_in_a_calm_text() -> None:
    for name, language in LANGUAGES.items():
        for want, _rule, sentence in table(name):
            if want == "CALM":
                continue
            text = sentence
            for _step in range(6):
                hits = check_tone(text, language, entries())
                if not hits:
                    break
                text = replaced(text, hits[0])
            assert not check_tone(text, language, entries()), sentence


@pytest.mark.parametrize(
    ("text", "matched"),
    [
        ("再不付款,後 果 自 負!", "後 果 自 負"),
        ("后*果*自*负", "后*果*自*负"),
        ("你们這些老　賴", "老　賴"),
        ("你是骗\u200b子。", "是骗\u200b子"),
        ("You are a L.I.A.R.", "L.I.A.R"),
        ("ＹＯＵ ＡＲＥ Ａ ＬＩＡＲ", "ＬＩＡＲ"),
        ("You will\nregret this", "will\nregret"),
        ("We'll have you arrested", "have you arrested"),
        ("We’ll go to the press", "go to the press"),
    ],
)
def test_what_hides_a_word_does_not_hide_it_and_the_place_is_told(text: str, matched: str) -> None:
    hits = [hit for hit in check_tone(text, "en", entries()) if hit.severity == BLOCK]
    assert [hit.matched for hit in hits][:1] == [matched]
    assert text[hits[0].start : hits[0].end] == matched


def test_what_the_client_wrote_is_not_checked() -> None:
    ours = "Thank you for your answer. Please tell us by Friday when we can expect payment."
    for theirs in (
        "\n\n> You are crooks, pay back our deposit or else!\n> Pay now!!",
        "\n\nOn Mon, 3 Nov 2026 at 10:12, Li Wei <li@example.test> wrote:\nYou are crooks!!",
        "\n\n-----Original Message-----\nYou are liars",
        "\n\n在 2026年11月3日，李伟写道：\n你们是骗子！！",
        "\n\n发件人：李伟\n发送时间：2026年11月3日\n\n你们是骗子，等着瞧",
    ):
        assert verdict(ours + theirs) == "CALM", theirs
    assert verdict('You wrote "we will not pay, you crooks". Please call me.') == "CALM"
    assert verdict("贵方来信称“你们是骗子”，我们想当面澄清。", "zh-hans") == "CALM"
    assert verdict('You are crooks. You wrote "we will not pay".') == BLOCK


def test_names_are_left_alone_and_a_listed_debtor_may_be_called_so() -> None:
    facts = ToneFacts(names=("Liar & Crook Ltd", "YOU PAY GmbH"))
    assert (
        verdict("Dear Mr Li of Liar & Crook Ltd, YOU PAY GmbH writes to you.", "en", facts)
        == "CALM"
    )
    assert verdict("Dear Mr Li of Liar & Crook Ltd", "en") == BLOCK
    listed = ToneFacts(court_listed=True)
    assert verdict("法院已将贵方列为老赖。（2026）沪0115执99号", "zh-hans", listed) == "CALM"
    assert verdict("你就是老赖。", "zh-hans") == BLOCK


def test_a_claim_may_be_named_with_its_case_number() -> None:
    assert verdict("We have already filed a claim against you.") == WARN
    assert verdict("We have already filed a claim, case no. HQ26X01234.") == "CALM"
    assert verdict("我们已经起诉。", "zh-hans") == WARN
    assert verdict("我们已经起诉，案号（2026）沪0115民初1号。", "zh-hans") == "CALM"


def test_a_denial_excuses_only_the_words_it_denies() -> None:
    assert verdict("We will not tell your clients.") == "CALM"
    assert verdict("If you do not pay we will tell your clients.") == BLOCK
    assert verdict("我们不会通知你的客户。", "zh-hans") == "CALM"
    assert verdict("如果你不付款，我们就通知你的客户。", "zh-hans") == BLOCK


def test_or_else_is_a_threat_and_or_elsewhere_is_a_place() -> None:
    assert verdict("Pay or else!") == BLOCK
    assert verdict("Send it to Berlin or elsewhere.") == "CALM"


def test_capitals_and_marks_are_mended_word_by_word() -> None:
    hits = check_tone("Please PAY NOW!! Thank you", "en", entries())
    assert {hit.rule for hit in hits} == {"PRESSURE"}
    marks = next(hit for hit in hits if hit.matched == "!!")
    assert replaced("Please PAY NOW!! Thank you", marks) == "Please PAY NOW. Thank you"
    assert (
        replaced("请付款！！谢谢", check_tone("请付款！！谢谢", "zh-hans", entries())[0])
        == "请付款。谢谢"
    )


def test_the_sentence_around_a_hit_is_replaced_and_nothing_else() -> None:
    text = "Dear Mr Li. Invoice 1.5 is open, pay by Friday or else. Kind regards"
    hit = check_tone(text, "en", entries())[0]
    assert replaced(text, hit) == f"Dear Mr Li. {hit.calmer} Kind regards"


# --- patterns ---------------------------------------------------------------------------------


def test_every_shipped_pattern_is_one_a_manager_could_save() -> None:
    shipped = [entry for entry in entries() if entry.kind == tone.REGEX]
    assert len(shipped) > 300
    for entry in shipped:
        patterns.check_pattern(entry.pattern)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("", patterns.EMPTY),
        ("   ", patterns.EMPTY),
        ("x" * 501, patterns.TOO_LONG),
        ("(a+)+b", patterns.ENDLESS),
        ("a*", patterns.ENDLESS),
        ("a{2,}", patterns.ENDLESS),
        ("a{,9}", patterns.ENDLESS),
        ("a{2}{3}", patterns.ENDLESS),
        ("(ab){2}", patterns.GROUP_REPEATED),
        ("(?:a|aa){0,40}", patterns.GROUP_REPEATED),
        (".{0,41}", patterns.TOO_MANY),
        ("a{3,2}", patterns.TOO_MANY),
        (r"(a)\1", patterns.REFERENCE),
        ("(?P<x>a)", patterns.UNKNOWN_GROUP),
        ("(?i)a", patterns.UNKNOWN_GROUP),
        ("(?#a)b", patterns.UNKNOWN_GROUP),
        ("(ab", patterns.BROKEN),
        ("ab)", patterns.BROKEN),
        ("[ab", patterns.BROKEN),
        ("?a", patterns.BROKEN),
        ("(?<=a{0,3})b", patterns.BROKEN),
        ("a?", patterns.MATCHES_NOTHING),
        (r"\b", patterns.MATCHES_NOTHING),
        (".{0,40}.{0,40}.{0,40}x", patterns.TOO_MANY_WAYS),
        ("(?:a|a|b)(?:a|a|b)" * 20 + "c", patterns.TOO_MANY_WAYS),
        ("a?" * 13 + "b", patterns.TOO_MANY_WAYS),
    ],
)
def test_a_pattern_that_could_take_long_is_refused_by_name(pattern: str, reason: str) -> None:
    with pytest.raises(patterns.PatternRefused) as refused:
        patterns.check_pattern(pattern)
    assert refused.value.reason == reason


def test_branches_that_begin_apart_are_no_choice() -> None:
    patterns.check_pattern("(?:pay|send|wire|act) (?:now|today|at once)" * 8)


@pytest.mark.parametrize(
    "text",
    [
        "a " * 25_000,
        "!" * 50_000,
        "你" * 50_000,
        "report you to " * 3_500,
        "you are just really so " * 2_000,
        "通知你的所有" * 8_000,
        "> " * 25_000,
        '"you said ' * 5_000,
    ],
    ids=lambda text: text[:8],
)
def test_no_text_takes_long(text: str) -> None:
    began = time.perf_counter()
    check_tone(text, "en", entries())
    assert time.perf_counter() - began < 20, "seconds, on a busy machine"
