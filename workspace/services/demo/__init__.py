"""Demonstration data: a small company to walk through, or a large ledger to measure on."""

from workspace.services.demo.bulk import LoadedLedger, load_ledger
from workspace.services.demo.company import MadeDemo, make_demo
from workspace.services.demo.errors import UnableToSeed

__all__ = ["LoadedLedger", "MadeDemo", "UnableToSeed", "load_ledger", "make_demo"]
