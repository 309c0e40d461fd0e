SELECT dunwell_make_append_only('interactions_tonerule');
SELECT dunwell_make_append_only('interactions_toneoverride');
