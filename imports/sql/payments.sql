-- Payments received: lines (what each row settles), and receipts (lines of one payment number).
-- A row without a payment number is a payment of its own; of equal ones, the first, the second.
DROP TABLE IF EXISTS import_payline, import_payment, import_payback;
CREATE TEMP TABLE import_payline AS
WITH rows AS (
    SELECT r.row, coalesce(p.client_id, i.client_id) AS client_id,
        coalesce(CASE WHEN %(has_currency)s THEN r.currency END, i.currency, r.currency)
            AS currency,
        CASE WHEN %(is_payments)s THEN r.payment_number
             ELSE coalesce(r.payment_number, r.number) END AS payment_number,
        coalesce(r.settled_on, r.issued_on) AS received_on,
        abs(coalesce(r.amount, r.open_balance, r.applied_amount)) AS amount,
        abs(coalesce(r.applied_amount, CASE WHEN %(is_payments)s THEN r.amount END)) AS applied,
        r.amount < 0 AND %(is_payments)s AS is_negative,
        CASE WHEN %(is_payments)s THEN r.number END AS number,
        coalesce(r.method, 'BANK_TRANSFER') AS method, r.reference, r.description, i.id AS invoice_id,
        i.client_id AS invoice_client_id, i.currency AS invoice_currency
    FROM import_row r
    LEFT JOIN import_party p ON p.client = r.client
    LEFT JOIN payments_invoice i
        ON %(is_payments)s AND i.creditor_id = %(creditor)s AND i.number = r.number
    WHERE %(is_payments)s OR r.document_type = 'PAYMENT'
)
SELECT rows.*,
    'import:payment:' || coalesce(payment_number, '#' || md5(concat_ws(
        '|', received_on, client_id, currency, amount, number, reference,
        row_number() OVER (PARTITION BY received_on, client_id, currency, amount, number, reference,
                           payment_number ORDER BY row)))) AS key,
    received_on > %(until)s::date IS TRUE AS is_later
FROM rows;
ANALYZE import_payline;

CREATE TEMP TABLE import_payment AS
SELECT l.key, min(l.row) AS row, min(l.client_id) AS client_id, min(l.currency) AS currency,
    min(l.received_on) AS received_on,
    -- A payment's amount is repeated beside what each line applies of it; else lines add up.
    CASE WHEN %(has_applied)s THEN max(l.amount) ELSE sum(l.amount) END AS amount,
    sum(l.applied) AS applied, min(l.payment_number) AS payment_number,
    min(l.method) AS method, max(l.reference) AS reference,
    r.id AS receipt_id, r.id IS NULL AS is_new, min(r.amount) AS ledger_amount,
    min(r.received_on) AS ledger_received_on
FROM import_payline l
LEFT JOIN payments_receipt r ON r.creditor_id = %(creditor)s AND r.external_ref = l.key
WHERE NOT l.is_later
GROUP BY l.key, r.id;
ANALYZE import_payment;
