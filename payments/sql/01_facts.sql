-- The facts of money rows never change; counters move only from inside the triggers of
-- 02_counters.sql (pg_trigger_depth() is 0 in the WHEN clause of a direct statement).
CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON payments_invoice FOR EACH ROW
WHEN ((OLD.creditor_id, OLD.client_id, OLD.number, OLD.currency, OLD.amount, OLD.issued_on,
       OLD.due_on, OLD.created_at)
      IS DISTINCT FROM
      (NEW.creditor_id, NEW.client_id, NEW.number, NEW.currency, NEW.amount, NEW.issued_on,
       NEW.due_on, NEW.created_at))
EXECUTE FUNCTION dunwell_refuse('issue a credit note and a new invoice');

CREATE OR REPLACE TRIGGER refuse_counters BEFORE UPDATE ON payments_invoice FOR EACH ROW
WHEN (pg_trigger_depth() < 1
      AND (OLD.allocated, OLD.disputed, OLD.last_allocated_on)
          IS DISTINCT FROM (NEW.allocated, NEW.disputed, NEW.last_allocated_on))
EXECUTE FUNCTION dunwell_refuse('counters follow from allocations and disputes');

CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON payments_receipt FOR EACH ROW
WHEN ((OLD.creditor_id, OLD.client_id, OLD.currency, OLD.amount, OLD.received_on,
       OLD.external_ref, OLD.created_at)
      IS DISTINCT FROM
      (NEW.creditor_id, NEW.client_id, NEW.currency, NEW.amount, NEW.received_on,
       NEW.external_ref, NEW.created_at))
EXECUTE FUNCTION dunwell_refuse('refund it or enter another receipt');

CREATE OR REPLACE TRIGGER refuse_counters BEFORE UPDATE ON payments_receipt FOR EACH ROW
WHEN (pg_trigger_depth() < 1
      AND (OLD.allocated, OLD.refunded) IS DISTINCT FROM (NEW.allocated, NEW.refunded))
EXECUTE FUNCTION dunwell_refuse('counters follow from allocations and refunds');

CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON payments_creditnote FOR EACH ROW
WHEN (pg_trigger_depth() < 1 OR OLD.amount IS DISTINCT FROM NEW.amount)
EXECUTE FUNCTION dunwell_refuse('counters follow from allocations');

-- A row is born with its counters at zero: only allocations, refunds and disputes move them.
CREATE OR REPLACE FUNCTION payments_born_at_zero() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: counters start at zero', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE OR REPLACE TRIGGER born_at_zero BEFORE INSERT ON payments_invoice FOR EACH ROW
WHEN (NEW.allocated <> 0 OR NEW.disputed <> 0 OR NEW.last_allocated_on IS NOT NULL)
EXECUTE FUNCTION payments_born_at_zero();
CREATE OR REPLACE TRIGGER born_at_zero BEFORE INSERT ON payments_receipt FOR EACH ROW
WHEN (NEW.allocated <> 0 OR NEW.refunded <> 0) EXECUTE FUNCTION payments_born_at_zero();
CREATE OR REPLACE TRIGGER born_at_zero BEFORE INSERT ON payments_creditnote FOR EACH ROW
WHEN (NEW.allocated <> 0) EXECUTE FUNCTION payments_born_at_zero();

SELECT dunwell_forbid_delete('payments_invoice');
SELECT dunwell_forbid_delete('payments_receipt');
SELECT dunwell_forbid_delete('payments_creditnote');
SELECT dunwell_make_append_only('payments_refund');
SELECT dunwell_make_append_only('payments_allocation');
