-- When minutes count as confirmed is agreed with the text, and settled with it.
CREATE OR REPLACE TRIGGER settled_minutes BEFORE UPDATE ON contracts_contract FOR EACH ROW
WHEN (OLD.state <> 'DRAFT' AND OLD.minutes_days IS DISTINCT FROM NEW.minutes_days)
EXECUTE FUNCTION contracts_text_changes();
