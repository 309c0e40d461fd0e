SELECT dunwell_make_append_only('contracts_contractnotice');
