"""Reads of client links, and of what they ask about."""

from portal.selectors.links import ACT_ACTION, act_digest, link_by_token, links_of
from portal.selectors.statements import Statement, StatementLine, facts_of, statement_on
from portal.selectors.verify import acts_agree, texts_match

__all__ = [
    "ACT_ACTION",
    "Statement",
    "StatementLine",
    "act_digest",
    "acts_agree",
    "facts_of",
    "link_by_token",
    "links_of",
    "statement_on",
    "texts_match",
]
