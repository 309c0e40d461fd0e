SELECT dunwell_make_append_only('interactions_messagetemplateversion');
SELECT dunwell_forbid_delete('interactions_messagetemplate');
SELECT dunwell_make_append_only('interactions_outgoingattachment');
SELECT dunwell_make_append_only('interactions_outgoingtransition');
SELECT dunwell_forbid_delete('interactions_outgoingmail');

-- What a person saw in the preview is what goes: only the state and what is known of the way move.
CREATE OR REPLACE TRIGGER refuse_words BEFORE UPDATE ON interactions_outgoingmail FOR EACH ROW
WHEN ((OLD.client_id, OLD.creditor_id, OLD.template_id, OLD.replies_to_id, OLD.language,
       OLD.to_name, OLD.to_email, OLD.subject, OLD.body, OLD.in_reply_to, OLD."references"::text,
       OLD.key, OLD.message_id, OLD.queued_at, OLD.created_by_id)
      IS DISTINCT FROM
      (NEW.client_id, NEW.creditor_id, NEW.template_id, NEW.replies_to_id, NEW.language,
       NEW.to_name, NEW.to_email, NEW.subject, NEW.body, NEW.in_reply_to, NEW."references"::text,
       NEW.key, NEW.message_id, NEW.queued_at, NEW.created_by_id))
EXECUTE FUNCTION dunwell_refuse('a written mail says what its preview said');
CREATE OR REPLACE TRIGGER refuse_frozen BEFORE UPDATE ON interactions_outgoingmail FOR EACH ROW
WHEN (OLD.state <> 'QUEUED' AND (OLD.raw, OLD.raw_sha256) IS DISTINCT FROM (NEW.raw, NEW.raw_sha256))
EXECUTE FUNCTION dunwell_refuse('a claimed mail is frozen');
CREATE OR REPLACE TRIGGER refuse_state BEFORE UPDATE ON interactions_outgoingmail FOR EACH ROW
WHEN (OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('QUEUED', 'INFLIGHT'), ('QUEUED', 'CANCELLED'),
        ('INFLIGHT', 'SENT'), ('INFLIGHT', 'FAILED'), ('INFLIGHT', 'IN_DOUBT'),
        ('INFLIGHT', 'QUEUED'), ('IN_DOUBT', 'SENT'), ('IN_DOUBT', 'FAILED')))
EXECUTE FUNCTION dunwell_refuse('a written mail does not go this way');
-- A mail server that has the text may have delivered it: only a person sends again.
CREATE OR REPLACE TRIGGER refuse_resend BEFORE UPDATE ON interactions_outgoingmail FOR EACH ROW
WHEN (OLD.data_at IS NOT NULL AND (NEW.state = 'QUEUED' OR NEW.data_at IS DISTINCT FROM OLD.data_at))
EXECUTE FUNCTION dunwell_refuse('the mail server may have it already');
