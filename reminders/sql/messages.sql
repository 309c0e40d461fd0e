SELECT dunwell_make_append_only('reminders_decision');
SELECT dunwell_make_append_only('reminders_messageinvoice');
SELECT dunwell_make_append_only('reminders_messagetransition');
SELECT dunwell_forbid_delete('reminders_reminderrun');
SELECT dunwell_forbid_delete('reminders_message');
SELECT dunwell_forbid_delete('reminders_demandletter');

-- What was claimed for sending is frozen until it is queued again; what has ended stays so.
CREATE OR REPLACE TRIGGER refuse_frozen BEFORE UPDATE ON reminders_message FOR EACH ROW
WHEN (OLD.state <> 'QUEUED'
      AND (OLD.raw, OLD.subject, OLD.body, OLD.to_email, OLD.amount)
          IS DISTINCT FROM (NEW.raw, NEW.subject, NEW.body, NEW.to_email, NEW.amount))
EXECUTE FUNCTION dunwell_refuse('a claimed message is frozen');
CREATE OR REPLACE TRIGGER refuse_identity BEFORE UPDATE ON reminders_message FOR EACH ROW
WHEN ((OLD.run_id, OLD.cycle_id, OLD.creditor_id, OLD.client_id, OLD.currency, OLD.level,
       OLD.message_id, OLD.queued_at)
      IS DISTINCT FROM
      (NEW.run_id, NEW.cycle_id, NEW.creditor_id, NEW.client_id, NEW.currency, NEW.level,
       NEW.message_id, NEW.queued_at))
EXECUTE FUNCTION dunwell_refuse('a message keeps whom it is for and its Message-ID');
CREATE OR REPLACE TRIGGER refuse_state BEFORE UPDATE ON reminders_message FOR EACH ROW
WHEN (OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('QUEUED', 'INFLIGHT'), ('QUEUED', 'SUPPRESSED'),
        ('INFLIGHT', 'SENT'), ('INFLIGHT', 'FAILED'), ('INFLIGHT', 'IN_DOUBT'),
        ('INFLIGHT', 'QUEUED'), ('IN_DOUBT', 'SENT'), ('IN_DOUBT', 'FAILED')))
EXECUTE FUNCTION dunwell_refuse('a message does not go this way');
-- A mail server that has the text may have delivered it: only a person sends again.
CREATE OR REPLACE TRIGGER refuse_resend BEFORE UPDATE ON reminders_message FOR EACH ROW
WHEN (OLD.data_at IS NOT NULL AND (NEW.state = 'QUEUED' OR NEW.data_at IS DISTINCT FROM OLD.data_at))
EXECUTE FUNCTION dunwell_refuse('the mail server may have it already');
CREATE OR REPLACE TRIGGER refuse_frozen BEFORE UPDATE ON reminders_demandletter FOR EACH ROW
WHEN (OLD.state = 'READY')
EXECUTE FUNCTION dunwell_refuse('a finished letter is frozen; make another');

-- A payment, credit note or dispute that leaves nothing to ask for takes back the queued
-- message in its own transaction. Every such act moves the client's balance, so the balance
-- is what is watched. What is paid in part stays queued: the claim asks for the rest.
-- Planned once per session, for one row or for an import's many: no join of the two transition
-- tables, and lookups by index only (see payments/sql/02_counters.sql).
CREATE OR REPLACE FUNCTION reminders_balance_moved() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM reminders_message WHERE state = 'QUEUED') THEN
        RETURN NULL;
    END IF;
    WITH touched AS (
        SELECT client_id, creditor_id, currency, sum(credit) AS credit
        FROM (SELECT client_id, creditor_id, currency, credit,
                     open_amount - disputed - credit AS net FROM after_rows
              UNION ALL
              SELECT client_id, creditor_id, currency, 0, disputed + credit - open_amount
              FROM before_rows) moves
        GROUP BY 1, 2, 3 HAVING sum(net) < 0
    ), moot AS (
        SELECT m.id, sum(i.open_amount) AS open_amount, sum(i.collectible) AS collectible
        FROM touched t
        JOIN reminders_message m USING (client_id, creditor_id, currency)
        JOIN reminders_decision d ON d.run_id = m.run_id AND d.outcome = 'SEND'
            AND d.reason = 'DUE' AND d.client_id = m.client_id AND d.currency = m.currency
        JOIN payments_invoice i ON i.id = d.invoice_id
        WHERE m.state = 'QUEUED'
        GROUP BY m.id, t.credit
        HAVING sum(i.collectible) <= t.credit
    ), taken AS (
        UPDATE reminders_message m
        SET state = 'SUPPRESSED',
            suppressed_reason = CASE WHEN moot.collectible > 0 THEN 'CREDIT_COVERS'
                                     WHEN moot.open_amount > 0 THEN 'DISPUTED'
                                     ELSE 'PAID' END
        FROM moot WHERE m.id = moot.id AND m.state = 'QUEUED'
        RETURNING m.id
    )
    INSERT INTO reminders_messagetransition (message_id, from_state, to_state, at, note)
    SELECT id, 'QUEUED', 'SUPPRESSED', clock_timestamp(), '' FROM taken;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER reminders_balance_moved AFTER UPDATE ON payments_clientbalance
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION reminders_balance_moved();
