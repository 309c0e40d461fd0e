-- A pair keeps its sides and walks along its edges; what was decided is history.
CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON credit_relatedpair FOR EACH ROW
WHEN ((OLD.left_id, OLD.right_id, OLD.found_at)
      IS DISTINCT FROM (NEW.left_id, NEW.right_id, NEW.found_at))
EXECUTE FUNCTION dunwell_refuse('propose another pair');

CREATE OR REPLACE TRIGGER refuse_edges BEFORE UPDATE ON credit_relatedpair FOR EACH ROW
WHEN (OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN (
    'PROPOSED>CONFIRMED', 'PROPOSED>DISMISSED', 'PROPOSED>WITHDRAWN', 'CONFIRMED>DISMISSED',
    'DISMISSED>CONFIRMED', 'DISMISSED>PROPOSED', 'WITHDRAWN>PROPOSED'))
EXECUTE FUNCTION dunwell_refuse('take the step that comes next');

SELECT dunwell_forbid_delete('credit_relatedpair');
SELECT dunwell_make_append_only('credit_relatedtransition');

-- Whoever changes a fact that is compared leaves a note; a task takes it. Notes are only added,
-- so that nobody waits for anybody.
CREATE OR REPLACE FUNCTION credit_note_client() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO credit_relatedlook (client_key) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER related_changed
AFTER UPDATE OF legal_name, legal_representative, registration_number, address ON clients_client
FOR EACH ROW
WHEN ((OLD.legal_name, OLD.legal_representative, OLD.registration_number, OLD.address)
      IS DISTINCT FROM
      (NEW.legal_name, NEW.legal_representative, NEW.registration_number, NEW.address))
EXECUTE FUNCTION credit_note_client();

CREATE OR REPLACE FUNCTION credit_note_clients() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO credit_relatedlook (client_key) SELECT id FROM fresh ORDER BY id;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER related_added AFTER INSERT ON clients_client
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION credit_note_clients();

CREATE OR REPLACE FUNCTION credit_note_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO credit_relatedlook (client_key) VALUES (OLD.client_id);
    END IF;
    IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.client_id <> OLD.client_id) THEN
        INSERT INTO credit_relatedlook (client_key) VALUES (NEW.client_id);
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER related_added AFTER INSERT OR DELETE ON clients_contact
FOR EACH ROW EXECUTE FUNCTION credit_note_contact();
CREATE OR REPLACE TRIGGER related_changed
AFTER UPDATE OF client_id, name, role, email, phone ON clients_contact FOR EACH ROW
WHEN ((OLD.client_id, OLD.name, OLD.role, OLD.email, OLD.phone)
      IS DISTINCT FROM (NEW.client_id, NEW.name, NEW.role, NEW.email, NEW.phone))
EXECUTE FUNCTION credit_note_contact();

-- A payer that is known already, as nearly all are, leaves no note.
CREATE OR REPLACE FUNCTION credit_note_payers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO credit_relatedlook (client_key)
    SELECT DISTINCT f.client_id FROM fresh f
    WHERE f.payer_name <> '' AND NOT EXISTS (
        SELECT FROM credit_relatedkey k
        WHERE k.client_id = f.client_id AND k.sign = 'PAYER' AND NOT k.is_own
          AND k.shown = f.payer_name
    );
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER related_payers AFTER INSERT ON payments_receipt
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION credit_note_payers();
