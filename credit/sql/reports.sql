-- What a report says is history: nothing of it is changed, taken away or added to.
CREATE OR REPLACE FUNCTION credit_report_same_client() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM credit_creditreport r
               WHERE r.id = NEW.replaces_id
                 AND (r.client_id <> NEW.client_id OR r.provider_id <> NEW.provider_id))
    THEN
        RAISE EXCEPTION 'a correction is of the client and provider of what it corrects'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'report_same_client';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER same_client BEFORE INSERT ON credit_creditreport
FOR EACH ROW WHEN (NEW.replaces_id IS NOT NULL) EXECUTE FUNCTION credit_report_same_client();

-- A report says how many figures, facts and files it has, and each has its place among them
-- (UNIQUE): so none can be added once it was filed.
CREATE OR REPLACE FUNCTION credit_report_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    places integer;
BEGIN
    EXECUTE format('SELECT %I FROM credit_creditreport WHERE id = $1', TG_ARGV[0])
        INTO places USING NEW.report_id;
    IF NEW.position >= places THEN
        RAISE EXCEPTION '%: report % is filed; file another', TG_TABLE_NAME, NEW.report_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'report_is_whole';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER report_part BEFORE INSERT ON credit_creditreportfigure
FOR EACH ROW EXECUTE FUNCTION credit_report_part('figure_count');
CREATE OR REPLACE TRIGGER report_part BEFORE INSERT ON credit_creditreportfact
FOR EACH ROW EXECUTE FUNCTION credit_report_part('fact_count');
CREATE OR REPLACE TRIGGER report_part BEFORE INSERT ON credit_creditreportpaper
FOR EACH ROW EXECUTE FUNCTION credit_report_part('paper_count');

SELECT dunwell_make_append_only('credit_creditreport');
SELECT dunwell_make_append_only('credit_creditreportfigure');
SELECT dunwell_make_append_only('credit_creditreportfact');
SELECT dunwell_make_append_only('credit_creditreportpaper');
SELECT dunwell_make_append_only('credit_creditreportwithdrawal');
SELECT dunwell_make_append_only('credit_reportvalidity');
SELECT dunwell_forbid_delete('credit_reportprovider');
