-- What an amendment proposes never changes; it is decided once and ends once.
CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON contracts_amendment FOR EACH ROW
WHEN (OLD.state NOT IN ('PROPOSED', 'APPROVED')
      OR (OLD.contract_id, OLD.number, OLD.kind, OLD.base_id, OLD.version_id, OLD.changes,
          OLD.reason, OLD.price_before, OLD.price_after, OLD.days_longer, OLD.proposed_at,
          OLD.proposed_by_id)
         IS DISTINCT FROM
         (NEW.contract_id, NEW.number, NEW.kind, NEW.base_id, NEW.version_id, NEW.changes,
          NEW.reason, NEW.price_before, NEW.price_after, NEW.days_longer, NEW.proposed_at,
          NEW.proposed_by_id))
EXECUTE FUNCTION dunwell_refuse('propose another amendment');
SELECT dunwell_forbid_delete('contracts_amendment');
