SELECT dunwell_make_append_only('reminders_decision');
SELECT dunwell_make_append_only('reminders_messageinvoice');
SELECT dunwell_make_append_only('reminders_messagetransition');
SELECT dunwell_forbid_delete('reminders_message');
SELECT dunwell_forbid_delete('reminders_demandletter');

-- What was claimed for sending is frozen; what has ended stays ended.
CREATE OR REPLACE TRIGGER refuse_frozen BEFORE UPDATE ON reminders_message FOR EACH ROW
WHEN (OLD.state <> 'QUEUED'
      AND (OLD.raw, OLD.subject, OLD.body, OLD.to_email, OLD.message_id, OLD.amount)
          IS DISTINCT FROM
          (NEW.raw, NEW.subject, NEW.body, NEW.to_email, NEW.message_id, NEW.amount))
EXECUTE FUNCTION dunwell_refuse('a claimed message is frozen');
CREATE OR REPLACE TRIGGER refuse_reopened BEFORE UPDATE ON reminders_message FOR EACH ROW
WHEN (OLD.state IN ('SENT', 'FAILED', 'SUPPRESSED') AND NEW.state <> OLD.state)
EXECUTE FUNCTION dunwell_refuse('an ended message stays ended');
CREATE OR REPLACE TRIGGER refuse_frozen BEFORE UPDATE ON reminders_demandletter FOR EACH ROW
WHEN (OLD.state = 'READY')
EXECUTE FUNCTION dunwell_refuse('a finished letter is frozen; make another');

-- A payment, credit note or dispute that leaves nothing to ask for takes back the queued
-- message in its own transaction.
CREATE OR REPLACE FUNCTION reminders_invoice_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM reminders_message WHERE state = 'QUEUED') THEN
        RETURN NULL;
    END IF;
    WITH touched AS (
        SELECT DISTINCT n.client_id, n.creditor_id, n.currency
        FROM after_rows n JOIN before_rows o ON o.id = n.id
        WHERE n.collectible < o.collectible
    ), moot AS (
        SELECT m.id, m.run_id, m.client_id, m.currency
        FROM reminders_message m JOIN touched USING (client_id, creditor_id, currency)
        WHERE m.state = 'QUEUED' AND NOT EXISTS (
            SELECT 1 FROM reminders_decision d JOIN payments_invoice i ON i.id = d.invoice_id
            WHERE d.run_id = m.run_id AND d.client_id = m.client_id
              AND d.currency = m.currency AND d.outcome = 'SEND' AND i.collectible > 0)
    ), taken AS (
        UPDATE reminders_message m
        SET state = 'SUPPRESSED',
            suppressed_reason = CASE WHEN EXISTS (
                SELECT 1 FROM reminders_decision d JOIN payments_invoice i ON i.id = d.invoice_id
                WHERE d.run_id = m.run_id AND d.client_id = m.client_id
                  AND d.currency = m.currency AND d.outcome = 'SEND' AND i.open_amount > 0)
                THEN 'DISPUTED' ELSE 'PAID' END
        FROM moot WHERE m.id = moot.id AND m.state = 'QUEUED'
        RETURNING m.id, m.suppressed_reason
    )
    INSERT INTO reminders_messagetransition (message_id, from_state, to_state, at, note)
    SELECT id, 'QUEUED', 'SUPPRESSED', transaction_timestamp(), suppressed_reason FROM taken;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER reminders_invoice_moved AFTER UPDATE ON payments_invoice
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION reminders_invoice_moved();
