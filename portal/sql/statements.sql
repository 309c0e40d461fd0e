-- What clients said of their balances is history.
SELECT dunwell_make_append_only('portal_statementanswer');
SELECT dunwell_make_append_only('portal_statementline');

-- The confirmed total is the sum of the confirmed lines, whichever code writes them. Checked when
-- the transaction ends: answer and lines are written one after the other.
CREATE OR REPLACE FUNCTION portal_statement_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong bigint;
BEGIN
    SELECT a.id INTO wrong FROM portal_statementanswer a
    LEFT JOIN portal_statementline l ON l.answer_id = a.id
    WHERE a.id = CASE WHEN TG_TABLE_NAME = 'portal_statementanswer' THEN NEW.id
                      ELSE (to_jsonb(NEW) ->> 'answer_id')::bigint END
    GROUP BY a.id
    HAVING a.stated <> coalesce(sum(l.open_amount), 0)
        OR a.confirmed <> coalesce(sum(l.open_amount) FILTER (WHERE l.said = 'CONFIRMED'), 0);
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'statement answer %: its lines do not add up', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_adds_up';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER adds_up AFTER INSERT ON portal_statementanswer
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION portal_statement_adds_up();
CREATE CONSTRAINT TRIGGER adds_up AFTER INSERT ON portal_statementline
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION portal_statement_adds_up();

-- What was approved for a link that is not answered is a fact; that it was done is added once.
CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON portal_linkreminder FOR EACH ROW
WHEN ((OLD.link_id, OLD.due_on, OLD.may_mail, OLD.approved_by_id)
      IS DISTINCT FROM (NEW.link_id, NEW.due_on, NEW.may_mail, NEW.approved_by_id)
      OR (OLD.followed_up_at IS NOT NULL
          AND NEW.followed_up_at IS DISTINCT FROM OLD.followed_up_at)
      OR (OLD.mailed_at IS NOT NULL AND NEW.mailed_at IS DISTINCT FROM OLD.mailed_at)
      OR (OLD.fresh_id IS NOT NULL AND NEW.fresh_id IS DISTINCT FROM OLD.fresh_id))
EXECUTE FUNCTION dunwell_refuse('make another link');
SELECT dunwell_forbid_delete('portal_linkreminder');

-- A client of a batch goes on from being sent, never back to a second mail.
CREATE OR REPLACE TRIGGER refuse_again BEFORE UPDATE ON portal_statementbatchrow FOR EACH ROW
WHEN ((OLD.batch_id, OLD.client_id) IS DISTINCT FROM (NEW.batch_id, NEW.client_id)
      OR (OLD.link_id IS NOT NULL AND NEW.link_id IS DISTINCT FROM OLD.link_id)
      OR (OLD.state <> NEW.state AND NOT (
          (OLD.state = 'WAITING' AND NEW.state = 'SENDING')
          OR (OLD.state = 'SENDING'
              AND NEW.state IN ('SENT', 'FAILED', 'IN_DOUBT', 'REFUSED')))))
EXECUTE FUNCTION dunwell_refuse('ask in another batch');
SELECT dunwell_forbid_delete('portal_statementbatchrow');
SELECT dunwell_forbid_delete('portal_statementbatch');
