-- What was scored, and on what, stays as it was.
SELECT dunwell_make_append_only('credit_calibration');
SELECT dunwell_make_append_only('credit_factorweight');
SELECT dunwell_make_append_only('credit_scoresnapshot');
SELECT dunwell_make_append_only('credit_scorerun');

-- The snapshot that counts is the client's own.
CREATE OR REPLACE FUNCTION credit_current_is_own() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM fresh f JOIN credit_scoresnapshot s ON s.id = f.snapshot_id
        WHERE s.client_id <> f.client_id
    ) THEN
        RAISE EXCEPTION 'credit_currentscore: the snapshot is of another client'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'current_score_own';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER own_snapshot_insert AFTER INSERT ON credit_currentscore
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION credit_current_is_own();
CREATE OR REPLACE TRIGGER own_snapshot_update AFTER UPDATE ON credit_currentscore
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION credit_current_is_own();
