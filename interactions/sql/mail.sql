-- A mail keeps what it said. Where it belongs is filled in once, by a person or by the matching.
SELECT dunwell_forbid_delete('interactions_mailthread');
SELECT dunwell_forbid_delete('interactions_mailmessage');
SELECT dunwell_make_append_only('interactions_mailattachment');
SELECT dunwell_forbid_delete('interactions_mailproposal');
SELECT dunwell_make_append_only('interactions_mailfetch');
SELECT dunwell_forbid_delete('interactions_mailfolder');
SELECT dunwell_forbid_delete('interactions_mailsuggestion');

CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON interactions_mailmessage FOR EACH ROW
WHEN ((OLD.raw_id, OLD.raw_sha256, OLD.content_sha256, OLD.direction, OLD.kind, OLD.source,
       OLD.message_id, OLD.in_reply_to, OLD."references", OLD.from_name, OLD.from_email, OLD."to",
       OLD.cc, OLD.subject, OLD.sent_at, OLD.received_at, OLD.occurred_at, OLD.text, OLD.html,
       OLD.damage, OLD.failures, OLD.about_message_id, OLD.forwarded_from)
      IS DISTINCT FROM
      (NEW.raw_id, NEW.raw_sha256, NEW.content_sha256, NEW.direction, NEW.kind, NEW.source,
       NEW.message_id, NEW.in_reply_to, NEW."references", NEW.from_name, NEW.from_email, NEW."to",
       NEW.cc, NEW.subject, NEW.sent_at, NEW.received_at, NEW.occurred_at, NEW.text, NEW.html,
       NEW.damage, NEW.failures, NEW.about_message_id, NEW.forwarded_from))
EXECUTE FUNCTION dunwell_refuse('an archived mail stays as it came');
-- Once filed, it stays: only a contact that was deleted leaves the row.
CREATE OR REPLACE TRIGGER refuse_refiling BEFORE UPDATE ON interactions_mailmessage FOR EACH ROW
WHEN (OLD.state = 'FILED'
      AND ((OLD.state, OLD.client_id, OLD.interaction_id, OLD.thread_id, OLD.dismissal,
            OLD.decided_at, OLD.decided_by_id)
           IS DISTINCT FROM
           (NEW.state, NEW.client_id, NEW.interaction_id, NEW.thread_id, NEW.dismissal,
            NEW.decided_at, NEW.decided_by_id)
           OR (NEW.contact_id IS NOT NULL AND NEW.contact_id IS DISTINCT FROM OLD.contact_id)))
EXECUTE FUNCTION dunwell_refuse('a filed mail stays with its client');
CREATE OR REPLACE TRIGGER refuse_state BEFORE UPDATE ON interactions_mailmessage FOR EACH ROW
WHEN (OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('TRAY', 'FILED'), ('TRAY', 'DISMISSED'), ('DISMISSED', 'FILED')))
EXECUTE FUNCTION dunwell_refuse('a mail does not go this way');

-- A conversation gets its client once.
CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON interactions_mailthread FOR EACH ROW
WHEN ((OLD.subject, OLD.root_id, OLD.started_at)
      IS DISTINCT FROM (NEW.subject, NEW.root_id, NEW.started_at)
      OR (OLD.client_id IS NOT NULL AND NEW.client_id IS DISTINCT FROM OLD.client_id))
EXECUTE FUNCTION dunwell_refuse('a conversation stays with its client');

-- A filed mail, its log entry and its conversation are one client's.
CREATE OR REPLACE FUNCTION interactions_mail_one_client() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM interactions_interaction i, interactions_mailthread t
        WHERE i.id = NEW.interaction_id AND t.id = NEW.thread_id
          AND i.client_id = NEW.client_id AND t.client_id = NEW.client_id) THEN
        RAISE EXCEPTION 'a mail, its log entry and its conversation belong to one client'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mail_one_client';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER one_client BEFORE INSERT OR UPDATE ON interactions_mailmessage
FOR EACH ROW WHEN (NEW.state = 'FILED') EXECUTE FUNCTION interactions_mail_one_client();

-- A proposal keeps its sentence and what was read in it; it is decided once.
CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON interactions_mailproposal FOR EACH ROW
WHEN (OLD.state <> 'OPEN'
      OR (OLD.mail_id, OLD.kind, OLD.quote, OLD.position, OLD.amount, OLD.currency, OLD.due_on,
          OLD.reason, OLD.created_at)
         IS DISTINCT FROM
         (NEW.mail_id, NEW.kind, NEW.quote, NEW.position, NEW.amount, NEW.currency, NEW.due_on,
          NEW.reason, NEW.created_at))
EXECUTE FUNCTION dunwell_refuse('a proposal is decided once');
