-- One row per invoice or credit note: lines of one number folded, dates and settlements worked
-- out, and what the ledger has under the number found. `kind`: I invoice, C credit note,
-- P payment, X draft or void, Z nothing owed, U credit used up, L later than the day asked for.
DROP TABLE IF EXISTS import_double, import_doc;
CREATE TEMP TABLE import_double AS
WITH twice AS (
    SELECT number, coalesce(document_type, 'INVOICE') AS document_type
    FROM import_row
    WHERE number IS NOT NULL AND coalesce(document_type, 'INVOICE') <> 'PAYMENT'
        AND NOT %(is_payments)s
    GROUP BY 1, 2
    HAVING count(*) > 1
)
SELECT r.number, t.document_type, min(r.row) AS row,
    (array_agg(r.client ORDER BY r.row) FILTER (WHERE r.client IS NOT NULL))[1] AS client,
    (array_agg(r.currency ORDER BY r.row) FILTER (WHERE r.currency IS NOT NULL))[1] AS currency,
    (array_agg(r.issued_on ORDER BY r.row) FILTER (WHERE r.issued_on IS NOT NULL))[1] AS issued_on,
    (array_agg(r.due_on ORDER BY r.row) FILTER (WHERE r.due_on IS NOT NULL))[1] AS due_on
FROM twice t JOIN import_row r
    ON r.number = t.number AND coalesce(r.document_type, 'INVOICE') = t.document_type
GROUP BY 1, 2;
ANALYZE import_double;

CREATE TEMP TABLE import_doc AS
WITH single AS (
    SELECT r.row, 1 AS lines, r.client, r.number, r.currency, r.document_type, r.issued_on,
        r.due_on, r.terms, r.settled_on, r.days_to_settle, r.status, r.reference, r.description,
        coalesce(r.amount, r.line_total, r.open_balance) AS amount,
        r.amount IS NULL AND r.line_total IS NULL AS is_balance_only,
        r.paid_amount, r.open_balance, r.disputed_amount, r.disputed, r.dispute_note
    FROM import_row r
    WHERE NOT EXISTS (
        SELECT 1 FROM import_double d
        WHERE d.number = r.number AND d.document_type = coalesce(r.document_type, 'INVOICE')
    )
),
summed AS (
    SELECT min(r.row) AS row, count(*)::integer AS lines, min(r.client) AS client, r.number,
        min(r.currency) AS currency, r.document_type,
        min(r.issued_on) AS issued_on, min(r.due_on) AS due_on, min(r.terms) AS terms,
        max(r.settled_on) AS settled_on, max(r.days_to_settle) AS days_to_settle,
        (array_agg(r.status ORDER BY r.row) FILTER (WHERE r.status IS NOT NULL))[1] AS status,
        (array_agg(r.reference ORDER BY r.row) FILTER (WHERE r.reference IS NOT NULL))[1]
            AS reference,
        (array_agg(r.description ORDER BY r.row) FILTER (WHERE r.description IS NOT NULL))[1]
            AS description,
        -- A document's total is repeated on each of its lines, or stands on one; else lines add up.
        CASE
            WHEN count(r.amount) = 0 THEN sum(r.line_total)
            WHEN count(r.amount) = 1 THEN max(r.amount)
            WHEN min(r.amount) = max(r.amount) AND (
                (%(has_lines)s AND NOT bool_and(coalesce(r.amount = r.line_total, false)))
                OR (NOT %(has_lines)s AND %(is_total)s)
            ) THEN min(r.amount)
            ELSE sum(r.amount)
        END AS amount,
        count(r.amount) = 0 AND count(r.line_total) = 0 AS is_balance_only,
        -- Lines have no balances of their own: what each repeats is the document's.
        %(has_lines)s OR (min(r.amount) = max(r.amount) AND %(is_total)s) AS repeats,
        CASE WHEN min(r.paid_amount) = max(r.paid_amount) AND count(r.paid_amount) = count(*)
             THEN min(r.paid_amount) ELSE sum(r.paid_amount) END AS paid_once,
        sum(r.paid_amount) AS paid_sum,
        CASE WHEN min(r.open_balance) = max(r.open_balance) AND count(r.open_balance) = count(*)
             THEN min(r.open_balance) ELSE sum(r.open_balance) END AS open_once,
        sum(r.open_balance) AS open_sum,
        max(r.disputed_amount) AS disputed_amount, bool_or(r.disputed) AS disputed,
        max(r.dispute_note) AS dispute_note
    FROM import_row r JOIN import_double d
        ON d.number = r.number AND d.document_type = coalesce(r.document_type, 'INVOICE')
    GROUP BY r.number, r.document_type
),
folded AS (
    -- Balances of rows add up to at most the amount; the balance of the document, repeated on
    -- each row, would add up to more.
    SELECT row, lines, client, number, currency, document_type, issued_on, due_on, terms,
        settled_on, days_to_settle, status, reference, description,
        coalesce(amount, CASE WHEN is_balance_only THEN open_sum END) AS amount, is_balance_only,
        CASE WHEN NOT repeats AND abs(paid_sum) <= abs(amount) THEN paid_sum ELSE paid_once END AS paid_amount,
        CASE WHEN is_balance_only OR (NOT repeats AND abs(open_sum) <= abs(amount)) THEN open_sum
             ELSE open_once END
            AS open_balance,
        disputed_amount, disputed, dispute_note
    FROM summed
),
every AS (SELECT * FROM single UNION ALL SELECT * FROM folded),
kinds AS (
    SELECT e.*,
        CASE
            WHEN e.document_type = 'PAYMENT' OR %(is_payments)s THEN 'P'
            WHEN e.status IN ('DRAFT', 'VOID') THEN 'X'
            WHEN e.issued_on > %(until)s::date THEN 'L'
            WHEN e.amount = 0 AND coalesce(e.open_balance, 0) = 0 THEN 'Z'
            WHEN e.document_type = 'CREDIT_NOTE' OR e.amount < 0 THEN
                CASE WHEN e.open_balance = 0 THEN 'U' ELSE 'C' END
            ELSE 'I'
        END AS kind,
        CASE WHEN e.due_on IS NOT NULL THEN 'F' WHEN e.terms IS NOT NULL THEN 'T' ELSE 'D' END
            AS due_from,
        coalesce(e.due_on, e.issued_on + e.terms, e.issued_on + %(terms)s::integer) AS due
    FROM every e
),
matched AS (
    SELECT k.*, i.id AS invoice_id, i.amount AS ledger_amount,
        coalesce(i.allocated, 0) AS ledger_allocated, n.id AS note_id,
        CASE WHEN k.is_balance_only AND i.amount >= k.open_balance THEN i.amount ELSE k.amount END
            AS claimed
    FROM kinds k
    LEFT JOIN payments_invoice i
        ON k.kind = 'I' AND i.creditor_id = %(creditor)s AND i.number = k.number
    LEFT JOIN payments_creditnote n
        ON k.kind = 'C' AND n.creditor_id = %(creditor)s AND n.number = k.number
),
settled AS (
    SELECT m.*,
        CASE
            WHEN m.kind <> 'I' THEN 0
            WHEN m.open_balance IS NOT NULL THEN m.claimed - m.open_balance
            WHEN m.paid_amount IS NOT NULL THEN m.paid_amount
            WHEN m.settled_on IS NOT NULL OR m.days_to_settle IS NOT NULL OR m.status = 'PAID'
                THEN m.claimed
            ELSE 0
        END AS paid_in_file,
        coalesce(m.settled_on, m.issued_on + m.days_to_settle) AS paid_known_on,
        greatest(m.issued_on, least(greatest(m.due, m.issued_on), %(today)s::date)) AS paid_assumed_on
    FROM matched m
)
SELECT s.row, s.lines, s.kind::"char" AS kind, s.client, p.client_id, s.number, s.currency,
    s.issued_on, s.due AS due_on, s.due_from::"char" AS due_from,
    CASE
        WHEN s.kind = 'C' THEN abs(coalesce(CASE WHEN abs(s.open_balance) < abs(s.amount)
                                                 THEN s.open_balance END, s.amount))
        ELSE s.claimed
    END AS amount,
    abs(s.amount) AS amount_in_file,
    CASE WHEN coalesce(s.paid_known_on, s.paid_assumed_on) > %(until)s::date THEN 0
         ELSE s.paid_in_file END AS paid,
    s.paid_in_file,
    coalesce(s.paid_known_on, s.paid_assumed_on) AS paid_on,
    s.paid_known_on IS NULL AS is_assumed,
    s.open_balance, s.paid_amount, s.is_balance_only, s.status,
    coalesce(s.disputed, false) OR coalesce(s.status = 'DISPUTED', false) AS is_disputed,
    s.disputed IS NOT NULL OR s.status IS NOT NULL AS tells_disputes,
    s.disputed_amount, s.dispute_note, s.reference, s.description,
    CASE WHEN s.invoice_id IS NULL AND s.kind = 'I' AND %(assign)s
         THEN nextval('payments_invoice_id_seq') ELSE s.invoice_id END AS invoice_id,
    CASE WHEN s.invoice_id IS NULL AND s.kind = 'I' AND %(assign)s AND s.paid_in_file > 0
         THEN nextval('payments_receipt_id_seq') END AS receipt_id,
    s.invoice_id IS NULL AS is_new, s.ledger_amount, s.ledger_allocated, s.note_id
FROM settled s
LEFT JOIN import_party p ON p.client = s.client
ORDER BY p.client_id, s.row;
ANALYZE import_doc (row, kind, client_id, number, invoice_id, is_new);
