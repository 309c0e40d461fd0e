"""The printed contract: every name, figure and sentence as it stands on the page.

A `Said` is one statement in the languages of the contract, one `Words` each, in the order of the
columns. The template lays them side by side and knows nothing of contracts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from core.letterhead import Sender

#: BCP 47 tags, as the page needs them to choose its type.
TAGS: Final[Mapping[str, str]] = MappingProxyType({"en": "en", "zh-hans": "zh-Hans"})


@dataclass(frozen=True, slots=True)
class Words:
    """A text and its language; `pieces` are its parts, each with whether it is a gap."""

    tag: str
    text: str

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The text in parts, the gaps of a draft apart."""
        from contracts.rules.wording import split_gaps

        return split_gaps(self.text)


Said = tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A heading in each language and a value, of one or of two languages."""

    label: Said
    value: Said


@dataclass(frozen=True, slots=True)
class Party:
    """A party: its role, its names, the facts that identify it, and who signs."""

    role: Said
    names: tuple[str, ...]
    facts: tuple[Labelled, ...]
    signatory: str


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A line of Part A."""

    number: str
    description: str
    deliverable: str
    quantity: str
    unit: str
    unit_price: str
    tax: str
    deliver_on: str
    amount: str


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """An entry of Part B."""

    number: str
    label: Said
    due: Said
    amount: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a clause; `number` is empty where the clause has only one."""

    number: str
    said: Said


@dataclass(frozen=True, slots=True)
class ClausePaper:
    """A numbered clause."""

    number: str
    heading: Said
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class ContractPaper:
    """Everything a contract prints."""

    language: str
    is_bilingual: bool
    number: str
    created: str
    is_draft: bool
    version: str
    sha256: str
    title: Said
    sender: Sender
    preamble: Said
    parties: tuple[Party, ...]
    columns: Said
    labels: Mapping[str, Said]
    key_terms: tuple[Labelled, ...]
    services: tuple[ServiceRow, ...]
    has_tax: bool
    has_deliveries: bool
    totals: tuple[tuple[Said, str], ...]
    capital_amount: str
    currency: str
    schedule: tuple[ScheduleRow, ...]
    schedule_total: str
    clauses: tuple[ClausePaper, ...]
    account: tuple[Labelled, ...]
    closing: Said
    gaps: int
