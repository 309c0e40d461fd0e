"""Who may open which route. A route that is not here fails the build.

The audience of a route is one of: `public`, `signed_in` (any member of staff), `own` (staff who
see the row it is about: its owner and the back office), `money` (finance, managers,
administrators), `approvers` (managers, administrators), `admins`. `about` names the row in the
test world whose key fills the address.
"""

from dataclasses import dataclass

PUBLIC, SIGNED_IN, OWN, MONEY, APPROVERS = "public", "signed_in", "own", "money", "approvers"

ALLOWED: dict[str, frozenset[str]] = {
    PUBLIC: frozenset({"anonymous", "owner", "stranger", "finance", "manager", "admin"}),
    SIGNED_IN: frozenset({"owner", "stranger", "finance", "manager", "admin"}),
    OWN: frozenset({"owner", "finance", "manager", "admin"}),
    MONEY: frozenset({"finance", "manager", "admin"}),
    APPROVERS: frozenset({"manager", "admin"}),
}


@dataclass(frozen=True)
class Rule:
    """Audience of a route, the row it is about, and anything its address needs to open."""

    audience: str
    about: str = ""
    query: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    # What a GET gives those who may: 200, or 405 where only POST is answered.
    get: int = 200


ROUTES: dict[str, Rule] = {
    # Alive, signing in, language
    "healthz": Rule(PUBLIC),
    "readyz": Rule(PUBLIC),
    "set_language": Rule(PUBLIC, get=302),
    # Mail that the catcher caught, where there is one
    "mail_list": Rule(MONEY),
    "mail_detail": Rule(MONEY, extra=(("key", "none"),), get=404),  # none is caught here
    # The ground floor
    "core:jobs": Rule(SIGNED_IN),
    "core:job": Rule("job", "job"),
    "core:audit": Rule(APPROVERS),
    # Pages that join the rooms
    "workspace:home": Rule(SIGNED_IN),
    "workspace:overdue": Rule(SIGNED_IN),
    "workspace:aging": Rule(SIGNED_IN),
    "workspace:movers": Rule(SIGNED_IN),
    "workspace:search": Rule(SIGNED_IN, query="q=Zhuanshu"),
    "workspace:language": Rule(PUBLIC, get=405),
    "workspace:theme": Rule(PUBLIC, get=405),
    "workspace:profile": Rule(SIGNED_IN),
    "workspace:styleguide": Rule(SIGNED_IN),
    # Clients and creditors
    "clients:list": Rule(SIGNED_IN),
    "clients:client": Rule(OWN, "client"),
    "clients:new": Rule(SIGNED_IN),
    "clients:edit": Rule(OWN, "client"),
    "clients:standing": Rule(APPROVERS, "client"),
    "clients:contact_new": Rule(OWN, "client"),
    "clients:contact_edit": Rule(OWN, "contact"),
    "clients:contact_opt_out": Rule(OWN, "contact", get=405),
    "clients:document_new": Rule(OWN, "client"),
    "clients:document": Rule(OWN, "document"),
    "clients:creditors": Rule(MONEY),
    "clients:creditor_new": Rule(APPROVERS),
    "clients:creditor_edit": Rule(APPROVERS, "creditor"),
    "clients:close_books": Rule(APPROVERS, "creditor"),
    "clients:account_new": Rule(APPROVERS, "creditor"),
    "clients:account_edit": Rule(APPROVERS, "account"),
    "clients:bank_feed": Rule(MONEY, "account"),
    # Contracts
    "contracts:list": Rule(SIGNED_IN),
    "contracts:new": Rule(SIGNED_IN),
    "contracts:contract": Rule(OWN, "contract"),
    "contracts:edit": Rule(OWN, "contract"),
    "contracts:step": Rule(OWN, "contract", extra=(("name", "terminate"),)),
    "contracts:signed": Rule(OWN, "contract"),
    "contracts:review_ask": Rule(OWN, "contract"),
    "contracts:review": Rule(OWN, "review"),
    "contracts:review_withdraw": Rule(OWN, "review"),
    "contracts:review_queue": Rule(APPROVERS),
    "contracts:gap_fix": Rule(OWN, "contract", extra=(("code", "NO_LATE_CHARGE"),), get=405),
    "contracts:gap_ask": Rule(OWN, "contract", extra=(("code", "NO_LATE_CHARGE"),)),
    "contracts:gap_override": Rule(APPROVERS, "contract", extra=(("code", "NO_LATE_CHARGE"),)),
    "contracts:override_queue": Rule(APPROVERS),
    "contracts:override_decline": Rule(APPROVERS, "override_request"),
    "contracts:schedule": Rule(OWN, "contract"),
    "contracts:schedule_instalments": Rule(OWN, "contract"),
    "contracts:schedule_balance": Rule(OWN, "contract", get=405),
    "contracts:schedule_entry": Rule(OWN, "schedule_entry"),
    "contracts:demand": Rule(APPROVERS, "contract"),
    "contracts:terms": Rule(APPROVERS),
    "contracts:terms_edit": Rule(APPROVERS, "grade_terms"),
    "contracts:worse": Rule(SIGNED_IN),
    "contracts:signed_copy": Rule(OWN, "contract"),
    "contracts:document": Rule(OWN, "contract", get=404),  # none is kept in this world
    # What contracts say
    "contracts:supervision": Rule(SIGNED_IN),
    "contracts:delivery_new": Rule(OWN, "delivered_line"),
    "contracts:delivery_answer": Rule(OWN, "delivery"),
    # it has no file
    "contracts:delivery_document": Rule(OWN, "delivery", extra=(("which", "note"),), get=404),
    "contracts:obligation_new": Rule(OWN, "contract"),
    "contracts:obligation_done": Rule(OWN, "obligation"),
    "contracts:amend_choose": Rule(OWN, "amended"),
    "contracts:amend": Rule(OWN, "amended", extra=(("kind", "discount"),)),
    "contracts:amendments": Rule(SIGNED_IN),
    "contracts:amendment": Rule(OWN, "amendment"),
    "contracts:amendment_act": Rule(OWN, "amendment", extra=(("name", "withdraw"),)),
    "contracts:amendment_signed": Rule(OWN, "amendment"),
    "contracts:amendment_document": Rule(OWN, "amendment", get=404),  # none is kept here
    "contracts:amendment_paper": Rule(OWN, "amendment"),
    "contracts:amendment_limits": Rule(APPROVERS),
    "contracts:amendment_limit": Rule(APPROVERS, extra=(("name", "finance"),)),
    "contracts:draft": Rule(SIGNED_IN),
    "contracts:lines": Rule(OWN, "written"),
    "contracts:line_edit": Rule(OWN, "line"),
    "contracts:line_remove": Rule(OWN, "line", get=405),
    "contracts:line_move": Rule(OWN, "line", get=405),
    "contracts:clauses": Rule(OWN, "written"),
    "contracts:clause_new": Rule(OWN, "written"),
    "contracts:clause_edit": Rule(OWN, "contract_clause"),
    "contracts:clause_remove": Rule(OWN, "contract_clause", get=405),
    "contracts:clause_move": Rule(OWN, "contract_clause", get=405),
    "contracts:clause_renew": Rule(OWN, "contract_clause", get=405),
    "contracts:text": Rule(OWN, "written"),
    "contracts:text_pdf": Rule(OWN, "written"),
    "contracts:versions": Rule(OWN, "written"),
    "contracts:compare": Rule(OWN, "written", query="old=1"),
    "contracts:version": Rule(OWN, "contract_version"),
    "contracts:version_document": Rule(OWN, "contract_version"),
    "contracts:library": Rule(APPROVERS),
    "contracts:library_clause_new": Rule(APPROVERS),
    "contracts:library_clause": Rule(APPROVERS, "clause"),
    "contracts:library_clause_edit": Rule(APPROVERS, "clause"),
    "contracts:library_clause_word": Rule(APPROVERS, "clause"),
    "contracts:services": Rule(APPROVERS),
    "contracts:service_new": Rule(APPROVERS),
    "contracts:service_edit": Rule(APPROVERS, "service_type"),
    "contracts:templates": Rule(APPROVERS),
    "contracts:template_new": Rule(APPROVERS),
    "contracts:template": Rule(APPROVERS, "template"),
    "contracts:template_edit": Rule(APPROVERS, "template"),
    # The interaction log
    "interactions:list": Rule(OWN, "client"),
    "interactions:correct": Rule(OWN, "interaction"),
    "interactions:document": Rule(OWN, "interaction_document"),
    "interactions:follow_ups": Rule(SIGNED_IN),
    "interactions:follow_up_new": Rule(OWN, "client"),
    "interactions:follow_up_done": Rule(OWN, "follow_up", get=405),
    "interactions:log": Rule(SIGNED_IN),
    "interactions:meetings": Rule(SIGNED_IN),
    "interactions:meeting_new": Rule(OWN, "client"),
    "interactions:meeting": Rule(OWN, "meeting"),
    "interactions:meeting_edit": Rule(OWN, "meeting"),
    "interactions:meeting_cancel": Rule(OWN, "meeting"),
    "interactions:meeting_file_new": Rule(OWN, "meeting", get=405),
    "interactions:meeting_file": Rule(OWN, "meeting_file"),
    "interactions:minutes_edit": Rule(OWN, "meeting"),
    "interactions:minutes_issue": Rule(OWN, "meeting"),
    "interactions:minutes_compare": Rule(OWN, "meeting"),
    "interactions:minutes": Rule(OWN, "minutes"),
    "interactions:minutes_document": Rule(
        OWN, "minutes", extra=(("which", "issued"),), get=404
    ),  # its paper is not made yet
    "interactions:action_done": Rule(OWN, "minutes_action", get=405),
    # Calm communication
    "interactions:tone_check": Rule(SIGNED_IN),
    "interactions:tone_rules": Rule(APPROVERS),
    "interactions:tone_rule_new": Rule(APPROVERS),
    "interactions:tone_rule": Rule(APPROVERS, extra=(("key", "threat-en-001"),)),
    "interactions:tone_rule_edit": Rule(APPROVERS, extra=(("key", "threat-en-001"),)),
    "interactions:tone_overrides": Rule(APPROVERS),
    # What is owed and paid
    "payments:invoices": Rule(SIGNED_IN),
    "payments:invoice": Rule(OWN, "invoice"),
    "payments:invoice_new": Rule(MONEY, "client"),
    "payments:invoice_interest": Rule(OWN, "invoice"),
    "payments:credit_note_new": Rule(MONEY, "invoice"),
    "payments:credit_note": Rule(OWN, "credit_note"),
    "payments:credit_note_allocate": Rule(MONEY, "credit_note"),
    "payments:entries": Rule(SIGNED_IN, query="kind=SALES", get=404),
    "payments:receipts": Rule(SIGNED_IN),
    "payments:receipt_new": Rule(MONEY),
    "payments:receipt": Rule(OWN, "receipt"),
    "payments:allocate": Rule(MONEY, "receipt"),
    "payments:receipt_refund": Rule(MONEY, "receipt"),
    "payments:allocation_reverse": Rule(MONEY, "allocation"),
    "payments:promise_new": Rule(OWN, "client"),
    "payments:promise_withdraw": Rule(OWN, "promise"),
    "payments:plan_new": Rule(MONEY, "client"),
    "payments:plan": Rule(OWN, "plan"),
    "payments:plan_end": Rule(MONEY, "plan", get=405),
    "payments:rates": Rule(SIGNED_IN),
    "payments:prepayments": Rule(SIGNED_IN),
    "payments:prepayment": Rule(OWN, "prepayment"),
    "payments:prepayment_pdf": Rule(OWN, "prepayment", extra=(("language", "en"),)),
    "payments:prepayment_document": Rule(OWN, "prepayment", get=404),  # none in this world
    "payments:prepayment_print": Rule(OWN, "prepayment", get=405),
    "payments:prepayment_receive": Rule(MONEY, "prepayment"),
    "payments:prepayment_release": Rule(MONEY, "prepayment"),
    "payments:prepayment_end": Rule(MONEY, "prepayment"),
    "payments:prepayment_new": Rule(OWN, "prepaid_contract"),
    "payments:release": Rule(OWN, "release"),
    "payments:release_extra": Rule(MONEY, "release"),
    "payments:entry_invoice": Rule(MONEY, "schedule_entry"),
    "payments:proposals": Rule(MONEY),
    "payments:numbering": Rule(APPROVERS),
    "payments:numbering_edit": Rule(APPROVERS, "creditor"),
    # What is contested
    "disputes:list": Rule(SIGNED_IN),
    "disputes:held": Rule(SIGNED_IN),
    "disputes:open": Rule(OWN, "invoice"),
    "disputes:close": Rule(OWN, "dispute"),
    "disputes:complaints": Rule(SIGNED_IN),
    "disputes:answer_days": Rule(APPROVERS),
    "disputes:complaint_new": Rule(OWN, "client"),
    "disputes:complaint": Rule(OWN, "complaint"),
    "disputes:complaint_dispute": Rule(OWN, "complaint"),
    "disputes:complaint_step": Rule(OWN, "complaint", extra=(("name", "take-up"),)),
    # Demand letters
    "reminders:letters": Rule(SIGNED_IN),
    "reminders:letter_new": Rule(OWN, "client"),
    "reminders:letter": Rule(OWN, "letter"),
    "reminders:letter_document": Rule(OWN, "letter", get=404),  # it is not made yet
    "reminders:letter_retry": Rule(OWN, "letter", get=405),
    "reminders:letter_batch_new": Rule(MONEY),
    "reminders:letter_batch": Rule(MONEY, "batch"),
    "reminders:letter_batch_zip": Rule(MONEY, "batch", get=404),  # it is not made yet
    # Evidence
    "cases:packets": Rule(APPROVERS),
    "cases:packet": Rule(APPROVERS, "packet"),
    "cases:packet_file": Rule(APPROVERS, "packet", extra=(("kind", "zip"),), get=405),
    "cases:packet_new": Rule(APPROVERS, "client"),
    # Reminders
    "reminders:runs": Rule(SIGNED_IN),
    "reminders:plan": Rule(MONEY),
    "reminders:run": Rule(SIGNED_IN, "run"),
    "reminders:decisions": Rule(SIGNED_IN, "run"),
    "reminders:run_exclude": Rule(MONEY, "run", get=405),
    "reminders:run_approve": Rule(MONEY, "run"),
    "reminders:run_preview": Rule(OWN, "run", extra=(("client", "@client"), ("currency", "CNY"))),
    "reminders:messages": Rule(SIGNED_IN),
    "reminders:message": Rule(OWN, "message"),
    "reminders:message_raw": Rule(OWN, "message", get=404),  # it is not sent yet
    "reminders:message_resolve": Rule(MONEY, "message"),
    "reminders:hold_new": Rule(OWN, "client"),
    "reminders:hold_release": Rule(OWN, "hold", get=405),
    "reminders:policies": Rule(APPROVERS),
    "reminders:policy": Rule(APPROVERS, "creditor"),
    # Ledgers coming in
    "imports:list": Rule(MONEY),
    "imports:example": Rule(MONEY),
    "imports:mapping_delete": Rule(MONEY, "mapping"),
    "imports:detail": Rule(MONEY, "import"),
    "imports:mapping": Rule(MONEY, "import"),
    "imports:start": Rule(MONEY, "import", get=405),
    "imports:file": Rule(MONEY, "import"),
    "imports:problems": Rule(MONEY, "import"),
    "imports:invoices": Rule(MONEY, "import"),
    # Client links: whoever holds the token opens the entry, and what lies behind needs its cookie
    "portal:entry": Rule(PUBLIC, "link_token"),
    "portal:page": Rule(PUBLIC, "link_reference", get=404),
    "portal:logo": Rule(PUBLIC, "link_reference", get=404),
    "portal:document": Rule(PUBLIC, "link_reference", get=404),
    "portal:links": Rule(SIGNED_IN),
    "portal:link": Rule(OWN, "link"),
    "portal:link_send": Rule(OWN, "link", get=405),
    "portal:link_revoke": Rule(OWN, "link"),
    "portal:statement_new": Rule(OWN, "client"),
    "portal:contract_new": Rule(OWN, "contract"),
    "portal:amendment_new": Rule(OWN, "amendment"),
    "portal:minutes_new": Rule(OWN, "minutes"),
    "portal:delivery_new": Rule(OWN, "delivery"),
}
