-- Prepayments. Money received for one is an ordinary receipt that names it from birth on. Such
-- money settles invoices of its own contract only, and is no credit of the client: it stands in
-- no balance's credit and in no CREDIT flow (11), which reminders and statements offer to every
-- invoice, but in a flow of its own, PREPAID (13). It leaves with an approved release, unless it
-- never came (returned by the bank, entered by mistake). What is left of a prepayment is what is
-- left of its receipts, which receipt_not_over_used keeps from going below zero.

-- Facts -------------------------------------------------------------------------------------
CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON payments_prepayment FOR EACH ROW
WHEN ((OLD.contract_id, OLD.number, OLD.kind, OLD.currency, OLD.amount, OLD.applies_to_price,
       OLD.clause, OLD.requested_on, OLD.created_at)
      IS DISTINCT FROM
      (NEW.contract_id, NEW.number, NEW.kind, NEW.currency, NEW.amount, NEW.applies_to_price,
       NEW.clause, NEW.requested_on, NEW.created_at))
EXECUTE FUNCTION dunwell_refuse('cancel it and ask again');
SELECT dunwell_forbid_delete('payments_prepayment');

CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON payments_prepaymentrelease FOR EACH ROW
WHEN (OLD.state <> 'ASKED' AND OLD.state <> NEW.state
      OR (OLD.prepayment_id, OLD.kind, OLD.amount, OLD.reason, OLD.asked_at, OLD.asked_by_id,
          OLD.extra_owed)
      IS DISTINCT FROM
      (NEW.prepayment_id, NEW.kind, NEW.amount, NEW.reason, NEW.asked_at, NEW.asked_by_id,
       NEW.extra_owed)
      OR (OLD.decided_by_id IS NOT NULL
          AND (OLD.decided_at, OLD.decided_by_id) IS DISTINCT FROM
              (NEW.decided_at, NEW.decided_by_id))
      OR (OLD.extra_paid_on IS NOT NULL AND OLD.extra_paid_on IS DISTINCT FROM NEW.extra_paid_on))
EXECUTE FUNCTION dunwell_refuse('it was decided; ask again');
SELECT dunwell_forbid_delete('payments_prepaymentrelease');
SELECT dunwell_make_append_only('payments_milestoneacceptance');

CREATE OR REPLACE TRIGGER refuse_prepayment BEFORE UPDATE ON payments_receipt FOR EACH ROW
WHEN (OLD.prepayment_id IS DISTINCT FROM NEW.prepayment_id)
EXECUTE FUNCTION dunwell_refuse('refund it or enter another receipt');

CREATE OR REPLACE TRIGGER refuse_entry BEFORE UPDATE ON payments_invoice FOR EACH ROW
WHEN (OLD.schedule_entry_id IS DISTINCT FROM NEW.schedule_entry_id
      OR (OLD.contract_id IS NOT NULL AND OLD.contract_id IS DISTINCT FROM NEW.contract_id))
EXECUTE FUNCTION dunwell_refuse('issue a credit note and a new invoice');

CREATE OR REPLACE FUNCTION payments_prepayment_born() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM contracts_contract c
                   WHERE c.id = NEW.contract_id AND c.currency = NEW.currency) THEN
        RAISE EXCEPTION 'a prepayment is in its contract''s currency'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'prepayment_currency';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER prepayment_born AFTER INSERT ON payments_prepayment
FOR EACH ROW EXECUTE FUNCTION payments_prepayment_born();

-- Each kind of prepayment knows its own releases (PRC Civil Code art. 586-588).
CREATE OR REPLACE FUNCTION payments_release_born() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM payments_prepayment p JOIN (VALUES
            ('PREPAYMENT', 'REFUND'), ('EARNEST', 'REFUND'), ('EARNEST', 'FORFEITED'),
            ('EARNEST', 'TWICE'), ('DEPOSIT', 'DEPOSIT')) k (kind, release) ON k.kind = p.kind
        WHERE p.id = NEW.prepayment_id AND k.release = NEW.kind) THEN
        RAISE EXCEPTION 'this kind of prepayment knows no such release'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'release_of_its_kind';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER release_born AFTER INSERT ON payments_prepaymentrelease
FOR EACH ROW EXECUTE FUNCTION payments_release_born();

CREATE OR REPLACE FUNCTION payments_entry_invoiced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM contracts_scheduleentry e
                   WHERE e.id = NEW.schedule_entry_id AND e.contract_id = NEW.contract_id
                     AND e.amount = NEW.amount) THEN
        RAISE EXCEPTION 'an invoice of a schedule entry has its contract and amount'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_of_its_entry';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER entry_invoiced AFTER INSERT ON payments_invoice FOR EACH ROW
WHEN (NEW.schedule_entry_id IS NOT NULL) EXECUTE FUNCTION payments_entry_invoiced();

-- Receipts ----------------------------------------------------------------------------------
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
    IF EXISTS (SELECT 1 FROM added WHERE prepayment_id IS NOT NULL) THEN
        IF coalesce(current_setting('dunwell.loading', true), '') = 'on' THEN
            PERFORM payments_refuse_load('a loaded receipt belongs to no prepayment');
        END IF;
        PERFORM 1 FROM payments_prepayment
        WHERE id IN (SELECT prepayment_id FROM added) ORDER BY id FOR NO KEY UPDATE;
        IF EXISTS (SELECT 1 FROM added a JOIN payments_prepayment p ON p.id = a.prepayment_id
                   JOIN contracts_contract c ON c.id = p.contract_id
                   WHERE (c.client_id, c.creditor_id, p.currency)
                         <> (a.client_id, a.creditor_id, a.currency)) THEN
            RAISE EXCEPTION 'money of a prepayment comes from its contract''s client'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_of_its_prepayment';
        END IF;
        IF EXISTS (SELECT 1 FROM added a JOIN payments_prepayment p ON p.id = a.prepayment_id
                   WHERE p.state NOT IN ('REQUESTED', 'CLEARED')) THEN
            RAISE EXCEPTION 'this prepayment has ended'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'prepayment_takes_money';
        END IF;
    END IF;
    INSERT INTO payments_agingflow (creditor_id, currency, measure, day, amount)
    SELECT s.creditor_id, s.currency, m.measure, s.received_on, sum(s.amount)
    FROM (SELECT creditor_id, currency, received_on, prepayment_id IS NOT NULL AS is_prepaid,
                 sum(amount) AS amount
          FROM added GROUP BY 1, 2, 3, 4) s
    CROSS JOIN LATERAL (VALUES (CASE WHEN s.is_prepaid THEN 13 ELSE 11 END), (12)) m (measure)
    GROUP BY 1, 2, 3, 4 ORDER BY 3, 4;
    INSERT INTO payments_clientbalance AS b
        (creditor_id, client_id, currency, open_amount, disputed, credit)
    SELECT creditor_id, client_id, currency, 0, 0,
           coalesce(sum(unallocated) FILTER (WHERE prepayment_id IS NULL), 0)
    FROM added GROUP BY 1, 2, 3 ORDER BY client_id, creditor_id, currency
    ON CONFLICT (client_id, creditor_id, currency)
    DO UPDATE SET credit = b.credit + excluded.credit WHERE excluded.credit <> 0;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION payments_receipt_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO payments_clientbalance AS b
        (creditor_id, client_id, currency, open_amount, disputed, credit)
    SELECT creditor_id, client_id, currency, 0, 0, sum(credit)
    FROM (SELECT creditor_id, client_id, currency, unallocated AS credit FROM after_rows
          WHERE prepayment_id IS NULL
          UNION ALL
          SELECT creditor_id, client_id, currency, -unallocated FROM before_rows
          WHERE prepayment_id IS NULL) moved
    GROUP BY 1, 2, 3 HAVING sum(credit) <> 0 ORDER BY client_id, creditor_id, currency
    ON CONFLICT (client_id, creditor_id, currency)
    DO UPDATE SET credit = b.credit + excluded.credit;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER receipt_moved AFTER UPDATE ON payments_receipt
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION payments_receipt_moved();

-- Refunds -----------------------------------------------------------------------------------
-- Forfeited money does not leave: it was collected and stays collected, only nobody's any more.
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
    IF EXISTS (
        SELECT 1 FROM added a JOIN payments_receipt r ON r.id = a.receipt_id
        LEFT JOIN payments_prepaymentrelease x ON x.id = a.release_id
        WHERE CASE
            WHEN a.release_id IS NULL THEN
                a.kind NOT IN ('RETURNED', 'ENTRY_ERROR')
                AND (r.prepayment_id IS NOT NULL OR a.kind <> 'REFUND')
            ELSE (x.prepayment_id, x.kind, x.state)
                 IS DISTINCT FROM (r.prepayment_id, a.kind, 'APPROVED') END) THEN
        RAISE EXCEPTION 'money of a prepayment leaves with an approved release of its own'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_is_released';
    END IF;
    IF EXISTS (
        SELECT 1 FROM payments_prepaymentrelease x
        WHERE x.id IN (SELECT release_id FROM added)
          AND x.amount < (SELECT sum(f.amount) FROM payments_refund f WHERE f.release_id = x.id)
    ) THEN
        RAISE EXCEPTION 'more leaves than was approved'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_within_release';
    END IF;
    UPDATE payments_receipt r SET refunded = r.refunded + s.amount
    FROM (SELECT receipt_id, sum(amount) AS amount FROM added GROUP BY 1) s
    WHERE r.id = s.receipt_id;
    INSERT INTO payments_agingflow (creditor_id, currency, measure, day, amount)
    SELECT r.creditor_id, r.currency, m.measure, a.refunded_on, -sum(a.amount)
    FROM added a JOIN payments_receipt r ON r.id = a.receipt_id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN r.prepayment_id IS NULL THEN 11 ELSE 13 END AS measure
        UNION ALL SELECT 12 WHERE a.kind <> 'FORFEITED') m
    GROUP BY 1, 2, 3, 4;
    RETURN NULL;
END $$;

-- Allocations -------------------------------------------------------------------------------
-- Beside allocation_added, which has moved the counters and taken the amount out of CREDIT:
-- that of prepaid money goes back there and comes out of PREPAID.
CREATE OR REPLACE FUNCTION payments_allocation_prepaid() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM added a JOIN payments_receipt r ON r.id = a.receipt_id
                   WHERE r.prepayment_id IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT 1 FROM added a JOIN payments_receipt r ON r.id = a.receipt_id
               JOIN payments_prepayment p ON p.id = r.prepayment_id
               JOIN payments_invoice i ON i.id = a.invoice_id
               WHERE i.contract_id IS DISTINCT FROM p.contract_id) THEN
        RAISE EXCEPTION 'money of a prepayment settles invoices of its own contract'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_same_contract';
    END IF;
    IF EXISTS (SELECT 1 FROM added a JOIN payments_receipt r ON r.id = a.receipt_id
               JOIN payments_prepayment p ON p.id = r.prepayment_id
               WHERE p.kind = 'EARNEST' AND NOT p.applies_to_price AND a.reverses_id IS NULL) THEN
        RAISE EXCEPTION 'this earnest money does not count towards the price'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_of_earnest_money';
    END IF;
    INSERT INTO payments_agingflow (creditor_id, currency, measure, day, amount)
    SELECT i.creditor_id, i.currency, m.measure, greatest(a.effective_on, i.issued_on),
           m.sign * sum(a.amount)
    FROM added a JOIN payments_receipt r ON r.id = a.receipt_id
    JOIN payments_invoice i ON i.id = a.invoice_id
    CROSS JOIN (VALUES (11, 1), (13, -1)) m (measure, sign)
    WHERE r.prepayment_id IS NOT NULL
    GROUP BY i.creditor_id, i.currency, m.measure, m.sign, greatest(a.effective_on, i.issued_on)
    HAVING sum(a.amount) <> 0;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER allocation_prepaid AFTER INSERT ON payments_allocation
REFERENCING NEW TABLE AS added FOR EACH STATEMENT
WHEN (coalesce(current_setting('dunwell.loading', true), '') <> 'on')
EXECUTE FUNCTION payments_allocation_prepaid();
