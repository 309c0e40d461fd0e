"""Mails as they arrive: read defensively, folded, recognised. Plain Python on plain values."""
