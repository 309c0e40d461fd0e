"""One row of everything that is said, asked or taken in: talk, mails, reminders, requests."""

import datetime as dt
from decimal import Decimal
from email.message import EmailMessage
from typing import Any

from cases.models import Packet
from core import audit
from core.dates import now
from core.documents import store_document
from core.models import Job, User
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
from payments.services import agree_plan, record_promise
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
from tests.factories import NOW, TODAY, make_invoice
from tests.interactions.minutes_cast import issued, make_draft, make_meeting
from tests.permissions.principals import MARK, World


def talk(world: World, client: Any, creditor: Any, invoice: Any, owner: User) -> None:
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


def meet(world: World, client: Any, creditor: Any) -> None:
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


def remind(world: World, client: Any, creditor: Any, invoice: Any) -> None:
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


def compose(world: World, client: Any, creditor: Any, contact: Any) -> None:
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


def take_in(world: World, creditor: Any) -> None:
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


def ask(world: World, client: Any, creditor: Any, contact: Any, owner: User) -> None:
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


def file_mails(address: str) -> dict[str, Any]:
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
