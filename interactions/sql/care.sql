-- A revisit that was made or skipped stays as it is; a planned one may only move.
CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON interactions_revisit FOR EACH ROW
WHEN (OLD.state <> 'PLANNED' OR OLD.client_id <> NEW.client_id
      OR OLD.created_at <> NEW.created_at)
EXECUTE FUNCTION dunwell_refuse('plan another revisit');
SELECT dunwell_forbid_delete('interactions_revisit');
SELECT dunwell_make_append_only('interactions_surveyversion');
SELECT dunwell_make_append_only('interactions_surveyrequest');
SELECT dunwell_make_append_only('interactions_surveyanswer');
