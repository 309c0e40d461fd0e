SELECT dunwell_make_append_only('interactions_callscript');
SELECT dunwell_make_append_only('interactions_incidenttransition');
SELECT dunwell_forbid_delete('interactions_incident');

-- What was reported stays as it was reported; a manager only adds a decision.
CREATE OR REPLACE TRIGGER refuse_words BEFORE UPDATE ON interactions_incident FOR EACH ROW
WHEN ((OLD.client_id, OLD.interaction_id, OLD.category, OLD.severity, OLD.quote, OLD.note,
       OLD.occurred_at, OLD.reported_at, OLD.reported_by_id, OLD.manager_id)
      IS DISTINCT FROM
      (NEW.client_id, NEW.interaction_id, NEW.category, NEW.severity, NEW.quote, NEW.note,
       NEW.occurred_at, NEW.reported_at, NEW.reported_by_id, NEW.manager_id))
EXECUTE FUNCTION dunwell_refuse('an incident stays as it was reported');
CREATE OR REPLACE TRIGGER refuse_state BEFORE UPDATE ON interactions_incident FOR EACH ROW
WHEN (OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('OPEN', 'REVIEWED'), ('REVIEWED', 'CLOSED')))
EXECUTE FUNCTION dunwell_refuse('an incident does not go this way');
