SELECT dunwell_make_append_only('interactions_interaction');
