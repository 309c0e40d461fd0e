"""A small world with one row of everything, owned by one salesperson and foreign to another."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from email.message import EmailMessage
from typing import Any

from cases.models import Packet
from clients.models import BankAccount
from clients.services import add_client_document
from contracts.models import Contract, ContractTemplate, GradeTerms
from contracts.services import ask_for_override, ask_for_review, create_contract
from contracts.services.amendments import Changes, propose_amendment
from contracts.services.lines import add_line
from contracts.services.performance import add_obligation, record_delivery
from contracts.services.templates import draft_from_template
from contracts.services.versions import freeze_version
from contracts.states import AmendmentKind, Side
from core import audit
from core.dates import now
from core.documents import store_document
from core.models import Job, User
from core.states import Role
from credit.models import ReportProvider
from credit.services import file_report
from credit.services.reports import Content, FactLine, Upload
from disputes.services import open_complaint, open_dispute
from imports.models import LedgerImport, SavedMapping
from interactions.models import (
    MessageTemplate,
    NoticeAcknowledgement,
    NoticeVersion,
    OutgoingMail,
    ServiceLevel,
    SurveyRequest,
    SurveyVersion,
)
from interactions.rules.minutes import THEIRS, Point, Task
from interactions.services import add_follow_up, archive_mail, log_interaction
from interactions.services.care import set_service_level
from interactions.services.meetings import add_meeting_file
from interactions.services.surveys import record_survey_answer
from interactions.services.talk import report_incident
from interactions.states import MailSource
from payments.services import agree_plan, ask_release, record_promise, refund_receipt
from payments.states import RefundKind, ReleaseKind
from portal.models import StatementBatch, StatementBatchRow
from portal.services import issue_statement_confirmation
from reminders.models import (
    Cycle,
    Decision,
    DemandLetter,
    LadderPolicy,
    LetterBatch,
    Message,
    ReminderHold,
    ReminderRun,
)
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_contact,
    make_credit_note,
    make_creditor,
    make_invoice,
    make_receipt,
    make_user,
    pay,
)
from tests.interactions.minutes_cast import issued, make_draft, make_meeting
from tests.payments import prepaid

MARK = "Zhuanshu-Secret"
"""Stands in the name of everything that only the owner and the back office may see."""


def _mails(address: str) -> dict[str, Any]:
    """A filed mail with everything, and one in the tray that is suggested for the owner."""
    mail = EmailMessage()
    mail["From"], mail["To"] = address, "office@own.example"
    mail["Subject"], mail["Message-ID"] = f"{MARK} mail", "<world-1@client.example>"
    mail.set_content("We will pay by 30 December 2099.")
    mail.add_alternative("<p>We will pay by 30 December 2099.</p>", subtype="html")
    mail.add_attachment(b"kept text", "text", "plain", filename=f"{MARK}.txt")
    filed = archive_mail(raw=mail.as_bytes(), source=MailSource.UPLOAD, actor=None, at=NOW).mail
    raw = mail.as_bytes().replace(address.encode(), b"nobody@" + address.partition("@")[2].encode())
    tray = archive_mail(
        raw=raw.replace(b"world-1", b"world-2"), source=MailSource.UPLOAD, actor=None, at=NOW
    ).mail
    return {
        "mail": filed.pk,
        "tray_mail": tray.pk,
        "mail_attachment": filed.attachments.get().pk,
        "mail_proposal": filed.proposals.get().pk,
    }


@dataclass
class World:
    """The principals, and the key of one row of each kind."""

    users: dict[str, User]
    keys: dict[str, Any] = field(default_factory=dict)


def build_world() -> World:
    """Write one row of everything through the services."""
    users = {
        "owner": make_user(Role.SALES, name="Owner"),
        "stranger": make_user(Role.SALES, name="Stranger"),
        "finance": make_user(Role.FINANCE, name="Finance"),
        "manager": make_user(Role.MANAGER, name="Manager"),
        "admin": make_user(Role.ADMIN, name="Admin", is_superuser=True),
    }
    world = World(users)
    owner = users["owner"]
    creditor = make_creditor()
    client = make_client(legal_name=f"{MARK} Ltd", code=f"{MARK}-1", owner=owner)
    account = BankAccount.objects.create(
        creditor=creditor,
        label="Main",
        bank_name="Bank",
        account_name="Own",
        account_number="1",
        currency="CNY",
    )
    contact = make_contact(client, name=f"{MARK} Person")
    invoice = make_invoice(client, creditor, "500.00", number=f"{MARK}-INV")
    paid = make_invoice(client, creditor, "70.00", number=f"{MARK}-PAID")
    allocation = pay(paid)
    receipt = make_receipt(client, creditor, "90.00", payer_name=f"{MARK} Payer")
    world.keys |= {
        "creditor": creditor.pk,
        "client": client.pk,
        "account": account.pk,
        "contact": contact.pk,
        "invoice": invoice.pk,
        "allocation": allocation.pk,
        "receipt": receipt.pk,
        "credit_note": make_credit_note(client, creditor, number=f"{MARK}-CN").pk,
        "refund": refund_receipt(
            receipt=receipt,
            amount=Decimal(10),
            kind=RefundKind.REFUND,
            reason=f"{MARK} paid twice",
            on=TODAY,
            actor=None,
            at=NOW,
        ).pk,
        "contract": create_contract(
            creditor=creditor,
            client=client,
            number=f"{MARK}-C",
            currency="CNY",
            actor=None,
            at=NOW,
        ).pk,
        "document": add_client_document(
            client=client,
            data=b"kept text",
            name="note.txt",
            title=f"{MARK} file",
            actor=None,
            at=NOW,
        ).pk,
    }
    _agree(world, client, creditor)
    _write(world, client, creditor)
    _talk(world, client, creditor, invoice, owner)
    _meet(world, client, creditor)
    _remind(world, client, creditor, invoice)
    _import(world, creditor)
    _compose(world, client, creditor, contact)
    _prepay(world, client, creditor)
    _perform(world, client, creditor)
    _amend(world, client, creditor)
    _report(world, client)
    # Last: an entry made after it and dated before it would close its link.
    _ask(world, client, creditor, contact, owner)
    world.keys |= _mails(contact.email)
    return world


def _report(world: World, client: Any) -> None:
    """A credit report with its file, filed by the owner, that runs out tomorrow."""
    provider = ReportProvider.objects.order_by("position")[0]
    report = file_report(
        client=client,
        provider=provider,
        content=Content(
            report_on=TODAY,
            valid_until=now().date() + dt.timedelta(days=1),
            subject_name=f"{MARK} Ltd",
            facts=[FactLine(kind="JUDGMENT", text=f"{MARK} judgment")],
        ),
        uploads=[Upload(name=f"{MARK}.txt", data=b"kept text")],
        key="world",
        on=TODAY,
        actor=world.users["owner"],
        at=NOW,
    )
    world.keys |= {
        "credit_report": report.pk,
        "credit_report_paper": report.papers.get().pk,
        "report_provider": provider.pk,
    }


def _amend(world: World, client: Any, creditor: Any) -> None:
    """A contract in force, and what somebody proposes to change in it."""
    contract = create_contract(
        creditor=creditor,
        client=client,
        number=f"{MARK}-A",
        currency="CNY",
        actor=None,
        at=NOW,
    )
    line = add_line(
        contract=contract, description=f"{MARK} work", unit_price=Decimal(9), actor=None, at=NOW
    )
    Contract.objects.filter(pk=contract.pk).update(state="ACTIVE")
    amendment = propose_amendment(
        contract=contract,
        kind=AmendmentKind.DISCOUNT,
        changes=Changes(lines={line.pk: {"unit_price": Decimal(8)}}),
        reason=f"{MARK} asked for it",
        actor=world.users["owner"],
        at=NOW,
    )
    world.keys |= {"amended": contract.pk, "amendment": amendment.pk}


def _perform(world: World, client: Any, creditor: Any) -> None:
    """A contract in force with a delivery that waits, a line still to come, and a duty."""
    contract = create_contract(
        creditor=creditor,
        client=client,
        number=f"{MARK}-P",
        currency="CNY",
        actor=None,
        at=NOW,
    )
    lines = [
        add_line(
            contract=contract, description=f"{MARK} {n}", unit_price=Decimal(1), actor=None, at=NOW
        )
        for n in range(2)
    ]
    Contract.objects.filter(pk=contract.pk).update(state="ACTIVE")
    delivery = record_delivery(
        line=lines[0], delivered_on=TODAY, what=f"{MARK} it", on=TODAY, actor=None, at=NOW
    )
    duty = add_obligation(
        contract=contract, side=Side.OURS, what=f"{MARK} duty", due_on=TODAY, actor=None, at=NOW
    )
    world.keys |= {
        "delivered_line": lines[1].pk,
        "delivery": delivery.pk,
        "obligation": duty.pk,
    }


def _prepay(world: World, client: Any, creditor: Any) -> None:
    contract = prepaid.make_contract(
        client=client,
        creditor=creditor,
        number=f"{MARK}-PREPAID",
        title=f"{MARK} prepaid work",
        entries=[prepaid.dated("1000.00", label=f"{MARK} entry")],
    )
    prepayment = prepaid.ask(contract)
    prepaid.receive(prepayment, "100.00", payer_name=f"{MARK} Payer")
    release = ask_release(
        prepayment=prepayment,
        kind=ReleaseKind.REFUND,
        amount=Decimal(1),
        reason=f"{MARK} too much",
        actor=world.users["finance"],
        at=NOW,
    )
    terms, _made = GradeTerms.objects.get_or_create(grade="U", defaults={"max_terms_days": 30})
    world.keys |= {
        "prepaid_contract": contract.pk,
        "schedule_entry": prepaid.entries_of(contract)[0].pk,
        "prepayment": prepayment.pk,
        "release": release.pk,
        "grade_terms": terms.pk,
    }


def _agree(world: World, client: Any, creditor: Any) -> None:
    """A contract under review, and one whose gap somebody wants to be let pass."""
    owner = world.users["owner"]
    contract = draft_from_template(
        template=ContractTemplate.objects.order_by("pk")[0],
        creditor=creditor,
        client=client,
        number=f"{MARK}-R",
        actor=owner,
        at=NOW,
    )
    review = ask_for_review(contract=contract, reviewer=world.users["manager"], actor=owner, at=NOW)
    request = ask_for_override(
        contract=Contract.objects.get(pk=world.keys["contract"]),
        gap="NO_LATE_CHARGE",
        note=f"{MARK} it pays",
        actor=owner,
        at=NOW,
    )
    world.keys |= {"review": review.pk, "override_request": request.pk}


def _write(world: World, client: Any, creditor: Any) -> None:
    """A draft with a line, clauses and a kept version; and a row of each kind in the library."""
    template = ContractTemplate.objects.order_by("pk")[0]
    contract = draft_from_template(
        template=template,
        creditor=creditor,
        client=client,
        number=f"{MARK}-W",
        actor=None,
        at=NOW,
    )
    line = add_line(
        contract=contract, description=f"{MARK} work", unit_price=Decimal(10), actor=None, at=NOW
    )
    version = freeze_version(contract=contract, reason=f"{MARK} first", actor=None, at=NOW)
    clauses = list(contract.clauses.order_by("position"))
    world.keys |= {
        "written": contract.pk,
        "line": line.pk,
        "contract_clause": clauses[0].pk,
        "contract_version": version.pk,
        "clause": clauses[0].version.clause_id if clauses[0].version else 0,
        "service_type": template.service_type_id,
        "template": template.pk,
    }


def _talk(world: World, client: Any, creditor: Any, invoice: Any, owner: User) -> None:
    entry = log_interaction(
        client=client,
        kind="CALL",
        direction="OUT",
        occurred_at=NOW,
        body=f"{MARK} call",
        documents=[store_document(data=b"said", name="said.txt", actor=None, at=NOW)],
        actor=owner,
        at=NOW,
    )
    follow_up = add_follow_up(
        client=client, due_on=TODAY, owner=owner, text=f"{MARK} call back", actor=owner, at=NOW
    )
    promise = record_promise(
        creditor=creditor,
        client=client,
        currency="CNY",
        amount=Decimal(5),
        due_on=TODAY,
        on=TODAY,
        note=f"{MARK} promise",
        actor=owner,
        at=NOW,
    )
    dispute = open_dispute(
        invoice=invoice,
        amount=Decimal(50),
        reason="QUALITY",
        note=f"{MARK} dispute",
        on=TODAY,
        actor=owner,
        at=NOW,
    )
    planned = make_invoice(client, creditor, "20.00", number=f"{MARK}-PLAN")
    plan = agree_plan(
        creditor=creditor,
        client=client,
        currency="CNY",
        invoices=[planned],
        instalments=[(TODAY + dt.timedelta(days=9), Decimal(20))],
        on=TODAY,
        actor=owner,
        at=NOW,
    )
    job = Job.objects.create(
        kind="x", title=f"{MARK} job", created_at=NOW, created_by=world.users["finance"]
    )
    audit.record(action="test.act", actor=None, at=NOW, payload={"note": MARK})
    complaint = open_complaint(
        client=client,
        creditor=creditor,
        channel="CALL",
        reason="SERVICE_SLOW",
        what=f"{MARK} nobody calls back",
        received_at=NOW,
        key="world",
        actor=owner,
        at=NOW,
    )
    level = ServiceLevel.objects.order_by("pk")[0]
    revisit = set_service_level(
        client=client, level=level, start_on=TODAY, on=TODAY, actor=owner, at=NOW
    )
    assert revisit is not None
    request = SurveyRequest.objects.create(
        client=client,
        creditor=creditor,
        version=SurveyVersion.objects.get(number=1),
        occasion="REVISIT",
        about_type="interactions.revisit",
        about_id="0",
        asked_on=now().date(),
        asked_at=now(),
    )
    record_survey_answer(
        request=request,
        score=3,
        comment=f"{MARK} so so",
        wants_to_complain=False,
        name=f"{MARK} Person",
        on=now().date(),
        at=now(),
    )
    notice = NoticeVersion.objects.select_related("notice").order_by("pk")[0]
    NoticeAcknowledgement.objects.create(
        client=client,
        version=notice,
        language="en",
        name=f"{MARK} Reader",
        address="192.0.2.1",
        text_sha256="0" * 64,
        reference="world",
        at=NOW,
    )
    world.keys |= {
        "notice": notice.notice_id,
        "notice_version": notice.pk,
        "service_level": level.pk,
        "revisit": revisit.pk,
        "complaint": complaint.pk,
        "interaction": entry.pk,
        "interaction_document": entry.attachments.get().pk,
        "follow_up": follow_up.pk,
        "promise": promise.pk,
        "dispute": dispute.pk,
        "plan": plan.pk,
        "job": job.pk,
    }


def _meet(world: World, client: Any, creditor: Any) -> None:
    """A meeting with a file and a version of its minutes."""
    meeting = make_meeting(client, creditor, subject=f"{MARK} meeting")
    kept = add_meeting_file(meeting=meeting, data=b"kept", name="a.txt", actor=None, at=NOW)
    points = (Point(f"{MARK} point"),)
    tasks = (Task(f"{MARK} task", THEIRS, TODAY),)
    minutes = issued(meeting, make_draft(points=points, tasks=tasks))
    world.keys |= {
        "meeting": meeting.pk,
        "meeting_file": kept.pk,
        "minutes": minutes.pk,
        "minutes_action": minutes.actions.get().pk,
    }


def _remind(world: World, client: Any, creditor: Any, invoice: Any) -> None:
    LadderPolicy.objects.get_or_create(creditor=creditor)
    run = ReminderRun.objects.create(
        creditor=creditor, on=TODAY, planned_at=NOW, planned_by=world.users["finance"]
    )
    cycle = Cycle.objects.create(creditor=creditor, client=client, currency="CNY", opened_on=TODAY)
    decision = Decision.objects.create(
        run=run,
        invoice=invoice,
        client=client,
        currency="CNY",
        outcome="SEND",
        reason="DUE",
        level=1,
        days_past_due=10,
        open_amount=invoice.open_amount,
        collectible=invoice.collectible,
    )
    message = Message.objects.create(
        run=run,
        cycle=cycle,
        creditor=creditor,
        client=client,
        currency="CNY",
        level=1,
        tone="OVERSIGHT",
        language="en",
        to_email="secret@client.example",
        message_id="<world@dunwell>",
        queued_at=NOW,
        available_at=NOW,
    )
    batch = LetterBatch.objects.create(created_at=NOW, created_by=world.users["finance"])
    letter = DemandLetter.objects.create(
        creditor=creditor,
        client=client,
        batch=batch,
        reference=f"{MARK}-L",
        currency="CNY",
        language="en",
        as_of_on=TODAY,
        deadline_on=TODAY + dt.timedelta(days=14),
        created_at=NOW,
        created_by=world.users["owner"],
    )
    hold = ReminderHold.objects.create(
        client=client, invoice=invoice, reason=f"{MARK} hold", created_at=NOW
    )
    packet = Packet.objects.create(
        creditor=creditor, client=client, language="en", as_of_on=TODAY, created_at=NOW
    )
    world.keys |= {
        "run": run.pk,
        "decision": decision.pk,
        "message": message.pk,
        "batch": batch.pk,
        "letter": letter.pk,
        "hold": hold.pk,
        "packet": packet.pk,
    }


def _compose(world: World, client: Any, creditor: Any, contact: Any) -> None:
    """A mail that waits, and a text of the library."""
    outgoing = OutgoingMail.objects.create(
        client=client,
        creditor=creditor,
        contact=contact,
        language="en",
        to_email="secret@client.example",
        subject=f"{MARK} mail",
        body=f"{MARK} body",
        key="world",
        message_id="<world-mail@dunwell>",
        queued_at=NOW,
        available_at=NOW,
        created_by=world.users["owner"],
    )
    incident = report_incident(
        client=client,
        category="ABUSE",
        severity="MILD",
        quote=f"{MARK} words",
        occurred_at=NOW,
        manager=None,
        actor=world.users["owner"],
        at=NOW,
    )
    world.keys |= {
        "incident": incident.pk,
        "outgoing": outgoing.pk,
        "text": MessageTemplate.objects.get(code="courtesy-mail").pk,
    }


def _import(world: World, creditor: Any) -> None:
    document = store_document(data=b"Invoice,Amount\nA,1\n", name="l.csv", actor=None, at=NOW)
    upload = LedgerImport.objects.create(
        creditor=creditor,
        document=document,
        created_at=NOW,
        created_by=world.users["finance"],
    )
    mapping = SavedMapping.objects.create(
        name="World", signature="x", mapping={}, created_at=NOW, created_by=world.users["finance"]
    )
    world.keys |= {"import": upload.pk, "mapping": mapping.pk}


def _ask(world: World, client: Any, creditor: Any, contact: Any, owner: User) -> None:
    """A link that is still open; the clock of the pages is the real one."""
    at = now()
    issued = issue_statement_confirmation(
        client=client,
        creditor=creditor,
        currency="CNY",
        on=TODAY,
        language="en",
        contact=contact,
        days=14,
        key="world",
        actor=owner,
        at=at,
    )
    batch = StatementBatch.objects.create(
        creditor=creditor, currency="CNY", on=TODAY, days=14, key="world", created_at=at
    )
    StatementBatchRow.objects.create(batch=batch, client=client)
    world.keys |= {
        "link": issued.link.pk,
        "statement_batch": batch.pk,
        "link_token": issued.token,
        "link_reference": issued.link.reference,
    }
