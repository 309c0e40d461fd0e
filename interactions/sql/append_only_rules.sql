SELECT dunwell_make_append_only('interactions_contactpolicy');
SELECT dunwell_make_append_only('interactions_refusallift');
SELECT dunwell_make_append_only('interactions_contactbreach');
