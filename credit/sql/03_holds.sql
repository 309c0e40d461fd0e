-- A hold walks along its edges only; what was proposed stays as it was, what was decided too.
CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON credit_credithold FOR EACH ROW
WHEN ((OLD.client_id, OLD.matches, OLD.proposed_on, OLD.proposed_at, OLD.proposed_by_id,
       OLD.proposal)
      IS DISTINCT FROM
      (NEW.client_id, NEW.matches, NEW.proposed_on, NEW.proposed_at, NEW.proposed_by_id,
       NEW.proposal)
      OR (OLD.decided_at IS NOT NULL
          AND (OLD.decided_at, OLD.decided_by_id, OLD.reason, OLD.expires_on)
              IS DISTINCT FROM (NEW.decided_at, NEW.decided_by_id, NEW.reason, NEW.expires_on)))
EXECUTE FUNCTION dunwell_refuse('propose another hold');

CREATE OR REPLACE TRIGGER refuse_edges BEFORE UPDATE ON credit_credithold FOR EACH ROW
WHEN (OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN (
    'PROPOSED>HELD', 'PROPOSED>DECLINED', 'PROPOSED>WITHDRAWN', 'HELD>RELEASED', 'HELD>EXPIRED'))
EXECUTE FUNCTION dunwell_refuse('take the step that comes next');

SELECT dunwell_forbid_delete('credit_credithold');
SELECT dunwell_make_append_only('credit_holdtransition');
