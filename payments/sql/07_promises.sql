-- What judged promises counted: rows are only added, and no receipt or credit note is counted
-- for more than it brought, nor for a promise of another client, creditor or currency. Money of a
-- prepayment pays none of the balance. Whoever judges holds the client's lock, so that two sums
-- never pass each other.
CREATE OR REPLACE FUNCTION payments_promise_money_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM added a JOIN payments_promise p ON p.id = a.promise_id
               LEFT JOIN payments_receipt r ON r.id = a.receipt_id
               LEFT JOIN payments_creditnote n ON n.id = a.credit_note_id
               WHERE (p.client_id, p.creditor_id, p.currency)
                     <> (coalesce(r.client_id, n.client_id), coalesce(r.creditor_id, n.creditor_id),
                         coalesce(r.currency, n.currency))) THEN
        RAISE EXCEPTION 'a promise counts money of its own client, creditor and currency'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'promise_money_same_client';
    END IF;
    IF EXISTS (SELECT 1 FROM added a JOIN payments_promise p ON p.id = a.promise_id
               JOIN payments_receipt r ON r.id = a.receipt_id
               WHERE p.invoice_id IS NULL AND r.prepayment_id IS NOT NULL) THEN
        RAISE EXCEPTION 'money of a prepayment keeps no promise for the balance'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'promise_money_not_prepaid';
    END IF;
    IF EXISTS (SELECT 1 FROM payments_promisemoney m JOIN payments_receipt r ON r.id = m.receipt_id
               WHERE m.receipt_id IN (SELECT receipt_id FROM added)
               GROUP BY r.id HAVING sum(m.amount) > r.amount)
       OR EXISTS (SELECT 1 FROM payments_promisemoney m
                  JOIN payments_creditnote n ON n.id = m.credit_note_id
                  WHERE m.credit_note_id IN (SELECT credit_note_id FROM added)
                  GROUP BY n.id HAVING sum(m.amount) > n.amount) THEN
        RAISE EXCEPTION 'promises count no more of a payment than it brought'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'promise_money_counted_once';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER promise_money_added AFTER INSERT ON payments_promisemoney
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payments_promise_money_added();

SELECT dunwell_make_append_only('payments_promisemoney');
