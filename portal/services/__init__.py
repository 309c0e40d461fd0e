"""Use cases of client links. Importing this registers every action."""

from portal.services.actions import (
    LinkClosed,
    PortalAction,
    Submission,
    UnableToAnswer,
    action_of,
    all_actions,
    register,
)
from portal.services.acts import (
    Visitor,
    answer_link,
    may_read_again,
    open_link,
    refuse_closed,
)
from portal.services.amendments import AMENDMENT_ACCEPT, issue_amendment_acceptance
from portal.services.appeals import DECISION_APPEAL, issue_appeal
from portal.services.contracts import CONTRACT_ACCEPT, issue_contract_acceptance
from portal.services.deliveries import DELIVERY_ACCEPT, issue_delivery_acceptance
from portal.services.limits import may_try, note_unknown
from portal.services.links import (
    Issued,
    Question,
    UnableToIssueLink,
    UnableToRevokeLink,
    issue_link,
    revoke_link,
)
from portal.services.mailing import UnableToSendLink, send_link, site_address
from portal.services.minutes import MINUTES_CONFIRM, issue_minutes_confirmation
from portal.services.notices import NOTICE_ACKNOWLEDGE, issue_notice
from portal.services.statements import STATEMENT_CONFIRM, issue_statement_confirmation
from portal.services.surveys import SURVEY_ANSWER, issue_survey

__all__ = [
    "AMENDMENT_ACCEPT",
    "CONTRACT_ACCEPT",
    "DECISION_APPEAL",
    "DELIVERY_ACCEPT",
    "MINUTES_CONFIRM",
    "NOTICE_ACKNOWLEDGE",
    "STATEMENT_CONFIRM",
    "SURVEY_ANSWER",
    "Issued",
    "LinkClosed",
    "PortalAction",
    "Question",
    "Submission",
    "UnableToAnswer",
    "UnableToIssueLink",
    "UnableToRevokeLink",
    "UnableToSendLink",
    "Visitor",
    "action_of",
    "all_actions",
    "answer_link",
    "issue_amendment_acceptance",
    "issue_appeal",
    "issue_contract_acceptance",
    "issue_delivery_acceptance",
    "issue_link",
    "issue_minutes_confirmation",
    "issue_notice",
    "issue_statement_confirmation",
    "issue_survey",
    "may_read_again",
    "may_try",
    "note_unknown",
    "open_link",
    "refuse_closed",
    "register",
    "revoke_link",
    "send_link",
    "site_address",
]
