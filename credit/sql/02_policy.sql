-- Versions of the policy and the history of standings are only added to.
SELECT dunwell_make_append_only('credit_creditpolicy');
SELECT dunwell_make_append_only('credit_policyrow');
SELECT dunwell_make_append_only('credit_holdrule');
SELECT dunwell_make_append_only('credit_standingchange');
SELECT dunwell_forbid_delete('credit_standing');
SELECT dunwell_forbid_delete('credit_standingoverride');

-- A setting by hand is as it was approved; its end is written once.
CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON credit_standingoverride FOR EACH ROW
WHEN ((OLD.client_id, OLD.part, OLD.value, OLD.currency, OLD.grade, OLD.reason, OLD.starts_on,
       OLD.expires_on, OLD.at, OLD.approver_id)
      IS DISTINCT FROM
      (NEW.client_id, NEW.part, NEW.value, NEW.currency, NEW.grade, NEW.reason, NEW.starts_on,
       NEW.expires_on, NEW.at, NEW.approver_id)
      OR OLD.ended_at IS NOT NULL)
EXECUTE FUNCTION dunwell_refuse('set it anew');

-- A version is saved whole: nothing is put into it when a later one is there.
CREATE OR REPLACE FUNCTION credit_policy_is_newest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM credit_creditpolicy p, credit_creditpolicy q
               WHERE p.id = NEW.policy_id AND q.number > p.number) THEN
        RAISE EXCEPTION 'rows go into the newest version only'
            USING ERRCODE = 'restrict_violation', HINT = 'save a new version';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER newest_only BEFORE INSERT ON credit_policyrow
FOR EACH ROW EXECUTE FUNCTION credit_policy_is_newest();
CREATE OR REPLACE TRIGGER newest_only BEFORE INSERT ON credit_holdrule
FOR EACH ROW EXECUTE FUNCTION credit_policy_is_newest();
