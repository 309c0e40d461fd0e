"""The parts of a contract's text as its pages show them: lines, clauses, versions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from contracts.models import (
    ClauseVersion,
    Contract,
    ContractClause,
    ContractVersion,
    ReviewRemark,
)
from contracts.rules.differences import paragraphs
from contracts.rules.totals import Totals, totals
from contracts.rules.wording import EN, LANGUAGES, ZH, fill, split_gaps, words_of
from contracts.selectors.reviews import remarks_to_answer
from contracts.selectors.texts import bank_account, facts_of, prepayment_ratio
from contracts.states import ClauseKind, ContractLanguage, ContractState

Pieces = list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class ClauseText:
    """One language of a clause: heading and paragraphs, the gaps apart."""

    tag: str
    heading: Pieces
    paragraphs: list[Pieces]


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """A clause of a contract on a page."""

    clause: ContractClause
    number: int
    texts: list[ClauseText]
    has_gap: bool
    newer: int | None
    """The number of a newer wording in the library."""
    is_repeated: bool
    """Another clause of the contract settles the same."""
    remarks: list[ReviewRemark]
    """What the last reviewer wants changed in it."""

    @property
    def label(self) -> str:
        """The heading in the reader's language, or in the one it has."""
        first, second = self.clause.heading, self.clause.heading_zh
        return (second or first) if get_language() == ZH else (first or second)


@dataclass(frozen=True, slots=True)
class Parts:
    """What `contracts/_lines.html`, `_clauses.html` and `_versions.html` show."""

    contract: Contract
    lines: list[Any]
    totals: Totals
    clauses: list[ClauseRow]
    versions: list[ContractVersion]
    is_draft: bool

    @property
    def gaps(self) -> int:
        """How many clauses still have something to be filled."""
        return sum(row.has_gap for row in self.clauses)


def parts_of(contract: Contract) -> dict[str, Any]:
    """Context for the three template parts: `parts`."""
    lines = list(contract.lines.select_related("service_type"))
    return {
        "parts": Parts(
            contract=contract,
            lines=lines,
            totals=totals((line.net, line.tax) for line in lines),
            clauses=clause_rows(contract),
            versions=versions_of(contract),
            is_draft=contract.state == ContractState.DRAFT,
        )
    }


def versions_of(contract: Contract) -> list[ContractVersion]:
    """Newest first, without their long texts."""
    found = contract.versions.defer("content").select_related("created_by", "acceptance")
    return list(found.order_by("-number"))


def clause_rows(contract: Contract) -> list[ClauseRow]:
    """The clauses in order with their placeholders filled."""
    clauses = list(contract.clauses.select_related("version"))
    facts = facts_of(
        contract,
        ratio=prepayment_ratio(contract),
        account=bank_account(contract.creditor, contract.currency),
    )
    words = {language: words_of(facts, language) for language in LANGUAGES}
    newest = _newest_versions(clauses)
    remarks = remarks_to_answer(contract)
    kinds = Counter(clause.kind for clause in clauses if clause.kind != ClauseKind.OTHER)
    return [
        _row(
            clause,
            number,
            contract.language,
            words,
            newest,
            is_repeated=kinds[clause.kind] > 1,
            # A clause may have moved since: its heading finds it.
            remarks=[one for one in remarks if one.about in {clause.heading, clause.heading_zh}],
        )
        for number, clause in enumerate(clauses, 1)
    ]


def _newest_versions(clauses: list[ContractClause]) -> dict[int, int]:
    known = [clause.version.clause_id for clause in clauses if clause.version]
    rows = ClauseVersion.objects.filter(clause__in=known).order_by("number")
    return dict(rows.values_list("clause_id", "number"))


def _row(
    clause: ContractClause,
    number: int,
    language: str,
    words: dict[str, dict[str, str]],
    newest: dict[int, int],
    *,
    is_repeated: bool,
    remarks: list[ReviewRemark],
) -> ClauseRow:
    texts = []
    if language != ContractLanguage.ZH:
        texts.append(_text("en", clause.heading, fill(clause.body, words[EN], EN)))
    if language != ContractLanguage.EN:
        texts.append(_text("zh-Hans", clause.heading_zh, fill(clause.body_zh, words[ZH], ZH)))
    version = clause.version
    newer = newest.get(version.clause_id) if version else None
    return ClauseRow(
        clause=clause,
        number=number,
        texts=texts,
        has_gap=any(
            is_gap
            for text in texts
            for paragraph in text.paragraphs
            for _piece, is_gap in paragraph
        ),
        newer=newer if version and newer and newer > version.number else None,
        is_repeated=is_repeated,
        remarks=[one for one in remarks if one.about],
    )


def _text(tag: str, heading: str, body: str) -> ClauseText:
    return ClauseText(tag, split_gaps(heading), [split_gaps(one) for one in paragraphs(body)])


def texts_in_both(version: ClauseVersion) -> list[ClauseText]:
    """A library clause as it reads, its placeholders shown as what has to be filled."""
    return [
        _text("en", version.heading, fill(version.body, {}, EN)),
        _text("zh-Hans", version.heading_zh, fill(version.body_zh, {}, ZH)),
    ]
