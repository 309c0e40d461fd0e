-- A draft is written and rewritten; what has left the desk is not. Services that carry out an
-- accepted amendment say so for their own transaction with `dunwell.amending`, and leave a
-- version behind.
CREATE OR REPLACE FUNCTION contracts_refuse_settled(contract bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('dunwell.amending', true), '') = 'on' THEN RETURN; END IF;
    IF EXISTS (SELECT 1 FROM contracts_contract WHERE id = contract AND state <> 'DRAFT') THEN
        RAISE EXCEPTION 'contract %: only a draft is rewritten; agree an amendment', contract
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'contract_text_is_settled';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION contracts_part_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM contracts_refuse_settled(OLD.contract_id); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM contracts_refuse_settled(NEW.contract_id); END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE OR REPLACE TRIGGER settled BEFORE INSERT OR UPDATE OR DELETE ON contracts_contractline
FOR EACH ROW EXECUTE FUNCTION contracts_part_changes();
CREATE OR REPLACE TRIGGER settled BEFORE INSERT OR UPDATE OR DELETE ON contracts_contractclause
FOR EACH ROW EXECUTE FUNCTION contracts_part_changes();
CREATE OR REPLACE TRIGGER settled BEFORE INSERT OR UPDATE OR DELETE ON contracts_scheduleentry
FOR EACH ROW EXECUTE FUNCTION contracts_part_changes();

CREATE OR REPLACE FUNCTION contracts_text_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM contracts_refuse_settled(OLD.id);
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER settled BEFORE UPDATE ON contracts_contract FOR EACH ROW
WHEN (OLD.state <> 'DRAFT' AND (
    (OLD.creditor_id, OLD.client_id, OLD.number, OLD.title, OLD.language, OLD.governing_language,
     OLD.currency, OLD.amount, OLD.starts_on, OLD.ends_on, OLD.terms_days, OLD.late_charge_kind,
     OLD.late_charge_preset, OLD.late_charge_rate, OLD.late_charge_basis, OLD.late_charge_clause,
     OLD.acceptance_days, OLD.suspension_days, OLD.notice_email, OLD.notice_address,
     OLD.governing_law, OLD.forum, OLD.prepayment_kind)
    IS DISTINCT FROM
    (NEW.creditor_id, NEW.client_id, NEW.number, NEW.title, NEW.language, NEW.governing_language,
     NEW.currency, NEW.amount, NEW.starts_on, NEW.ends_on, NEW.terms_days, NEW.late_charge_kind,
     NEW.late_charge_preset, NEW.late_charge_rate, NEW.late_charge_basis, NEW.late_charge_clause,
     NEW.acceptance_days, NEW.suspension_days, NEW.notice_email, NEW.notice_address,
     NEW.governing_law, NEW.forum, NEW.prepayment_kind)))
EXECUTE FUNCTION contracts_text_changes();

SELECT dunwell_make_append_only('contracts_clauseversion');
SELECT dunwell_make_append_only('contracts_contractversion');
SELECT dunwell_make_append_only('contracts_reviewremark');
SELECT dunwell_make_append_only('contracts_override');
SELECT dunwell_make_append_only('contracts_contractacceptance');
SELECT dunwell_forbid_delete('contracts_review');
