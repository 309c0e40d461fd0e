-- What each known invoice has been paid beyond what the ledger has: one receipt each. Its
-- reference is the sum paid so far, so that the same state of a file never settles twice, not
-- even when somebody has taken the first settlement back since.
DROP TABLE IF EXISTS import_settle;
CREATE TEMP TABLE import_settle AS
SELECT nextval('payments_receipt_id_seq') AS receipt_id, d.row, d.invoice_id, d.client_id,
    d.number, d.currency, d.paid - d.ledger_allocated AS amount,
    least(d.paid, d.amount) - d.ledger_allocated AS applied, d.paid_on,
    greatest(d.paid_on, d.issued_on) AS effective_on,
    CASE WHEN d.is_assumed THEN 'import:assumed:' ELSE 'import:settled:' END
        || d.number || ':' || trim_scale(d.paid) AS key
FROM import_doc d
WHERE d.kind = 'I' AND NOT d.is_new AND d.paid > d.ledger_allocated
    AND NOT EXISTS (
        SELECT 1 FROM payments_receipt r
        WHERE r.creditor_id = %(creditor)s AND r.external_ref IN (
            'import:assumed:' || d.number || ':' || trim_scale(d.paid),
            'import:settled:' || d.number || ':' || trim_scale(d.paid)));
ANALYZE import_settle;
