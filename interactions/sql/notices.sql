SELECT dunwell_make_append_only('interactions_noticeversion');
SELECT dunwell_make_append_only('interactions_noticeacknowledgement');
SELECT dunwell_forbid_delete('interactions_policynotice');
CREATE OR REPLACE TRIGGER refuse_facts BEFORE UPDATE ON interactions_policynotice FOR EACH ROW
EXECUTE FUNCTION dunwell_refuse('publish a version, or make another notice');
