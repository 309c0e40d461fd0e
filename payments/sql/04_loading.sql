-- Loading a file. Settlements of invoices that come in with them need not move any counter:
-- with `SET LOCAL dunwell.loading = 'on'` the allocations are written first (foreign keys are
-- checked at the end of the transaction), then the receipts and the invoices, both born with
-- their counters. Nothing is taken on trust: each statement proves the counters of its rows
-- against the allocations that are there, and refuses to load otherwise. A million settled
-- invoices are so written once and not twice, with every rule of 02_counters.sql still kept.
CREATE OR REPLACE FUNCTION payments_refuse_load(reason text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'loading: %', reason
        USING ERRCODE = 'check_violation', CONSTRAINT = 'loaded_rows_agree';
END $$;

CREATE OR REPLACE TRIGGER born_at_zero BEFORE INSERT ON payments_invoice FOR EACH ROW
WHEN (NEW.disputed <> 0 OR ((NEW.allocated <> 0 OR NEW.last_allocated_on IS NOT NULL)
      AND coalesce(current_setting('dunwell.loading', true), '') <> 'on'))
EXECUTE FUNCTION payments_born_at_zero();
CREATE OR REPLACE TRIGGER born_at_zero BEFORE INSERT ON payments_receipt FOR EACH ROW
WHEN (NEW.refunded <> 0 OR (NEW.allocated <> 0
      AND coalesce(current_setting('dunwell.loading', true), '') <> 'on'))
EXECUTE FUNCTION payments_born_at_zero();

-- Allocations: of receipts to invoices, neither of which is there yet.
CREATE OR REPLACE FUNCTION payments_allocation_loaded() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    first_invoice bigint;
    last_invoice bigint;
    first_receipt bigint;
    last_receipt bigint;
    wrong boolean;
BEGIN
    SELECT min(invoice_id), max(invoice_id), min(receipt_id), max(receipt_id),
           bool_or(receipt_id IS NULL OR reverses_id IS NOT NULL)
    INTO first_invoice, last_invoice, first_receipt, last_receipt, wrong FROM added;
    IF wrong THEN PERFORM payments_refuse_load('only receipts settle, nothing is reversed'); END IF;
    -- Planned for these keys and not kept: a file may have ten rows, and the next one a million.
    EXECUTE 'SELECT EXISTS (SELECT 1 FROM payments_invoice i WHERE i.id BETWEEN $1 AND $2
                            AND i.id IN (SELECT invoice_id FROM added))
                 OR EXISTS (SELECT 1 FROM payments_receipt r WHERE r.id BETWEEN $3 AND $4
                            AND r.id IN (SELECT receipt_id FROM added))'
    INTO wrong USING first_invoice, last_invoice, first_receipt, last_receipt;
    IF wrong THEN
        PERFORM payments_refuse_load('allocations come before their receipts and invoices');
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER allocation_loaded AFTER INSERT ON payments_allocation
REFERENCING NEW TABLE AS added FOR EACH STATEMENT
WHEN (coalesce(current_setting('dunwell.loading', true), '') = 'on')
EXECUTE FUNCTION payments_allocation_loaded();
CREATE OR REPLACE TRIGGER allocation_added AFTER INSERT ON payments_allocation
REFERENCING NEW TABLE AS added FOR EACH STATEMENT
WHEN (coalesce(current_setting('dunwell.loading', true), '') <> 'on')
EXECUTE FUNCTION payments_allocation_added();

-- Receipts: as much is allocated as their allocations say.
CREATE OR REPLACE FUNCTION payments_receipt_loaded() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    first_id bigint;
    last_id bigint;
    wrong boolean;
BEGIN
    SELECT min(id), max(id) INTO first_id, last_id FROM added;
    -- An aggregate and not EXISTS: that one is planned for its first row, and there is none.
    EXECUTE 'SELECT bool_or(r.allocated <> coalesce(s.amount, 0))
             FROM added r LEFT JOIN (
                 SELECT receipt_id, sum(amount) AS amount FROM payments_allocation
                 WHERE receipt_id BETWEEN $1 AND $2 GROUP BY 1) s ON s.receipt_id = r.id'
    INTO wrong USING first_id, last_id;
    IF wrong THEN
        PERFORM payments_refuse_load('a receipt does not have its allocations allocated');
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER receipt_loaded AFTER INSERT ON payments_receipt
REFERENCING NEW TABLE AS added FOR EACH STATEMENT
WHEN (coalesce(current_setting('dunwell.loading', true), '') = 'on')
EXECUTE FUNCTION payments_receipt_loaded();

-- Invoices: settled as their allocations say, by receipts of their own client, creditor and
-- currency, from the receipt's day on, in open books; and the flows of those settlements.
CREATE OR REPLACE FUNCTION payments_invoice_loaded() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    first_id bigint;
    last_id bigint;
    unequal boolean;
    stray boolean;
    closed date;
BEGIN
    SELECT min(id), max(id) INTO first_id, last_id FROM added;
    EXECUTE 'SELECT bool_or(i.allocated <> coalesce(s.amount, 0) OR i.last_allocated_on
                            IS DISTINCT FROM CASE WHEN s.amount IS NOT NULL
                                                  THEN greatest(s.last_on, i.issued_on) END),
                    bool_or(s.stray OR (s.client_id, s.creditor_id, s.currency)
                            IS DISTINCT FROM (i.client_id, i.creditor_id, i.currency))
                        FILTER (WHERE s.amount IS NOT NULL),
                    max(k.books_closed_on) FILTER (WHERE k.books_closed_on >= s.first_on)
             FROM added i
             JOIN clients_creditor k ON k.id = i.creditor_id
             LEFT JOIN (
                 SELECT a.invoice_id, sum(a.amount) AS amount, min(a.effective_on) AS first_on,
                     max(a.effective_on) AS last_on, min(r.client_id) AS client_id,
                     min(r.creditor_id) AS creditor_id, min(r.currency) AS currency,
                     bool_or(r.id IS NULL OR a.effective_on < r.received_on)
                         OR min(r.client_id) <> max(r.client_id)
                         OR min(r.creditor_id) <> max(r.creditor_id)
                         OR min(r.currency) <> max(r.currency) AS stray
                 FROM payments_allocation a LEFT JOIN payments_receipt r ON r.id = a.receipt_id
                 WHERE a.invoice_id BETWEEN $1 AND $2 GROUP BY 1) s ON s.invoice_id = i.id'
    INTO unequal, stray, closed USING first_id, last_id;
    IF unequal THEN
        PERFORM payments_refuse_load('an invoice does not have its allocations allocated');
    END IF;
    IF stray THEN
        RAISE EXCEPTION 'money settles invoices of its own client, creditor and currency, from its own date on'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_same_client';
    END IF;
    IF closed IS NOT NULL THEN PERFORM payments_refuse_closed(closed); END IF;
    EXECUTE 'INSERT INTO payments_agingflow (creditor_id, currency, measure, day, amount)
             SELECT s.creditor_id, s.currency, m.measure,
                    greatest(s.effective_on, s.issued_on, s.due_on + m.days), -sum(s.amount)
             FROM (SELECT i.creditor_id, i.currency, i.issued_on, i.due_on, a.effective_on,
                       sum(a.amount) AS amount
                   FROM added i JOIN payments_allocation a ON a.invoice_id = i.id
                   WHERE a.invoice_id BETWEEN $1 AND $2 GROUP BY 1, 2, 3, 4, 5) s
             CROSS JOIN payments_settling_measures() m
             GROUP BY 1, 2, 3, 4 HAVING sum(s.amount) <> 0' USING first_id, last_id;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER invoice_loaded AFTER INSERT ON payments_invoice
REFERENCING NEW TABLE AS added FOR EACH STATEMENT
WHEN (coalesce(current_setting('dunwell.loading', true), '') = 'on')
EXECUTE FUNCTION payments_invoice_loaded();

-- Outside of loading a row is born before its allocations: what was loaded and left without its
-- counters cannot be made whole by leaving the loading mode.
CREATE OR REPLACE FUNCTION payments_born_first() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM added n WHERE EXISTS (
                        SELECT 1 FROM payments_allocation a WHERE a.%I = n.id))', TG_ARGV[0])
    INTO found;
    IF found THEN PERFORM payments_refuse_load('allocations come after what they settle'); END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER invoice_born_first AFTER INSERT ON payments_invoice
REFERENCING NEW TABLE AS added FOR EACH STATEMENT
WHEN (coalesce(current_setting('dunwell.loading', true), '') <> 'on')
EXECUTE FUNCTION payments_born_first('invoice_id');
CREATE OR REPLACE TRIGGER receipt_born_first AFTER INSERT ON payments_receipt
REFERENCING NEW TABLE AS added FOR EACH STATEMENT
WHEN (coalesce(current_setting('dunwell.loading', true), '') <> 'on')
EXECUTE FUNCTION payments_born_first('receipt_id');
