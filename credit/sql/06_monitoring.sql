-- Looks and notices are history; a notice is read once and goes into one mail at most.
SELECT dunwell_make_append_only('credit_clientlook');
SELECT dunwell_make_append_only('credit_creditnotice');

CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON credit_noticeto FOR EACH ROW
WHEN ((OLD.notice_id, OLD.user_id) IS DISTINCT FROM (NEW.notice_id, NEW.user_id)
      OR (OLD.seen_at IS NOT NULL AND OLD.seen_at IS DISTINCT FROM NEW.seen_at)
      OR (OLD.digest_id IS NOT NULL AND OLD.digest_id IS DISTINCT FROM NEW.digest_id))
EXECUTE FUNCTION dunwell_refuse('a notice is read once, and told by one mail');
SELECT dunwell_forbid_delete('credit_noticeto');

CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON credit_noticedigest FOR EACH ROW
WHEN ((OLD.user_id, OLD."on", OLD.created_at) IS DISTINCT FROM (NEW.user_id, NEW."on", NEW.created_at)
      OR (OLD.left_at IS NOT NULL AND OLD.left_at IS DISTINCT FROM NEW.left_at))
EXECUTE FUNCTION dunwell_refuse('a mail that left has left');
SELECT dunwell_forbid_delete('credit_noticedigest');

-- A mail tells its own reader only.
CREATE OR REPLACE FUNCTION credit_digest_is_own() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM credit_noticedigest WHERE id = NEW.digest_id AND user_id <> NEW.user_id)
    THEN
        RAISE EXCEPTION 'credit_noticeto: the mail is to somebody else'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'notice_digest_own';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER own_digest AFTER INSERT OR UPDATE OF digest_id ON credit_noticeto
    FOR EACH ROW WHEN (NEW.digest_id IS NOT NULL) EXECUTE FUNCTION credit_digest_is_own();

-- The look that the next day is counted from is the client's own.
CREATE OR REPLACE FUNCTION credit_look_is_own() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM credit_clientlook WHERE id = NEW.last_look_id AND client_id <> NEW.client_id)
    THEN
        RAISE EXCEPTION 'credit_monitoring: the look is at another client'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'monitoring_look_own';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER own_look AFTER INSERT OR UPDATE OF last_look_id ON credit_monitoring
    FOR EACH ROW WHEN (NEW.last_look_id IS NOT NULL) EXECUTE FUNCTION credit_look_is_own();
