-- History is corrected by adding. These refuse everything else, from the admin, from
-- bulk_update and from raw SQL alike.
CREATE OR REPLACE FUNCTION dunwell_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % is refused; history is corrected by adding', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', HINT = coalesce(TG_ARGV[0], '');
END $$;

CREATE OR REPLACE FUNCTION dunwell_forbid_delete(target regclass) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER refuse_delete BEFORE DELETE ON %s
                    FOR EACH ROW EXECUTE FUNCTION dunwell_refuse()', target);
    EXECUTE format('CREATE OR REPLACE TRIGGER refuse_truncate BEFORE TRUNCATE ON %s
                    FOR EACH STATEMENT EXECUTE FUNCTION dunwell_refuse()', target);
END $$;

CREATE OR REPLACE FUNCTION dunwell_make_append_only(target regclass) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM dunwell_forbid_delete(target);
    EXECUTE format('CREATE OR REPLACE TRIGGER refuse_update BEFORE UPDATE ON %s
                    FOR EACH ROW EXECUTE FUNCTION dunwell_refuse()', target);
END $$;

SELECT dunwell_make_append_only('core_auditevent');
SELECT dunwell_make_append_only('core_document');
SELECT dunwell_forbid_delete('core_auditstream');
