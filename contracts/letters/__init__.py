"""The contract as it is printed, and the agreement on a change, made of the content of versions."""

from contracts.letters.amending import AgreementPaper, agreement_paper
from contracts.letters.paper import ContractPaper
from contracts.letters.writing import clause_papers, contract_paper

__all__ = [
    "AgreementPaper",
    "ContractPaper",
    "agreement_paper",
    "clause_papers",
    "contract_paper",
]
