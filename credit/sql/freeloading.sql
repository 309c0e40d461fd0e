-- What was given for nothing is only added to; a reversal mirrors what it reverses; and whatever an
-- entry names belongs to its own client.
SELECT dunwell_make_append_only('credit_freeentry');
SELECT dunwell_make_append_only('credit_freejudgement');
SELECT dunwell_make_append_only('credit_creditreading');
SELECT dunwell_make_append_only('credit_marginassumption');
SELECT dunwell_make_append_only('credit_coursedecision');

CREATE OR REPLACE FUNCTION credit_freeentry_sound() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    first credit_freeentry;
BEGIN
    IF EXISTS (SELECT 1 FROM contracts_contract c
               WHERE c.id = NEW.contract_id AND c.client_id <> NEW.client_id)
       OR EXISTS (SELECT 1 FROM contracts_delivery d JOIN contracts_contract c
                      ON c.id = d.contract_id
                  WHERE d.id = NEW.delivery_id AND c.client_id <> NEW.client_id)
       OR EXISTS (SELECT 1 FROM contracts_amendment a JOIN contracts_contract c
                      ON c.id = a.contract_id
                  WHERE a.id = NEW.amendment_id AND c.client_id <> NEW.client_id)
       OR EXISTS (SELECT 1 FROM interactions_interaction i
                  WHERE i.id = NEW.interaction_id AND i.client_id <> NEW.client_id)
    THEN
        RAISE EXCEPTION 'what an entry names belongs to its own client'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'free_entry_same_client';
    END IF;
    IF NEW.reverses_id IS NOT NULL THEN
        SELECT * INTO STRICT first FROM credit_freeentry WHERE id = NEW.reverses_id;
        IF first.reverses_id IS NOT NULL
           OR (first.client_id, first.kind, first.work, first.currency, -first.hours,
               -first.amount)
              IS DISTINCT FROM
              (NEW.client_id, NEW.kind, NEW.work, NEW.currency, NEW.hours, NEW.amount)
        THEN
            RAISE EXCEPTION 'a reversal mirrors the entry that it reverses'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'free_entry_mirrors';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER sound BEFORE INSERT ON credit_freeentry
FOR EACH ROW EXECUTE FUNCTION credit_freeentry_sound();
