-- Pushes go out several at once, as mails do: each held by one node while that lives and by no transaction, one at a time to a device.

ALTER TABLE hub.pushes
    -- being handed over by whoever has this advisory lock, until then at most: a node that died over it leaves it to the others
      ADD COLUMN held_by bigint
    , ADD COLUMN held_until timestamptz
    , ADD CONSTRAINT pushes_held_by_somebody CHECK ((held_by IS NULL) = (held_until IS NULL))
    , ADD CONSTRAINT pushes_held_while_waiting CHECK (held_until IS NULL OR state = 'waiting');
DROP INDEX hub.pushes_due;
CREATE INDEX pushes_due ON hub.pushes (next_at, id) WHERE state = 'waiting';
CREATE INDEX pushes_device_waiting ON hub.pushes (ward_id, device_id, next_at, id) WHERE state = 'waiting';
CREATE INDEX pushes_person ON hub.pushes (ward_id, person_id, queued_at);

-- Of the pushes that are due in any ward, the one that has waited longest; no other node gets it before `until`, before it is settled,
-- or before `holder` is gone from the database. None to a device that has an earlier one or one in hand: the first that waits is the
-- only one of its device that can be taken, so that two who ask at once get those of two devices. None to `full_services`.
DROP FUNCTION hub.next_push(timestamptz);
CREATE FUNCTION hub.next_push(now timestamptz, until timestamptz, holder bigint, full_services text[])
    RETURNS TABLE
        ( ward_id uuid, id uuid, service text, endpoint text, public_key bytea, auth bytea, expires_at timestamptz, tries integer )
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    living bigint[] := ARRAY
        ( SELECT l.classid::bigint << 32 | l.objid::bigint FROM pg_locks l
          WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
            AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()) );
BEGIN
    RETURN QUERY
        WITH due AS
            ( SELECT p.ward_id, p.id, s.service, d.endpoint, d.public_key, d.auth
              FROM hub.pushes p
              LEFT JOIN hub.push_devices d ON d.ward_id = p.ward_id AND d.id = p.device_id
              CROSS JOIN LATERAL (SELECT lower(substring(d.endpoint FROM '^https://([^/?#]*)')) AS service) s
              WHERE p.state = 'waiting' AND p.next_at <= next_push.now
                AND (p.held_until IS NULL OR p.held_until <= next_push.now OR p.held_by <> ALL (living))
                AND (s.service IS NULL OR s.service <> ALL (next_push.full_services))
                AND NOT EXISTS
                  ( SELECT FROM hub.pushes o
                    WHERE o.ward_id = p.ward_id AND o.device_id = p.device_id AND o.state = 'waiting' AND o.id <> p.id
                      AND ( (o.next_at, o.id) < (p.next_at, p.id)
                         OR o.held_until > next_push.now AND o.held_by = ANY (living) ) )
              ORDER BY p.next_at, p.id
              LIMIT 1
              FOR UPDATE OF p SKIP LOCKED )
        UPDATE hub.pushes p SET held_by = next_push.holder, held_until = next_push.until
        FROM due
        WHERE p.ward_id = due.ward_id AND p.id = due.id
        RETURNING p.ward_id, p.id, due.service, due.endpoint, due.public_key, due.auth, p.expires_at, p.tries;
END $$;
REVOKE EXECUTE ON FUNCTION hub.next_push(timestamptz, timestamptz, bigint, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.next_push(timestamptz, timestamptz, bigint, text[]) TO tsunagi_system;

-- What became of it, as before; who held it for too long may only say that it was sent.
DROP FUNCTION hub.settle_push(uuid, uuid, text, text, timestamptz, timestamptz);
CREATE FUNCTION hub.settle_push(ward uuid, push uuid, held timestamptz, state text, reason text, at timestamptz, again timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    settled hub.pushes;
BEGIN
    -- The pushes of one notice die one after the other, or none of them would see that it was the last.
    IF settle_push.state = 'dead' THEN
        PERFORM FROM hub.pushes p
        JOIN hub.pushes o ON o.ward_id = p.ward_id AND o.person_id = p.person_id AND o.queued_at = p.queued_at
        WHERE p.ward_id = settle_push.ward AND p.id = settle_push.push
        ORDER BY o.id
        FOR UPDATE OF o;
    END IF;
    UPDATE hub.pushes p SET
          state = settle_push.state
        , reason = settle_push.reason
        , tries = p.tries + 1
        , next_at = coalesce(settle_push.again, p.next_at)
        , held_by = NULL
        , held_until = NULL
        , settled_at = CASE WHEN settle_push.state <> 'waiting' THEN settle_push.at END
    WHERE p.ward_id = settle_push.ward AND p.id = settle_push.push AND p.state = 'waiting'
      AND (settle_push.state = 'sent' OR p.held_until = settle_push.held)
    RETURNING p.* INTO settled;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF settled.state = 'sent' THEN
        UPDATE hub.push_devices d SET reached_at = settle_push.at WHERE d.ward_id = settled.ward_id AND d.id = settled.device_id;
    END IF;
    IF settled.reason = 'gone' THEN
        DELETE FROM hub.push_devices d WHERE d.ward_id = settled.ward_id AND d.id = settled.device_id;
    END IF;
    IF settled.state = 'dead' AND settled.alone AND NOT EXISTS
        ( SELECT FROM hub.pushes o WHERE o.ward_id = settled.ward_id AND o.person_id = settled.person_id AND o.queued_at = settled.queued_at
            AND o.id <> settled.id AND o.state <> 'dead' ) THEN
        INSERT INTO hub.mails (ward_id, id, person_id, kind, queued_at, expires_at, next_at)
        VALUES (settled.ward_id, settled.id, settled.person_id, 'notice', settle_push.at, settle_push.at + interval '1 day', settle_push.at)
        ON CONFLICT DO NOTHING;
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION hub.settle_push(uuid, uuid, timestamptz, text, text, timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.settle_push(uuid, uuid, timestamptz, text, text, timestamptz, timestamptz) TO tsunagi_system;
