-- Whose an invoice or a receipt is. Each is written together with the balance of its client and
-- creditor: invoice_added and receipt_added put that row there in the same statement, whoever
-- writes and in whatever mode. The balance has foreign keys to both, is never deleted, and never
-- becomes another client's or creditor's; nor does the invoice or the receipt (refuse_facts). So
-- a client or creditor that is missing is refused, and one that has an invoice or a receipt
-- cannot go, as with foreign keys of their own; only that an import of a million rows asks once
-- for each client and not twice for each row, which was a quarter of its time.
SELECT dunwell_forbid_delete('payments_clientbalance');

CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON payments_clientbalance FOR EACH ROW
WHEN ((OLD.client_id, OLD.creditor_id, OLD.currency)
      IS DISTINCT FROM (NEW.client_id, NEW.creditor_id, NEW.currency))
EXECUTE FUNCTION dunwell_refuse('a balance stays its client''s');

-- What an allocation is of. Invoices and receipts are never deleted (01_facts.sql) and keep their
-- key: who has seen one there has it for ever, and no lock is needed. So the allocations of a
-- statement are looked up together when it ends, here or (when loading) in allocation_loaded.
CREATE OR REPLACE TRIGGER refuse_key BEFORE UPDATE ON payments_invoice FOR EACH ROW
WHEN (OLD.id <> NEW.id) EXECUTE FUNCTION dunwell_refuse('a row keeps its key');
CREATE OR REPLACE TRIGGER refuse_key BEFORE UPDATE ON payments_receipt FOR EACH ROW
WHEN (OLD.id <> NEW.id) EXECUTE FUNCTION dunwell_refuse('a row keeps its key');

CREATE OR REPLACE FUNCTION payments_allocation_held() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    missing boolean;
BEGIN
    SELECT bool_or(i.id IS NULL OR (a.receipt_id IS NOT NULL AND r.id IS NULL)) INTO missing
    FROM added a
    LEFT JOIN payments_invoice i ON i.id = a.invoice_id
    LEFT JOIN payments_receipt r ON r.id = a.receipt_id;
    IF missing THEN PERFORM payments_refuse_missing(); END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER allocation_held AFTER INSERT ON payments_allocation
REFERENCING NEW TABLE AS added FOR EACH STATEMENT
WHEN (coalesce(current_setting('dunwell.loading', true), '') <> 'on')
EXECUTE FUNCTION payments_allocation_held();
