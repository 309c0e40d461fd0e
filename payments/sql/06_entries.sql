-- An entry of a schedule that has its invoice stays as it was invoiced: an amendment moves only
-- what is not invoiced yet.
CREATE OR REPLACE FUNCTION payments_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM payments_invoice WHERE schedule_entry_id = OLD.id) THEN
        RAISE EXCEPTION 'entry % is invoiced: amend what is not', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'entry_is_invoiced';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER invoiced BEFORE UPDATE ON contracts_scheduleentry FOR EACH ROW
WHEN ((OLD.contract_id, OLD.kind, OLD.amount, OLD.line_id)
      IS DISTINCT FROM (NEW.contract_id, NEW.kind, NEW.amount, NEW.line_id))
EXECUTE FUNCTION payments_entry_stays();
