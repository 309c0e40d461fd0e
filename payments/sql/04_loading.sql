-- Loading a file. Settlements of invoices that come in with them need not move any counter:
-- with `SET LOCAL dunwell.loading = 'on'` one statement writes receipts and invoices, both born
-- with their counters, and the allocations between them. Nothing is taken on trust: when the
-- statement ends, and before it is accepted, its allocations are proven to name rows that are
-- there, and the counters of its rows to be the sums of their allocations. A million settled
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

CREATE OR REPLACE FUNCTION payments_refuse_missing() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an allocation names an invoice or a receipt that is not there'
        USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'allocation_of_what_is_there';
END $$;

-- Allocations: of receipts to invoices that are there, of the same client, creditor and currency,
-- from the receipt's day on, in open books. Both have as much allocated as all their allocations
-- say: an invoice or receipt of before, whose counters loading does not move, is refused by that.
-- And the flows of these settlements.
CREATE OR REPLACE FUNCTION payments_allocation_loaded() RETURNS trigger LANGUAGE plpgsql
-- Planned for these keys and not kept: a file may have ten rows, and the next one a million. The
-- planner has no figures of rows that came in with this statement, and must not compare each
-- with every other, nor sort what it can hash.
SET enable_nestloop = off SET enable_sort = off AS $$
DECLARE
    first_invoice bigint;
    last_invoice bigint;
    first_receipt bigint;
    last_receipt bigint;
    wrong boolean;
    missing boolean;
    stray boolean;
    closed date;
BEGIN
    SELECT min(invoice_id), max(invoice_id), min(receipt_id), max(receipt_id),
           bool_or(receipt_id IS NULL OR reverses_id IS NOT NULL)
    INTO first_invoice, last_invoice, first_receipt, last_receipt, wrong FROM added;
    IF wrong THEN PERFORM payments_refuse_load('only receipts settle, nothing is reversed'); END IF;
    EXECUTE 'SELECT bool_or(i.id IS NULL OR r.id IS NULL),
                    bool_or((r.client_id, r.creditor_id, r.currency)
                            IS DISTINCT FROM (i.client_id, i.creditor_id, i.currency)
                            OR a.effective_on < r.received_on),
                    max(k.books_closed_on) FILTER (WHERE k.books_closed_on >= a.effective_on)
             FROM added a
             LEFT JOIN (SELECT id, client_id, creditor_id, currency FROM payments_invoice
                        WHERE id BETWEEN $1 AND $2) i ON i.id = a.invoice_id
             LEFT JOIN (SELECT id, client_id, creditor_id, currency, received_on
                        FROM payments_receipt WHERE id BETWEEN $3 AND $4) r ON r.id = a.receipt_id
             LEFT JOIN clients_creditor k ON k.id = i.creditor_id'
    INTO missing, stray, closed USING first_invoice, last_invoice, first_receipt, last_receipt;
    IF missing THEN PERFORM payments_refuse_missing(); END IF;
    IF stray THEN
        RAISE EXCEPTION 'money settles invoices of its own client, creditor and currency, from its own date on'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_same_client';
    END IF;
    IF closed IS NOT NULL THEN PERFORM payments_refuse_closed(closed); END IF;
    EXECUTE 'SELECT bool_or(s.amount <> i.allocated OR i.last_allocated_on
                            IS DISTINCT FROM greatest(s.last_on, i.issued_on))
             FROM (SELECT invoice_id, sum(amount) AS amount, max(effective_on) AS last_on
                   FROM payments_allocation WHERE invoice_id BETWEEN $1 AND $2 GROUP BY 1) s
             JOIN payments_invoice i ON i.id = s.invoice_id AND i.id BETWEEN $1 AND $2'
    INTO wrong USING first_invoice, last_invoice;
    IF wrong THEN
        PERFORM payments_refuse_load('an invoice does not have its allocations allocated');
    END IF;
    EXECUTE 'SELECT bool_or(s.amount <> r.allocated)
             FROM (SELECT receipt_id, sum(amount) AS amount
                   FROM payments_allocation WHERE receipt_id BETWEEN $1 AND $2 GROUP BY 1) s
             JOIN payments_receipt r ON r.id = s.receipt_id AND r.id BETWEEN $1 AND $2'
    INTO wrong USING first_receipt, last_receipt;
    IF wrong THEN
        PERFORM payments_refuse_load('a receipt does not have its allocations allocated');
    END IF;
    EXECUTE 'INSERT INTO payments_agingflow (creditor_id, currency, measure, day, amount)
             SELECT s.creditor_id, s.currency, m.measure,
                    greatest(s.effective_on, s.issued_on, s.due_on + m.days), -sum(s.amount)
             FROM (SELECT i.creditor_id, i.currency, i.issued_on, i.due_on, a.effective_on,
                       sum(a.amount) AS amount
                   FROM added a
                   JOIN payments_invoice i ON i.id = a.invoice_id AND i.id BETWEEN $1 AND $2
                   GROUP BY 1, 2, 3, 4, 5) s
             CROSS JOIN payments_settling_measures() m
             GROUP BY 1, 2, 3, 4 HAVING sum(s.amount) <> 0' USING first_invoice, last_invoice;
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

-- Receipts and invoices: what is said to be allocated is, by allocations of the same statement
-- (none can be older than they are), which are summed up above.
CREATE OR REPLACE FUNCTION payments_loaded_with_allocations() RETURNS trigger LANGUAGE plpgsql
SET enable_nestloop = off AS $$
DECLARE
    first_id bigint;
    last_id bigint;
    without bigint;
BEGIN
    SELECT min(id), max(id) INTO first_id, last_id FROM added;
    EXECUTE format('SELECT count(*) FROM added n
                    WHERE %2$s AND NOT EXISTS (
                        SELECT 1 FROM payments_allocation a
                        WHERE a.%1$I = n.id AND a.%1$I BETWEEN $1 AND $2)', TG_ARGV[0], TG_ARGV[1])
    INTO without USING first_id, last_id;
    IF without > 0 THEN
        PERFORM payments_refuse_load('something is allocated by no allocation');
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER receipt_loaded AFTER INSERT ON payments_receipt
REFERENCING NEW TABLE AS added FOR EACH STATEMENT
WHEN (coalesce(current_setting('dunwell.loading', true), '') = 'on')
EXECUTE FUNCTION payments_loaded_with_allocations('receipt_id', 'n.allocated <> 0');
CREATE OR REPLACE TRIGGER invoice_loaded AFTER INSERT ON payments_invoice
REFERENCING NEW TABLE AS added FOR EACH STATEMENT
WHEN (coalesce(current_setting('dunwell.loading', true), '') = 'on')
EXECUTE FUNCTION payments_loaded_with_allocations(
    'invoice_id', '(n.allocated <> 0 OR n.last_allocated_on IS NOT NULL)');
