SELECT dunwell_make_append_only('contracts_contracttransition');
SELECT dunwell_forbid_delete('contracts_contract');
