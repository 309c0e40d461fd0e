CREATE OR REPLACE TRIGGER refuse_frozen BEFORE UPDATE ON cases_packet FOR EACH ROW
WHEN (OLD.state = 'READY')
EXECUTE FUNCTION dunwell_refuse('a finished packet is frozen; export another');
SELECT dunwell_forbid_delete('cases_packet');
