"""What client links put on paper."""

from portal.letters.statement import StatementPaper, statement_paper

__all__ = ["StatementPaper", "statement_paper"]
