-- The prepayment ratio and its reason are frozen with the text: once a contract has gone out they
-- change with an amendment only. A contract that comes back to the desk thaws: what it asks is
-- worked out anew when it goes out again.
CREATE OR REPLACE FUNCTION contracts_terms_thaw() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.prepayment_ratio := NULL;
    NEW.prepayment_reason := '';
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER terms_thaw BEFORE UPDATE ON contracts_contract FOR EACH ROW
WHEN (NEW.state = 'DRAFT' AND OLD.state <> 'DRAFT')
EXECUTE FUNCTION contracts_terms_thaw();

CREATE OR REPLACE TRIGGER terms_frozen BEFORE UPDATE ON contracts_contract FOR EACH ROW
WHEN (OLD.state NOT IN ('DRAFT', 'REVIEW', 'APPROVED') AND NEW.state <> 'DRAFT'
      AND OLD.prepayment_ratio IS NOT NULL
      AND (OLD.prepayment_ratio, OLD.prepayment_reason, OLD.demanded_ratio, OLD.demanded_reason)
          IS DISTINCT FROM
          (NEW.prepayment_ratio, NEW.prepayment_reason, NEW.demanded_ratio, NEW.demanded_reason))
EXECUTE FUNCTION contracts_text_changes();
