-- One payment in two calls (payments.services.receive_payment): Postgres keeps the plans of what a
-- function does, a statement sent from outside is planned each time. What settles what is decided
-- between the two, by payments.rules.allocation.

-- The client's open debts, oldest first, read after its lock is held: nothing moves them until the
-- transaction ends. Two statements here, since a statement that waits for a lock reads as of before.
CREATE OR REPLACE FUNCTION payments_debts_under_lock(
    in_client bigint, in_creditor bigint, in_currency text)
RETURNS TABLE (id bigint, due_on date, open_amount numeric)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM clients_client c WHERE c.id = in_client FOR NO KEY UPDATE;
    RETURN QUERY
    SELECT i.id, i.due_on, i.open_amount FROM payments_invoice i
    WHERE i.client_id = in_client AND i.creditor_id = in_creditor AND i.currency = in_currency
        AND i.open_amount > 0
    ORDER BY i.due_on, i.id;
END $$;

CREATE OR REPLACE FUNCTION payments_receive(
    in_creditor bigint, in_client bigint, in_currency text, in_amount numeric, in_received_on date,
    in_method text, in_payer_name text, in_reference text, in_external_ref text,
    in_account bigint, in_at timestamptz, in_actor bigint, invoices bigint[], parts numeric[])
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    receipt bigint;
BEGIN
    INSERT INTO payments_receipt
        (creditor_id, client_id, currency, amount, received_on, method, payer_name, reference,
         external_ref, bank_account_id, created_at, created_by_id, allocated, refunded)
    VALUES (in_creditor, in_client, in_currency, in_amount, in_received_on, in_method,
            in_payer_name, in_reference, in_external_ref, in_account, in_at, in_actor, 0, 0)
    RETURNING id INTO receipt;
    IF cardinality(invoices) > 0 THEN
        INSERT INTO payments_allocation
            (receipt_id, invoice_id, amount, effective_on, reason, created_at, created_by_id)
        SELECT receipt, line.invoice_id, line.amount, in_received_on, '', in_at, in_actor
        FROM unnest(invoices, parts) AS line (invoice_id, amount);
    END IF;
    RETURN receipt;
END $$;
