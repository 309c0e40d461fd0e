"""The contract as it is printed, made of the content of one of its versions."""

from contracts.letters.paper import ContractPaper
from contracts.letters.writing import clause_papers, contract_paper

__all__ = ["ContractPaper", "clause_papers", "contract_paper"]
