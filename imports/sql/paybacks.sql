-- How the payments of the file settle invoices, and which settlements that an invoice list only
-- implied make room for them.
DROP TABLE IF EXISTS import_payback, import_applied, import_settle;
CREATE TEMP TABLE import_payback AS
WITH wanted AS (
    SELECT l.invoice_id, sum(l.applied) AS wanted
    FROM import_payline l JOIN import_payment p USING (key)
    WHERE p.is_new AND l.invoice_id IS NOT NULL AND NOT l.is_later
    GROUP BY 1
)
SELECT a.id AS allocation_id, a.receipt_id, a.invoice_id, a.amount, a.effective_on, r.received_on,
    r.external_ref, r.amount AS receipt_amount
FROM wanted w
JOIN payments_invoice i ON i.id = w.invoice_id AND w.wanted > i.open_amount
JOIN payments_allocation a ON a.invoice_id = i.id AND a.reverses_id IS NULL
JOIN payments_receipt r ON r.id = a.receipt_id
WHERE r.external_ref LIKE ANY (ARRAY['import:settled:%%', 'import:assumed:%%'])
    AND NOT EXISTS (SELECT 1 FROM payments_allocation b WHERE b.reverses_id = a.id);
ANALYZE import_payback;

-- Lines in order, each as far as the invoice is open when the ones before it are applied.
CREATE TEMP TABLE import_applied AS
WITH room AS (
    SELECT i.id, i.open_amount + coalesce(
        (SELECT sum(b.amount) FROM import_payback b WHERE b.invoice_id = i.id), 0) AS amount
    FROM payments_invoice i WHERE i.id IN (SELECT invoice_id FROM import_payline)
),
lines AS (
    SELECT l.row, l.key, l.invoice_id, l.applied AS wanted, room.amount AS room,
        sum(l.applied) OVER (PARTITION BY l.invoice_id ORDER BY l.row) - l.applied AS before
    FROM import_payline l JOIN import_payment p USING (key) JOIN room ON room.id = l.invoice_id
    WHERE p.is_new AND NOT l.is_later
)
SELECT row, key, invoice_id, wanted, least(wanted, greatest(room - before, 0)) AS applied
FROM lines;
ANALYZE import_applied;

-- Of what was taken back, the part that the payments do not cover stands as before.
CREATE TEMP TABLE import_settle AS
SELECT nextval('payments_receipt_id_seq') AS receipt_id, 0 AS row, i.id AS invoice_id,
    i.client_id, i.number, i.currency, b.amount - s.covered AS amount,
    b.amount - s.covered AS applied, b.received_on AS paid_on, b.effective_on,
    'import:assumed:' || i.number || ':rest:' || b.last_id AS key
FROM (SELECT invoice_id, sum(amount) AS amount, max(received_on) AS received_on,
          max(effective_on) AS effective_on, max(allocation_id) AS last_id
      FROM import_payback GROUP BY 1) b
JOIN payments_invoice i ON i.id = b.invoice_id
JOIN (SELECT a.invoice_id, greatest(sum(a.applied) - min(o.open_amount), 0) AS covered
      FROM import_applied a JOIN payments_invoice o ON o.id = a.invoice_id GROUP BY 1) s
    ON s.invoice_id = i.id
WHERE b.amount > s.covered;
