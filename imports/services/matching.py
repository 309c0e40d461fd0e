"""Which clients of the file are already clients of ours."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from clients.models import Client
from clients.services import name_keys
from imports.rules.parties import normal_name
from imports.rules.problems import Finding, Note, Problem
from imports.rules.targets import Target
from imports.services.staging import Staged, copy_in, execute, fetch

_BY_CODE: Final = """
    UPDATE import_party p SET client_id = c.id FROM clients_client c
    WHERE p.client_id IS NULL AND p.code <> '' AND c.code = p.code
"""
# Clients without a code of their own get the next free one: C-00001, C-00002, ...
_NEW: Final = r"""
    UPDATE import_party p
    SET is_new = true, client_id = nextval('clients_client_id_seq'),
        pinyin = k.pinyin, initials = k.initials,
        code = CASE WHEN p.code = '' THEN 'C-' || lpad((k.place + (
            SELECT coalesce(max(substring(taken.code FROM '^C-(\d{1,9})$')::bigint), 0)
            FROM (SELECT code FROM clients_client UNION ALL SELECT code FROM import_party) taken
        ))::text, 5, '0') ELSE p.code END
    FROM (SELECT *, row_number() OVER (ORDER BY client) AS place FROM import_key) k
    WHERE k.client = p.client
"""
_MATCHED: Final = """
    UPDATE import_party p SET client_id = m.client_id FROM import_match m WHERE m.client = p.client
"""
Unmatched = tuple[int, int, str, str]
"""Number, row, code, name."""


def match_clients(staged: Staged) -> None:
    """Find each client by code, else by its normal name; give the new ones a key and a code."""
    execute(_BY_CODE)
    unmatched: list[Unmatched] = [
        (client, row, code, name)
        for client, row, code, name in fetch(
            "SELECT client, row, code, name FROM import_party WHERE client_id IS NULL"
            " ORDER BY client"
        )
    ]
    if not unmatched:
        return
    known = _clients_called({normal_name(name) for _c, _r, _code, name in unmatched})
    matches, new = _judge(staged, unmatched, known)
    execute("DROP TABLE IF EXISTS import_match, import_key")
    execute("CREATE TEMP TABLE import_match (client integer, client_id bigint)")
    copy_in("import_match", ("client", "client_id"), [f"{c}\t{pk}" for c, pk in matches])
    execute(_MATCHED)
    execute("CREATE TEMP TABLE import_key (client integer, pinyin text, initials text)")
    copy_in("import_key", ("client", "pinyin", "initials"), _keys(new))
    execute(_NEW)
    execute("ANALYZE import_party")


def _keys(new: list[Unmatched]) -> Iterator[str]:
    for client, _row, _code, name in new:
        pinyin, initials = name_keys(name)
        yield f"{client}\t{pinyin}\t{initials}"


def _clients_called(names: set[str]) -> dict[str, list[tuple[int, str]]]:
    """Our clients with one of these normal names: id and code."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    rows = Client.objects.order_by().values_list("pk", "code", "legal_name")
    for pk, code, legal_name in rows.iterator(chunk_size=5000):
        key = normal_name(legal_name)
        if key in names:
            found[key].append((pk, code))
    return found


def _judge(
    staged: Staged, unmatched: list[Unmatched], known: dict[str, list[tuple[int, str]]]
) -> tuple[list[tuple[int, int]], list[Unmatched]]:
    matches: list[tuple[int, int]] = []
    new: list[Unmatched] = []
    column = staged.label(Target.CLIENT_NAME)
    for one in unmatched:
        client, row, code, name = one
        namesakes = sorted(known.get(normal_name(name), []))
        codes = ", ".join(code for _pk, code in namesakes[:5])
        figures = {"codes": codes}
        if namesakes and code:
            staged.findings.add(Finding(Note.SAME_NAME_EXISTS, row, column, name, figures))
        elif len(namesakes) > 1:
            staged.findings.add(Finding(Problem.AMBIGUOUS_CLIENT, row, column, name, figures))
            continue
        if namesakes and not code:
            matches.append((client, namesakes[0][0]))
        else:
            new.append(one)
    return matches, new
