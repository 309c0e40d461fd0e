-- A complaint is about a row of its own client, what was said never changes, and it walks only
-- along the edges of its states.
CREATE OR REPLACE FUNCTION disputes_complaint_same_client() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM contracts_contract c
               WHERE c.id = NEW.contract_id AND c.client_id <> NEW.client_id)
       OR EXISTS (SELECT 1 FROM payments_invoice i
                  WHERE i.id = NEW.invoice_id AND i.client_id <> NEW.client_id)
       OR EXISTS (SELECT 1 FROM contracts_delivery d JOIN contracts_contract c
                      ON c.id = d.contract_id
                  WHERE d.id = NEW.delivery_id AND c.client_id <> NEW.client_id)
    THEN
        RAISE EXCEPTION 'a complaint is about something of its own client'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'complaint_same_client';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER same_client BEFORE INSERT ON disputes_complaint
FOR EACH ROW EXECUTE FUNCTION disputes_complaint_same_client();

CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON disputes_complaint FOR EACH ROW
WHEN ((OLD.client_id, OLD.creditor_id, OLD.channel, OLD.contract_id, OLD.invoice_id,
       OLD.delivery_id, OLD.what, OLD.wants, OLD.received_at, OLD.key, OLD.created_at)
      IS DISTINCT FROM
      (NEW.client_id, NEW.creditor_id, NEW.channel, NEW.contract_id, NEW.invoice_id,
       NEW.delivery_id, NEW.what, NEW.wants, NEW.received_at, NEW.key, NEW.created_at)
      OR (OLD.dispute_id IS NOT NULL AND OLD.dispute_id IS DISTINCT FROM NEW.dispute_id))
EXECUTE FUNCTION dunwell_refuse('note another complaint');

CREATE OR REPLACE TRIGGER refuse_edges BEFORE UPDATE ON disputes_complaint FOR EACH ROW
WHEN (OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN (
    'RECEIVED>IN_WORK', 'IN_WORK>ANSWERED', 'ANSWERED>CLOSED', 'ANSWERED>REOPENED',
    'CLOSED>REOPENED', 'REOPENED>IN_WORK'))
EXECUTE FUNCTION dunwell_refuse('take the step that comes next');

SELECT dunwell_forbid_delete('disputes_complaint');
SELECT dunwell_make_append_only('disputes_complainttransition');
