"""The one verifier, for production, tests and fault runs: each room adds its checks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.audit import chain_breaks
from core.documents import read_document
from core.models import Document, Job
from core.states import JobState

Check = Callable[[], Iterator[str]]
_checks: dict[str, Check] = {}

# A broken ledger may have a million broken rows: enough to see what is wrong.
MAX_PROBLEMS = 50


@dataclass(frozen=True)
class CheckResult:
    """What one check found; no problems means that it holds."""

    name: str
    problems: tuple[str, ...]
    more: bool

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.problems


def check(name: str) -> Callable[[Check], Check]:
    """Register a check. It yields a sentence per problem and only reads."""

    def register(function: Check) -> Check:
        _checks[name] = function
        return function

    return register


def run_checks() -> Iterator[CheckResult]:
    """Run every check in the order of their names."""
    for name in sorted(_checks):
        problems: list[str] = []
        more = False
        for problem in _checks[name]():
            if len(problems) == MAX_PROBLEMS:
                more = True
                break
            problems.append(problem)
        yield CheckResult(name, tuple(problems), more)


@check("core: audit chains are whole")
def _audit_chains() -> Iterator[str]:
    for broken in chain_breaks():
        yield f"{broken.stream} #{broken.seq}: {broken.problem}"


@check("core: kept files are there and match their hashes")
def _documents() -> Iterator[str]:
    for document in Document.objects.order_by("pk").iterator(chunk_size=500):
        try:
            read_document(document)
        except FileNotFoundError:
            yield f"document {document.pk} ({document.original_name}) is missing"
        except ValueError as error:
            yield str(error)


@check("core: finished jobs say when, and nothing runs that has ended")
def _jobs() -> Iterator[str]:
    ended = Job.objects.filter(state__in=[JobState.DONE, JobState.FAILED], finished_at=None)
    for pk in ended.values_list("pk", flat=True).order_by("pk"):
        yield f"job {pk} has ended without a time"
