"""Tables of this room."""

from disputes.models.complaints import Complaint, ComplaintPolicy, ComplaintTransition
from disputes.models.disputes import Dispute

__all__ = ["Complaint", "ComplaintPolicy", "ComplaintTransition", "Dispute"]
