-- The same as core.audit.chain_hash.
CREATE OR REPLACE FUNCTION core_chain_hash(prev_hash text, payload text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(prev_hash || E'\n' || payload, 'UTF8')), 'hex')
$$;

-- One act in one call: takes the stream's head (begun by whoever is first), gives the act the next
-- number, hashes it onto the chain, and keeps both. The payload is canonical JSON, made by
-- core.audit; only the number is not known there: it stands between its two parts.
--
-- NO KEY UPDATE, so that the foreign keys of acts on other rows never wait for the head.
--
-- A session keeps the plan it made when the streams were few, and would go on reading all of them,
-- each with its many versions: always by index.
CREATE OR REPLACE FUNCTION core_append_act(
    in_stream text, in_at timestamptz, in_actor bigint, in_action text, in_subject_type text,
    in_subject_id text, before_seq text, after_seq text,
    OUT act_id bigint, OUT act_seq bigint, OUT act_payload text, OUT act_prev_hash text,
    OUT act_hash text)
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    is_first boolean := false;
BEGIN
    SELECT head_seq + 1, head_hash INTO act_seq, act_prev_hash
    FROM core_auditstream WHERE name = in_stream FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        INSERT INTO core_auditstream (name, head_seq, head_hash)
        VALUES (in_stream, 1, core_chain_hash(repeat('0', 64), before_seq || 1 || after_seq))
        ON CONFLICT (name) DO NOTHING;
        is_first := FOUND;
        IF is_first THEN
            act_seq := 1;
            act_prev_hash := repeat('0', 64);
        ELSE
            -- Somebody else began it meanwhile.
            SELECT head_seq + 1, head_hash INTO STRICT act_seq, act_prev_hash
            FROM core_auditstream WHERE name = in_stream FOR NO KEY UPDATE;
        END IF;
    END IF;
    act_payload := before_seq || act_seq || after_seq;
    act_hash := core_chain_hash(act_prev_hash, act_payload);
    IF NOT is_first THEN
        UPDATE core_auditstream SET head_seq = act_seq, head_hash = act_hash
        WHERE name = in_stream;
    END IF;
    INSERT INTO core_auditevent (stream_id, seq, at, actor_id, action, subject_type, subject_id,
                                 payload, prev_hash, hash)
    VALUES (in_stream, act_seq, in_at, in_actor, in_action, in_subject_type, in_subject_id,
            act_payload, act_prev_hash, act_hash)
    RETURNING id INTO act_id;
END $$;
