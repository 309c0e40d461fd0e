-- An invoice's `disputed` counter is the sum of its open disputes. Added to, never set, so
-- that two disputes raised at once both count; the invoice's CHECK bounds it.
CREATE OR REPLACE FUNCTION disputes_dispute_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM added a JOIN payments_invoice i ON i.id = a.invoice_id
               WHERE i.client_id <> a.client_id) THEN
        RAISE EXCEPTION 'a dispute belongs to its invoice''s client'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'dispute_same_client';
    END IF;
    UPDATE payments_invoice i SET disputed = i.disputed + s.amount
    FROM (SELECT invoice_id, sum(amount) AS amount FROM added WHERE state = 'OPEN' GROUP BY 1) s
    WHERE i.id = s.invoice_id;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER dispute_added AFTER INSERT ON disputes_dispute
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION disputes_dispute_added();

CREATE OR REPLACE FUNCTION disputes_dispute_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE payments_invoice i SET disputed = i.disputed - s.amount
    FROM (SELECT invoice_id, sum(amount) AS amount
          FROM (SELECT invoice_id, amount FROM before_rows WHERE state = 'OPEN'
                UNION ALL
                SELECT invoice_id, -amount FROM after_rows WHERE state = 'OPEN') moves
          GROUP BY 1 HAVING sum(amount) <> 0) s
    WHERE i.id = s.invoice_id;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER dispute_moved AFTER UPDATE ON disputes_dispute
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION disputes_dispute_moved();

CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON disputes_dispute FOR EACH ROW
WHEN ((OLD.client_id, OLD.invoice_id, OLD.amount, OLD.reason, OLD.opened_on, OLD.created_at)
      IS DISTINCT FROM
      (NEW.client_id, NEW.invoice_id, NEW.amount, NEW.reason, NEW.opened_on, NEW.created_at)
      OR OLD.state <> 'OPEN')
EXECUTE FUNCTION dunwell_refuse('open another dispute');
SELECT dunwell_forbid_delete('disputes_dispute');
