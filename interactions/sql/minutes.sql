-- The kept text and content are those that were hashed, whoever writes the row.
ALTER TABLE interactions_minutes ADD CONSTRAINT minutes_text_matches_hash
CHECK (sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex'));
ALTER TABLE interactions_minutes ADD CONSTRAINT minutes_content_matches_hash
CHECK (content_sha256 = encode(sha256(convert_to(content, 'UTF8')), 'hex'));

-- A version is a fact. Its state goes along the map of interactions/states.py; that it was sent,
-- its last day and its papers are added once.
CREATE OR REPLACE FUNCTION interactions_minutes_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.meeting_id, OLD.number, OLD.language, OLD.content, OLD.content_sha256,
        OLD.text, OLD.sha256, OLD.deemed_days, OLD.created_at, OLD.created_by_id)
       IS DISTINCT FROM
       (NEW.id, NEW.meeting_id, NEW.number, NEW.language, NEW.content, NEW.content_sha256,
        NEW.text, NEW.sha256, NEW.deemed_days, NEW.created_at, NEW.created_by_id)
       OR (OLD.sent_at IS NOT NULL AND NEW.sent_at IS DISTINCT FROM OLD.sent_at)
       OR (OLD.deemed_on IS NOT NULL AND NEW.deemed_on IS DISTINCT FROM OLD.deemed_on)
       OR (OLD.document_id IS NOT NULL AND NEW.document_id IS DISTINCT FROM OLD.document_id)
       OR (OLD.answered_document_id IS NOT NULL
           AND NEW.answered_document_id IS DISTINCT FROM OLD.answered_document_id)
    THEN
        RAISE EXCEPTION 'interactions_minutes: UPDATE is refused; history is corrected by adding'
            USING ERRCODE = 'restrict_violation', HINT = 'issue a new version';
    END IF;
    IF NEW.state <> OLD.state AND NOT (
        (OLD.state = 'ISSUED' AND NEW.state IN ('SENT', 'SUPERSEDED'))
        OR (OLD.state = 'SENT' AND NEW.state IN ('CONFIRMED', 'OBJECTED', 'DEEMED', 'SUPERSEDED'))
        OR (OLD.state IN ('CONFIRMED', 'OBJECTED', 'DEEMED') AND NEW.state = 'SUPERSEDED'))
    THEN
        RAISE EXCEPTION 'interactions_minutes: from % to % is no edge', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'minutes_edge_known';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER kept BEFORE UPDATE ON interactions_minutes
FOR EACH ROW EXECUTE FUNCTION interactions_minutes_kept();
SELECT dunwell_forbid_delete('interactions_minutes');
SELECT dunwell_forbid_delete('interactions_meeting');

SELECT dunwell_make_append_only('interactions_meetingfile');
SELECT dunwell_make_append_only('interactions_minutestransition');
SELECT dunwell_make_append_only('interactions_minutesanswer');
SELECT dunwell_make_append_only('interactions_minutesobjection');

-- An answer is about the text of its version, and agrees with the state that was just written.
CREATE OR REPLACE FUNCTION interactions_answer_checked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM interactions_minutes m
                   WHERE m.id = NEW.minutes_id AND m.sha256 = NEW.text_sha256
                     AND m.state = NEW.outcome) THEN
        RAISE EXCEPTION 'this answer is not about that version'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'minutes_answer_fits';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER answer_checked BEFORE INSERT ON interactions_minutesanswer
FOR EACH ROW EXECUTE FUNCTION interactions_answer_checked();

-- What was agreed to be done is a fact; that it was done is added once.
CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON interactions_minutesaction FOR EACH ROW
WHEN ((OLD.minutes_id, OLD.client_id, OLD.number, OLD.side, OLD.what, OLD.who, OLD.due_on,
       OLD.follow_up_id)
      IS DISTINCT FROM
      (NEW.minutes_id, NEW.client_id, NEW.number, NEW.side, NEW.what, NEW.who, NEW.due_on,
       NEW.follow_up_id)
      OR OLD.done_at IS NOT NULL)
EXECUTE FUNCTION dunwell_refuse('issue a new version of the minutes');
SELECT dunwell_forbid_delete('interactions_minutesaction');
