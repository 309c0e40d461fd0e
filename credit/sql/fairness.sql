-- A behaviour is proven by rows of its own client, says for ever what it said, and walks only along
-- the edges of its states.
CREATE OR REPLACE FUNCTION credit_evidence_of_client() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whose bigint := (SELECT client_id FROM credit_riskbehaviour WHERE id = NEW.behaviour_id);
BEGIN
    IF num_nonnulls(NEW.interaction_id, NEW.document_id, NEW.dispute_id, NEW.contract_id,
                    NEW.incident_id, NEW.credit_note_id, NEW.complaint_id) <> 1 THEN
        RAISE EXCEPTION 'evidence is one thing'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'behaviour_proof_one';
    END IF;
    IF EXISTS (
        SELECT 1 FROM (
            SELECT client_id FROM interactions_interaction WHERE id = NEW.interaction_id
            UNION ALL SELECT client_id FROM clients_clientdocument WHERE id = NEW.document_id
            UNION ALL SELECT client_id FROM disputes_dispute WHERE id = NEW.dispute_id
            UNION ALL SELECT client_id FROM contracts_contract WHERE id = NEW.contract_id
            UNION ALL SELECT client_id FROM interactions_incident WHERE id = NEW.incident_id
            UNION ALL SELECT client_id FROM payments_creditnote WHERE id = NEW.credit_note_id
            UNION ALL SELECT client_id FROM disputes_complaint WHERE id = NEW.complaint_id
        ) owners WHERE client_id <> whose
    ) THEN
        RAISE EXCEPTION 'evidence belongs to the client itself'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'behaviour_proof_of_client';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER of_client BEFORE INSERT ON credit_behaviourevidence
FOR EACH ROW EXECUTE FUNCTION credit_evidence_of_client();

CREATE OR REPLACE FUNCTION credit_behaviour_is_proven() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM credit_behaviourevidence WHERE behaviour_id = NEW.id) THEN
        RAISE EXCEPTION 'a behaviour has evidence'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'behaviour_proven';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER proven AFTER INSERT ON credit_riskbehaviour
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION credit_behaviour_is_proven();

CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON credit_riskbehaviour FOR EACH ROW
WHEN ((OLD.client_id, OLD.kind, OLD.what, OLD.happened_on, OLD.proposed_by_id, OLD.proposed_at,
       OLD.key)
      IS DISTINCT FROM
      (NEW.client_id, NEW.kind, NEW.what, NEW.happened_on, NEW.proposed_by_id, NEW.proposed_at,
       NEW.key))
EXECUTE FUNCTION dunwell_refuse('withdraw it and propose another');

CREATE OR REPLACE TRIGGER refuse_edges BEFORE UPDATE ON credit_riskbehaviour FOR EACH ROW
WHEN (OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN (
    'PROPOSED>CONFIRMED', 'PROPOSED>REJECTED', 'PROPOSED>WITHDRAWN',
    'CONFIRMED>WITHDRAWN', 'CONFIRMED>OVERTURNED'))
EXECUTE FUNCTION dunwell_refuse('take the step that comes next');

CREATE OR REPLACE FUNCTION credit_behaviour_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'PROPOSED' THEN
        RAISE EXCEPTION 'a behaviour begins as a proposal'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'behaviour_begins_proposed';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER begins BEFORE INSERT ON credit_riskbehaviour
FOR EACH ROW EXECUTE FUNCTION credit_behaviour_begins();

SELECT dunwell_forbid_delete('credit_riskbehaviour');
SELECT dunwell_make_append_only('credit_behaviourevidence');
SELECT dunwell_make_append_only('credit_behaviourtransition');
SELECT dunwell_make_append_only('credit_proposalrule');

-- An appeal is against something of its own client, with its own evidence.
CREATE OR REPLACE FUNCTION credit_appeal_of_client() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'RECEIVED' THEN
        RAISE EXCEPTION 'an appeal begins when it is received'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appeal_begins_received';
    END IF;
    IF EXISTS (
        SELECT 1 FROM (
            SELECT client_id FROM credit_riskbehaviour WHERE id = NEW.behaviour_id
            UNION ALL SELECT client_id FROM credit_freeentry WHERE id = NEW.free_entry_id
            UNION ALL SELECT client_id FROM credit_scoresnapshot WHERE id = NEW.snapshot_id
            UNION ALL SELECT client_id FROM credit_credithold WHERE id = NEW.hold_id
            UNION ALL SELECT client_id FROM interactions_interaction WHERE id = NEW.interaction_id
            UNION ALL SELECT client_id FROM clients_clientdocument WHERE id = NEW.document_id
        ) owners WHERE client_id <> NEW.client_id
    ) THEN
        RAISE EXCEPTION 'an appeal is about its own client'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appeal_of_client';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER of_client BEFORE INSERT ON credit_appeal
FOR EACH ROW EXECUTE FUNCTION credit_appeal_of_client();

CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON credit_appeal FOR EACH ROW
WHEN ((OLD.client_id, OLD.against, OLD.behaviour_id, OLD.free_entry_id, OLD.snapshot_id,
       OLD.hold_id, OLD.decision, OLD.decided_by_id, OLD.channel, OLD.grounds,
       OLD.interaction_id, OLD.document_id, OLD.received_on, OLD.answer_by, OLD.key, OLD.created_at, OLD.created_by_id)
      IS DISTINCT FROM
      (NEW.client_id, NEW.against, NEW.behaviour_id, NEW.free_entry_id, NEW.snapshot_id,
       NEW.hold_id, NEW.decision, NEW.decided_by_id, NEW.channel, NEW.grounds,
       NEW.interaction_id, NEW.document_id, NEW.received_on, NEW.answer_by, NEW.key, NEW.created_at, NEW.created_by_id))
EXECUTE FUNCTION dunwell_refuse('note another appeal');

CREATE OR REPLACE TRIGGER refuse_edges BEFORE UPDATE ON credit_appeal FOR EACH ROW
WHEN (OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN (
    'RECEIVED>IN_WORK', 'RECEIVED>WITHDRAWN', 'IN_WORK>UPHELD', 'IN_WORK>PARTLY',
    'IN_WORK>REJECTED', 'IN_WORK>WITHDRAWN'))
EXECUTE FUNCTION dunwell_refuse('take the step that comes next');

SELECT dunwell_forbid_delete('credit_appeal');
SELECT dunwell_make_append_only('credit_appealtransition');
SELECT dunwell_make_append_only('credit_appealterms');
