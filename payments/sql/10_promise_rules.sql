-- Promises that were judged before the rule of today keep their verdict: it was told to people, and
-- reminders followed it. Which money the first rule counted was never written down and is not
-- invented afterwards; what the second counted of prepayments stays as it was counted. They are
-- marked once, here, with the rule that judged them, so that verify_ledger holds each to its own.
UPDATE payments_promise p SET rule = 1
WHERE p.state IN ('KEPT', 'PART_KEPT')
  AND NOT EXISTS (SELECT 1 FROM payments_promisemoney m WHERE m.promise_id = p.id)
  -- One that was judged later and counted nothing was tampered with: it stays to be found.
  AND p.judged_at <= (SELECT min(applied) FROM django_migrations
                      WHERE app = 'payments' AND name = '0009_promise_money');

UPDATE payments_promise p SET rule = 2
WHERE p.invoice_id IS NULL AND p.state IN ('KEPT', 'PART_KEPT')
  AND EXISTS (SELECT 1 FROM payments_promisemoney m
              JOIN payments_receipt r ON r.id = m.receipt_id
              WHERE m.promise_id = p.id AND r.prepayment_id IS NOT NULL);
