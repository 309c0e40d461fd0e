-- Who rewrites a part of a draft holds the contract row meanwhile, so that a clause cannot slip in
-- between the freezing of a version and the change of state: the second of the two waits, looks
-- again and is refused.
CREATE OR REPLACE FUNCTION contracts_refuse_settled(contract bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    IF coalesce(current_setting('dunwell.amending', true), '') = 'on' THEN RETURN; END IF;
    SELECT state INTO found FROM contracts_contract WHERE id = contract FOR SHARE;
    IF found <> 'DRAFT' THEN
        RAISE EXCEPTION 'contract %: only a draft is rewritten; agree an amendment', contract
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'contract_text_is_settled';
    END IF;
END $$;

SELECT dunwell_forbid_delete('contracts_overriderequest');
