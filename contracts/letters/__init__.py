"""The contract as it is printed, made of the content of one of its versions."""

from contracts.letters.paper import ContractPaper
from contracts.letters.writing import contract_paper

__all__ = ["ContractPaper", "contract_paper"]
