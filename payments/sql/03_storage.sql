-- Aging, worklists and planning read open rows from covering indexes alone, which needs the
-- visibility map fresh: vacuum after 2% of a million rows, not after 20%.
ALTER TABLE payments_invoice SET (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE payments_receipt SET (
    autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
-- Figures at a past day read the newest allocations from their index alone.
ALTER TABLE payments_allocation SET (autovacuum_vacuum_insert_scale_factor = 0.02);
-- Small tables that every payment writes to; room in each page lets an update stay in it.
ALTER TABLE payments_clientbalance SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE payments_agingflow SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 20000);
-- Few invoices come from a schedule: the index of those that do leaves the million others out.
ALTER TABLE payments_invoice DROP CONSTRAINT payments_invoice_schedule_entry_id_key;
CREATE UNIQUE INDEX invoice_entry_once ON payments_invoice (schedule_entry_id)
    WHERE schedule_entry_id IS NOT NULL;
