"""Forms of this room."""

from disputes.forms.disputes import CloseDisputeForm, OpenDisputeForm

__all__ = ["CloseDisputeForm", "OpenDisputeForm"]
