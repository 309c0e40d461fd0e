-- A prepayment that an amendment kept above its ratio is part of the agreed text: only another
-- amendment changes it.
CREATE OR REPLACE TRIGGER kept_frozen BEFORE UPDATE ON contracts_contract FOR EACH ROW
WHEN (OLD.state <> 'DRAFT' AND OLD.prepayment_kept IS DISTINCT FROM NEW.prepayment_kept)
EXECUTE FUNCTION contracts_text_changes();

-- What had been asked for when an amendment was proposed stands in its agreement.
CREATE OR REPLACE TRIGGER refuse_prepaid BEFORE UPDATE ON contracts_amendment FOR EACH ROW
WHEN ((OLD.prepaid_asked, OLD.prepaid_received)
      IS DISTINCT FROM (NEW.prepaid_asked, NEW.prepaid_received))
EXECUTE FUNCTION dunwell_refuse('propose another amendment');
