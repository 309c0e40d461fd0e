-- The kept text is the one that was hashed, whoever writes the row.
ALTER TABLE portal_portallink ADD CONSTRAINT link_text_matches_hash
CHECK (text_sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex'));

-- What a link asks, of whom and until when are facts.
CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON portal_portallink FOR EACH ROW
WHEN ((OLD.reference, OLD.token_sha256, OLD.client_id, OLD.creditor_id, OLD.action,
       OLD.is_repeatable, OLD.subject_type, OLD.subject_id, OLD.subject_sha256, OLD.text,
       OLD.text_sha256, OLD.facts, OLD.document_id, OLD.language, OLD.contact_id,
       OLD.recipient_name, OLD.recipient_email, OLD.issue_key, OLD.created_at, OLD.created_by_id,
       OLD.expires_at)
      IS DISTINCT FROM
      (NEW.reference, NEW.token_sha256, NEW.client_id, NEW.creditor_id, NEW.action,
       NEW.is_repeatable, NEW.subject_type, NEW.subject_id, NEW.subject_sha256, NEW.text,
       NEW.text_sha256, NEW.facts, NEW.document_id, NEW.language, NEW.contact_id,
       NEW.recipient_name, NEW.recipient_email, NEW.issue_key, NEW.created_at, NEW.created_by_id,
       NEW.expires_at)
      OR (OLD.opened_at IS NOT NULL AND NEW.opened_at IS DISTINCT FROM OLD.opened_at)
      OR (OLD.acted_at IS NOT NULL AND NEW.acted_at IS DISTINCT FROM OLD.acted_at)
      OR (OLD.revoked_at IS NOT NULL
          AND (NEW.revoked_at, NEW.revoked_by_id, NEW.revoke_reason)
              IS DISTINCT FROM (OLD.revoked_at, OLD.revoked_by_id, OLD.revoke_reason)))
EXECUTE FUNCTION dunwell_refuse('revoke the link and issue another');
SELECT dunwell_forbid_delete('portal_portallink');

SELECT dunwell_make_append_only('portal_portalvisit');
SELECT dunwell_make_append_only('portal_portalact');

-- Nobody acts through a link that is closed, whichever code writes the row: the link is locked,
-- so a revocation and an answer that meet have one winner.
CREATE OR REPLACE FUNCTION portal_act_checked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    link portal_portallink%ROWTYPE;
BEGIN
    SELECT * INTO link FROM portal_portallink WHERE id = NEW.link_id FOR NO KEY UPDATE;
    IF link.revoked_at IS NOT NULL OR NEW.at >= link.expires_at OR NEW.at < link.created_at THEN
        RAISE EXCEPTION 'this link is closed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'act_through_an_open_link';
    END IF;
    IF NEW.text_sha256 <> link.text_sha256 OR NEW.is_single = link.is_repeatable THEN
        RAISE EXCEPTION 'this is not what the link asks'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'act_answers_its_link';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER act_checked BEFORE INSERT ON portal_portalact
FOR EACH ROW EXECUTE FUNCTION portal_act_checked();

-- The first opening and the first answer stand on the link too, for its state in lists.
CREATE OR REPLACE FUNCTION portal_act_noted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE portal_portallink SET acted_at = NEW.at WHERE id = NEW.link_id AND acted_at IS NULL;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER act_noted AFTER INSERT ON portal_portalact
FOR EACH ROW EXECUTE FUNCTION portal_act_noted();

CREATE OR REPLACE FUNCTION portal_visit_noted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE portal_portallink SET opened_at = NEW.at WHERE id = NEW.link_id AND opened_at IS NULL;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER visit_noted AFTER INSERT ON portal_portalvisit
FOR EACH ROW WHEN (NEW.what = 'OPENED') EXECUTE FUNCTION portal_visit_noted();
