-- What was asked stays as it was asked; a decision is never edited.
CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON credit_limitrequest FOR EACH ROW
WHEN ((OLD.client_id, OLD.contract_id, OLD.version_number, OLD.amount, OLD.currency, OLD."limit",
       OLD.exposure, OLD.note, OLD.asked_at, OLD.asked_by_id)
      IS DISTINCT FROM
      (NEW.client_id, NEW.contract_id, NEW.version_number, NEW.amount, NEW.currency, NEW."limit",
       NEW.exposure, NEW.note, NEW.asked_at, NEW.asked_by_id)
      OR (OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN (
          'ASKED>RELEASED', 'ASKED>REJECTED', 'ASKED>SETTLED', 'RELEASED>REVOKED')))
EXECUTE FUNCTION dunwell_refuse('ask anew');
SELECT dunwell_forbid_delete('credit_limitrequest');
SELECT dunwell_make_append_only('credit_limitdecision');
