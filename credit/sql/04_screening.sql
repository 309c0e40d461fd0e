-- A screening walks only along the edges of its states, what it is about never changes, and once it
-- is decided nothing of it does. What was found is added while it is in work.
CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON credit_screening FOR EACH ROW
WHEN ((OLD.client_id, OLD.checklist_id, OLD.previous_id, OLD.started_at, OLD.started_by_id)
      IS DISTINCT FROM
      (NEW.client_id, NEW.checklist_id, NEW.previous_id, NEW.started_at, NEW.started_by_id)
      OR OLD.state IN ('ACCEPTED', 'CONDITIONAL', 'REJECTED', 'WITHDRAWN'))
EXECUTE FUNCTION dunwell_refuse('begin another screening');

CREATE OR REPLACE TRIGGER refuse_edges BEFORE UPDATE ON credit_screening FOR EACH ROW
WHEN (OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN (
    'IN_WORK>SUBMITTED', 'IN_WORK>WITHDRAWN', 'SUBMITTED>IN_WORK', 'SUBMITTED>ACCEPTED',
    'SUBMITTED>CONDITIONAL', 'SUBMITTED>REJECTED'))
EXECUTE FUNCTION dunwell_refuse('take the step that comes next');

CREATE OR REPLACE FUNCTION credit_screening_in_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM credit_screening s
                   WHERE s.id = NEW.screening_id AND s.state = 'IN_WORK') THEN
        RAISE EXCEPTION 'a screening is written only while it is in work'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'screening_in_work_only';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER in_work BEFORE INSERT ON credit_screeninganswer
FOR EACH ROW EXECUTE FUNCTION credit_screening_in_work();
CREATE OR REPLACE TRIGGER in_work BEFORE INSERT OR UPDATE ON credit_reference
FOR EACH ROW EXECUTE FUNCTION credit_screening_in_work();

CREATE OR REPLACE FUNCTION credit_answer_of_its_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM credit_screening s
                   JOIN credit_checklistitem i ON i.checklist_id = s.checklist_id
                   WHERE s.id = NEW.screening_id AND i.id = NEW.item_id) THEN
        RAISE EXCEPTION 'an answer is to a line of the screening''s own checklist'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'screening_answer_of_its_list';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER own_list BEFORE INSERT ON credit_screeninganswer
FOR EACH ROW EXECUTE FUNCTION credit_answer_of_its_list();

CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON credit_reference FOR EACH ROW
WHEN ((OLD.screening_id, OLD.company, OLD.contact, OLD.asked_on, OLD.asked_by_id)
      IS DISTINCT FROM
      (NEW.screening_id, NEW.company, NEW.contact, NEW.asked_on, NEW.asked_by_id)
      OR OLD.answered_on IS NOT NULL)
EXECUTE FUNCTION dunwell_refuse('ask another reference');

SELECT dunwell_forbid_delete('credit_screening');
SELECT dunwell_forbid_delete('credit_reference');
SELECT dunwell_make_append_only('credit_screeningtransition');
SELECT dunwell_make_append_only('credit_screeninganswer');
SELECT dunwell_make_append_only('credit_checklist');
SELECT dunwell_make_append_only('credit_checklistitem');
