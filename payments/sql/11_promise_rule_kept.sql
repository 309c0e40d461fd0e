-- By which rule a promise is judged is decided when it is made; an older one is nobody's excuse.
CREATE OR REPLACE FUNCTION payments_promise_rule_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a promise is judged by the rule in force'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'promise_rule_kept';
END $$;
CREATE OR REPLACE TRIGGER refuse_older_rule BEFORE INSERT ON payments_promise FOR EACH ROW
WHEN (NEW.rule <> 3) EXECUTE FUNCTION payments_promise_rule_kept();
CREATE OR REPLACE TRIGGER refuse_other_rule BEFORE UPDATE ON payments_promise FOR EACH ROW
WHEN (OLD.rule <> NEW.rule) EXECUTE FUNCTION payments_promise_rule_kept();
