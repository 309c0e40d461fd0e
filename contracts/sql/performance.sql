-- Deliveries keep their facts; their state moves with the answer, from the service that writes it.
CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON contracts_delivery FOR EACH ROW
WHEN (OLD.state <> 'DELIVERED'
      OR (OLD.contract_id, OLD.line_id, OLD.delivered_on, OLD.what, OLD.recipient, OLD.document_id,
          OLD.completes_line, OLD.accept_by, OLD.created_at, OLD.created_by_id)
         IS DISTINCT FROM
         (NEW.contract_id, NEW.line_id, NEW.delivered_on, NEW.what, NEW.recipient, NEW.document_id,
          NEW.completes_line, NEW.accept_by, NEW.created_at, NEW.created_by_id))
EXECUTE FUNCTION dunwell_refuse('record another delivery');

CREATE OR REPLACE FUNCTION contracts_answer_agrees() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM contracts_delivery d WHERE d.id = NEW.delivery_id
                   AND d.state = NEW.outcome AND NEW.answered_on >= d.delivered_on) THEN
        RAISE EXCEPTION 'a delivery and its answer say the same, the answer not before it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'answer_agrees';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER answer_agrees BEFORE INSERT ON contracts_deliveryanswer
FOR EACH ROW EXECUTE FUNCTION contracts_answer_agrees();

CREATE OR REPLACE FUNCTION contracts_line_of_contract() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM contracts_contractline l
                   WHERE l.id = NEW.line_id AND l.contract_id = NEW.contract_id) THEN
        RAISE EXCEPTION 'a delivery is of a line of its own contract'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'delivery_line_of_contract';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER line_of_contract BEFORE INSERT ON contracts_delivery
FOR EACH ROW EXECUTE FUNCTION contracts_line_of_contract();

-- A duty is done once; a flag is taken down once.
CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON contracts_obligation FOR EACH ROW
WHEN (OLD.done_on IS NOT NULL
      OR (OLD.contract_id, OLD.side, OLD.what, OLD.due_on)
         IS DISTINCT FROM (NEW.contract_id, NEW.side, NEW.what, NEW.due_on))
EXECUTE FUNCTION dunwell_refuse('write another duty');
CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON contracts_supervisionflag FOR EACH ROW
WHEN (OLD.cleared_on IS NOT NULL
      OR (OLD.contract_id, OLD.kind, OLD.line_id, OLD.obligation_id, OLD.clause_id, OLD.since_on,
          OLD.found_on)
         IS DISTINCT FROM
         (NEW.contract_id, NEW.kind, NEW.line_id, NEW.obligation_id, NEW.clause_id, NEW.since_on,
          NEW.found_on))
EXECUTE FUNCTION dunwell_refuse('flags are put up and taken down by the daily check');

SELECT dunwell_make_append_only('contracts_deliveryanswer');
SELECT dunwell_forbid_delete('contracts_delivery');
SELECT dunwell_forbid_delete('contracts_obligation');
SELECT dunwell_forbid_delete('contracts_supervisionflag');
