-- The Chinese title is part of the text, like the other one.
CREATE OR REPLACE TRIGGER settled_title BEFORE UPDATE ON contracts_contract FOR EACH ROW
WHEN (OLD.state <> 'DRAFT' AND OLD.title_zh IS DISTINCT FROM NEW.title_zh)
EXECUTE FUNCTION contracts_text_changes();

-- A version is written in its transaction and printed after it: the PDF is added once.
CREATE OR REPLACE FUNCTION contracts_version_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.document_id IS NULL AND NEW.document_id IS NOT NULL
       AND (NEW.id, NEW.contract_id, NEW.number, NEW.content, NEW.sha256, NEW.reason,
            NEW.created_at, NEW.created_by_id)
           IS NOT DISTINCT FROM
           (OLD.id, OLD.contract_id, OLD.number, OLD.content, OLD.sha256, OLD.reason,
            OLD.created_at, OLD.created_by_id)
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION '%: % is refused; history is corrected by adding', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'Freeze a new version.';
END $$;
CREATE OR REPLACE TRIGGER refuse_update BEFORE UPDATE ON contracts_contractversion
FOR EACH ROW EXECUTE FUNCTION contracts_version_is_kept();
