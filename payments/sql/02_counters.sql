-- Counters and rollups, once per statement (transition tables), so that a payment costs a
-- few small statements and an import of a million rows costs a handful of large ones.
-- UPDATE ... SET x = x + delta re-reads the row under its lock, and the CHECKs bound it:
-- two transactions can never together allocate more than there is.
--
-- A session plans each statement below once, for the number of rows it first sees. A plan made
-- for a million rows (hash joins, sequential scans) would be a disaster for the next payment,
-- and one made for a payment (nested loops over two transition tables) a worse one for the next
-- import. So transition tables are never joined with one another (old and new rows are added
-- up with opposite signs), and functions that look up ledger rows allow index lookups only.

CREATE OR REPLACE FUNCTION payments_refuse_closed(day date) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the books are closed through %', day
        USING ERRCODE = 'check_violation', CONSTRAINT = 'books_closed';
END $$;

-- Days past due from which each measure counts; NULL: from the issue date.
CREATE OR REPLACE FUNCTION payments_measures() RETURNS TABLE (measure smallint, days integer)
LANGUAGE sql IMMUTABLE AS $$
    VALUES (0::smallint, NULL::integer), (1::smallint, 1), (2::smallint, 31), (3::smallint, 61),
           (4::smallint, 91), (5::smallint, 181), (6::smallint, 366)
$$;

-- Where an allocation moves an amount out of; 11 is unapplied credit.
CREATE OR REPLACE FUNCTION payments_settling_measures()
RETURNS TABLE (measure smallint, days integer) LANGUAGE sql IMMUTABLE AS $$
    VALUES (0::smallint, NULL::integer), (1::smallint, 1), (2::smallint, 31), (3::smallint, 61),
           (4::smallint, 91), (5::smallint, 181), (6::smallint, 366), (11::smallint, NULL)
$$;

-- Where an invoice moves its amount into; 10 is sales.
CREATE OR REPLACE FUNCTION payments_issuing_measures()
RETURNS TABLE (measure smallint, days integer) LANGUAGE sql IMMUTABLE AS $$
    VALUES (0::smallint, NULL::integer), (1::smallint, 1), (2::smallint, 31), (3::smallint, 61),
           (4::smallint, 91), (5::smallint, 181), (6::smallint, 366), (10::smallint, NULL)
$$;

-- Invoices ------------------------------------------------------------------------------
CREATE OR REPLACE FUNCTION payments_invoice_added() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    closed date;
BEGIN
    SELECT max(k.books_closed_on) FILTER (WHERE k.books_closed_on >= a.first_on)
    INTO closed
    FROM (SELECT creditor_id, min(issued_on) AS first_on FROM added GROUP BY 1) a
    JOIN clients_creditor k ON k.id = a.creditor_id;
    IF closed IS NOT NULL THEN PERFORM payments_refuse_closed(closed); END IF;
    IF EXISTS (SELECT 1 FROM added a JOIN contracts_contract c ON c.id = a.contract_id
               WHERE (c.client_id, c.creditor_id) <> (a.client_id, a.creditor_id)) THEN
        RAISE EXCEPTION 'an invoice belongs to its contract''s client and creditor'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_contract_same_client';
    END IF;
    INSERT INTO payments_agingflow (creditor_id, currency, measure, day, amount)
    SELECT s.creditor_id, s.currency, m.measure,
           greatest(s.issued_on, s.due_on + m.days), sum(s.amount)
    FROM (SELECT creditor_id, currency, issued_on, due_on, sum(amount) AS amount
          FROM added GROUP BY 1, 2, 3, 4) s CROSS JOIN payments_issuing_measures() m
    GROUP BY 1, 2, 3, 4 ORDER BY 3, 4;  -- as the index has them: many land in few pages
    INSERT INTO payments_clientbalance AS b
        (creditor_id, client_id, currency, open_amount, disputed, credit)
    SELECT creditor_id, client_id, currency, sum(open_amount), 0, 0
    FROM added GROUP BY 1, 2, 3 ORDER BY client_id, creditor_id, currency
    ON CONFLICT (client_id, creditor_id, currency)
    DO UPDATE SET open_amount = b.open_amount + excluded.open_amount
    WHERE excluded.open_amount <> 0;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER invoice_added AFTER INSERT ON payments_invoice
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payments_invoice_added();

CREATE OR REPLACE FUNCTION payments_invoice_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO payments_clientbalance AS b
        (creditor_id, client_id, currency, open_amount, disputed, credit)
    SELECT creditor_id, client_id, currency, sum(open_amount), sum(disputed), 0
    FROM (SELECT creditor_id, client_id, currency, open_amount,
                 open_amount - collectible AS disputed FROM after_rows
          UNION ALL
          SELECT creditor_id, client_id, currency, -open_amount, collectible - open_amount
          FROM before_rows) moved
    GROUP BY 1, 2, 3 HAVING sum(open_amount) <> 0 OR sum(disputed) <> 0
    ORDER BY client_id, creditor_id, currency
    ON CONFLICT (client_id, creditor_id, currency)
    DO UPDATE SET open_amount = b.open_amount + excluded.open_amount,
                  disputed = b.disputed + excluded.disputed;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER invoice_moved AFTER UPDATE ON payments_invoice
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION payments_invoice_moved();

-- Receipts and credit notes ---------------------------------------------------------------
CREATE OR REPLACE FUNCTION payments_receipt_added() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    closed date;
BEGIN
    SELECT max(k.books_closed_on) FILTER (WHERE k.books_closed_on >= a.first_on)
    INTO closed
    FROM (SELECT creditor_id, min(received_on) AS first_on FROM added GROUP BY 1) a
    JOIN clients_creditor k ON k.id = a.creditor_id;
    IF closed IS NOT NULL THEN PERFORM payments_refuse_closed(closed); END IF;
    INSERT INTO payments_agingflow (creditor_id, currency, measure, day, amount)
    SELECT s.creditor_id, s.currency, m.measure, s.received_on, s.amount
    FROM (SELECT creditor_id, currency, received_on, sum(amount) AS amount
          FROM added GROUP BY 1, 2, 3) s CROSS JOIN (VALUES (11), (12)) m (measure);
    INSERT INTO payments_clientbalance AS b
        (creditor_id, client_id, currency, open_amount, disputed, credit)
    SELECT creditor_id, client_id, currency, 0, 0, sum(unallocated)
    FROM added GROUP BY 1, 2, 3 ORDER BY client_id, creditor_id, currency
    ON CONFLICT (client_id, creditor_id, currency)
    DO UPDATE SET credit = b.credit + excluded.credit;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER receipt_added AFTER INSERT ON payments_receipt
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payments_receipt_added();

CREATE OR REPLACE FUNCTION payments_credit_note_added() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    closed date;
BEGIN
    SELECT max(k.books_closed_on) FILTER (WHERE k.books_closed_on >= a.first_on)
    INTO closed
    FROM (SELECT creditor_id, min(issued_on) AS first_on FROM added GROUP BY 1) a
    JOIN clients_creditor k ON k.id = a.creditor_id;
    IF closed IS NOT NULL THEN PERFORM payments_refuse_closed(closed); END IF;
    IF EXISTS (SELECT 1 FROM added a JOIN payments_invoice i ON i.id = a.invoice_id
               WHERE (i.client_id, i.creditor_id, i.currency)
                     <> (a.client_id, a.creditor_id, a.currency)) THEN
        RAISE EXCEPTION 'a credit note belongs to its invoice''s client, creditor and currency'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'credit_note_same_client';
    END IF;
    INSERT INTO payments_agingflow (creditor_id, currency, measure, day, amount)
    SELECT s.creditor_id, s.currency, m.measure, s.issued_on, s.amount * m.sign
    FROM (SELECT creditor_id, currency, issued_on, sum(amount) AS amount
          FROM added GROUP BY 1, 2, 3) s CROSS JOIN (VALUES (11, 1), (10, -1)) m (measure, sign);
    INSERT INTO payments_clientbalance AS b
        (creditor_id, client_id, currency, open_amount, disputed, credit)
    SELECT creditor_id, client_id, currency, 0, 0, sum(unallocated)
    FROM added GROUP BY 1, 2, 3 ORDER BY client_id, creditor_id, currency
    ON CONFLICT (client_id, creditor_id, currency)
    DO UPDATE SET credit = b.credit + excluded.credit;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER credit_note_added AFTER INSERT ON payments_creditnote
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payments_credit_note_added();

CREATE OR REPLACE FUNCTION payments_credit_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO payments_clientbalance AS b
        (creditor_id, client_id, currency, open_amount, disputed, credit)
    SELECT creditor_id, client_id, currency, 0, 0, sum(credit)
    FROM (SELECT creditor_id, client_id, currency, unallocated AS credit FROM after_rows
          UNION ALL
          SELECT creditor_id, client_id, currency, -unallocated FROM before_rows) moved
    GROUP BY 1, 2, 3 HAVING sum(credit) <> 0 ORDER BY client_id, creditor_id, currency
    ON CONFLICT (client_id, creditor_id, currency)
    DO UPDATE SET credit = b.credit + excluded.credit;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER receipt_moved AFTER UPDATE ON payments_receipt
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION payments_credit_moved();
CREATE OR REPLACE TRIGGER credit_note_moved AFTER UPDATE ON payments_creditnote
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION payments_credit_moved();

-- Refunds -----------------------------------------------------------------------------------
CREATE OR REPLACE FUNCTION payments_refund_added() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    closed date;
BEGIN
    SELECT c.books_closed_on INTO closed
    FROM added a JOIN payments_receipt r ON r.id = a.receipt_id
    JOIN clients_creditor c ON c.id = r.creditor_id
    WHERE c.books_closed_on >= a.refunded_on LIMIT 1;
    IF FOUND THEN PERFORM payments_refuse_closed(closed); END IF;
    IF EXISTS (SELECT 1 FROM added a JOIN payments_receipt r ON r.id = a.receipt_id
               WHERE a.refunded_on < r.received_on) THEN
        RAISE EXCEPTION 'a refund is not dated before its receipt'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_after_receipt';
    END IF;
    UPDATE payments_receipt r SET refunded = r.refunded + s.amount
    FROM (SELECT receipt_id, sum(amount) AS amount FROM added GROUP BY 1) s
    WHERE r.id = s.receipt_id;
    INSERT INTO payments_agingflow (creditor_id, currency, measure, day, amount)
    SELECT r.creditor_id, r.currency, m.measure, a.refunded_on, -sum(a.amount)
    FROM added a JOIN payments_receipt r ON r.id = a.receipt_id
    CROSS JOIN (VALUES (11), (12)) m (measure)
    GROUP BY 1, 2, 3, 4;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER refund_added AFTER INSERT ON payments_refund
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payments_refund_added();

-- Allocations -------------------------------------------------------------------------------
CREATE OR REPLACE FUNCTION payments_allocation_added() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    lines bigint;
    from_receipts bigint;
    from_notes bigint;
    inexact boolean;
    stray boolean;
    closed date;
BEGIN
    SELECT count(*), count(a.receipt_id), count(a.credit_note_id),
           bool_or(o.id IS NOT NULL AND (
               o.reverses_id IS NOT NULL
               OR (a.amount, a.invoice_id) <> (-o.amount, o.invoice_id)
               OR a.receipt_id IS DISTINCT FROM o.receipt_id
               OR a.credit_note_id IS DISTINCT FROM o.credit_note_id
               OR a.effective_on < o.effective_on)),
           bool_or((i.client_id, i.creditor_id, i.currency) IS DISTINCT FROM
                   (coalesce(r.client_id, n.client_id), coalesce(r.creditor_id, n.creditor_id),
                    coalesce(r.currency, n.currency))
                   OR a.effective_on < coalesce(r.received_on, n.issued_on)),
           max(k.books_closed_on) FILTER (WHERE k.books_closed_on >= a.effective_on)
    INTO lines, from_receipts, from_notes, inexact, stray, closed
    FROM added a
    JOIN payments_invoice i ON i.id = a.invoice_id
    JOIN clients_creditor k ON k.id = i.creditor_id
    LEFT JOIN payments_receipt r ON r.id = a.receipt_id
    LEFT JOIN payments_creditnote n ON n.id = a.credit_note_id
    LEFT JOIN payments_allocation o ON o.id = a.reverses_id;
    IF inexact THEN
        RAISE EXCEPTION 'a reversal takes back one allocation, whole'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_reversal_exact';
    END IF;
    IF stray THEN
        RAISE EXCEPTION 'money settles invoices of its own client, creditor and currency, from its own date on'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_same_client';
    END IF;
    IF closed IS NOT NULL THEN PERFORM payments_refuse_closed(closed); END IF;

    -- Lock order: receipts, credit notes, invoices, each by key. One line locks one row of each
    -- as it is. A bulk load of thousands of lines runs alone and need not pay for the sorting;
    -- a deadlock there is retried.
    IF from_receipts > 0 THEN
        IF lines BETWEEN 2 AND 2000 THEN
            PERFORM 1 FROM payments_receipt
            WHERE id IN (SELECT receipt_id FROM added) ORDER BY id FOR NO KEY UPDATE;
        END IF;
        UPDATE payments_receipt r SET allocated = r.allocated + s.amount
        FROM (SELECT receipt_id, sum(amount) AS amount FROM added
              WHERE receipt_id IS NOT NULL GROUP BY 1) s
        WHERE r.id = s.receipt_id;
    END IF;
    IF from_notes > 0 THEN
        IF lines BETWEEN 2 AND 2000 THEN
            PERFORM 1 FROM payments_creditnote
            WHERE id IN (SELECT credit_note_id FROM added) ORDER BY id FOR NO KEY UPDATE;
        END IF;
        UPDATE payments_creditnote r SET allocated = r.allocated + s.amount
        FROM (SELECT credit_note_id, sum(amount) AS amount FROM added
              WHERE credit_note_id IS NOT NULL GROUP BY 1) s
        WHERE r.id = s.credit_note_id;
    END IF;
    IF lines BETWEEN 2 AND 2000 THEN
        PERFORM 1 FROM payments_invoice
        WHERE id IN (SELECT invoice_id FROM added) ORDER BY id FOR NO KEY UPDATE;
    END IF;
    UPDATE payments_invoice i
    SET allocated = i.allocated + s.amount,
        last_allocated_on = greatest(i.last_allocated_on, s.last_on, i.issued_on)
    FROM (SELECT invoice_id, sum(amount) AS amount, max(effective_on) AS last_on
          FROM added GROUP BY 1) s
    WHERE i.id = s.invoice_id;

    INSERT INTO payments_agingflow (creditor_id, currency, measure, day, amount)
    SELECT i.creditor_id, i.currency, m.measure,
           greatest(a.effective_on, i.issued_on, i.due_on + m.days), -sum(a.amount)
    FROM added a JOIN payments_invoice i ON i.id = a.invoice_id
    CROSS JOIN payments_settling_measures() m
    GROUP BY 1, 2, 3, 4 HAVING sum(a.amount) <> 0;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER allocation_added AFTER INSERT ON payments_allocation
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payments_allocation_added();
