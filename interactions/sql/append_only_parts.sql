SELECT dunwell_make_append_only('interactions_interactionlink');
SELECT dunwell_make_append_only('interactions_interactiondocument');
SELECT dunwell_make_append_only('interactions_recording');
