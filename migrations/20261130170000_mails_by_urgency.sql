-- Mails go out by how much they press, several at once, each held by one node while that lives and by no transaction.

ALTER TABLE hub.mails
    -- 1: somebody must look now; 2: news of somebody's account, a question to somebody; 3: what comes by the hundred, and in time all the same
      ADD COLUMN urgency smallint NOT NULL GENERATED ALWAYS AS
        ( CASE WHEN kind IN ('notice', 'trouble') THEN 1
               WHEN kind IN ('invitation', 'sheet_reminder', 'sheet_reminder_again', 'slip_reminder') THEN 3
               ELSE 2 END ) STORED
    -- being handed over by whoever has this advisory lock, until then at most: a node that died over it leaves it to the others
    , ADD COLUMN held_by bigint
    , ADD COLUMN held_until timestamptz
    , ADD CONSTRAINT mails_held_by_somebody CHECK ((held_by IS NULL) = (held_until IS NULL))
    , ADD CONSTRAINT mails_held_while_waiting CHECK (held_until IS NULL OR state = 'waiting');
DROP INDEX hub.mails_due;
CREATE INDEX mails_due ON hub.mails (urgency, next_at, id) WHERE state = 'waiting';

-- Whoever puts another alert into a notice that waits must see that it is not on its way yet.
GRANT SELECT (held_until) ON hub.mails TO tsunagi_system;

-- Of the mails that are due in any ward and press at least so much, the one that presses most and has waited longest; no other node
-- gets it before `until`, before it is settled, or before `holder` is gone from the database: killed, it is gone at once.
DROP FUNCTION hub.next_mail(timestamptz);
CREATE FUNCTION hub.next_mail(now timestamptz, until timestamptz, holder bigint, least_urgent smallint)
    RETURNS TABLE
        ( ward_id uuid, id uuid, address text, kind text, fields jsonb, expires_at timestamptz, tries integer )
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        WITH due AS
            ( SELECT m.ward_id, m.id
              FROM hub.mails m
              WHERE m.state = 'waiting' AND m.next_at <= next_mail.now AND m.urgency <= next_mail.least_urgent
                AND ( m.held_until IS NULL OR m.held_until <= next_mail.now
                   OR m.held_by <> ALL (ARRAY
                        ( SELECT l.classid::bigint << 32 | l.objid::bigint FROM pg_locks l
                          WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
                            AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()) )) )
              ORDER BY m.urgency, m.next_at, m.id
              LIMIT 1
              FOR UPDATE SKIP LOCKED )
        UPDATE hub.mails m SET held_by = next_mail.holder, held_until = next_mail.until
        FROM due, hub.people p
        WHERE m.ward_id = due.ward_id AND m.id = due.id AND p.ward_id = m.ward_id AND p.id = m.person_id
        RETURNING m.ward_id, m.id, p.mail, m.kind, m.fields, m.expires_at, m.tries;
END $$;
REVOKE EXECUTE ON FUNCTION hub.next_mail(timestamptz, timestamptz, bigint, smallint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.next_mail(timestamptz, timestamptz, bigint, smallint) TO tsunagi_system;

-- What became of it: sent, dead, or still waiting until `again`. Who held it for too long may only say that it was sent.
DROP FUNCTION hub.settle_mail(uuid, uuid, text, text, timestamptz, timestamptz);
CREATE FUNCTION hub.settle_mail(ward uuid, mail uuid, held timestamptz, state text, reason text, at timestamptz, again timestamptz) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        UPDATE hub.mails m SET
              state = settle_mail.state
            , reason = settle_mail.reason
            , tries = m.tries + 1
            , next_at = coalesce(settle_mail.again, m.next_at)
            , held_by = NULL
            , held_until = NULL
            , fields = CASE WHEN settle_mail.state = 'waiting' THEN m.fields END
            , settled_at = CASE WHEN settle_mail.state <> 'waiting' THEN settle_mail.at END
        WHERE m.ward_id = settle_mail.ward AND m.id = settle_mail.mail AND m.state = 'waiting'
          AND (settle_mail.state = 'sent' OR m.held_until = settle_mail.held);
    END;
REVOKE EXECUTE ON FUNCTION hub.settle_mail(uuid, uuid, timestamptz, text, text, timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.settle_mail(uuid, uuid, timestamptz, text, text, timestamptz, timestamptz) TO tsunagi_system;

-- As before, and what comes by the hundred every morning may take a quarter of an hour: it stands behind what presses.
CREATE OR REPLACE FUNCTION hub.troubles_at(now timestamptz)
    RETURNS TABLE (kind text, subject text, since timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT 'duty'::text, p.duty, max(p.at) FROM hub.pulses p GROUP BY p.duty HAVING max(p.at) < troubles_at.now - interval '2 minutes'
        UNION ALL
        SELECT 'node', p.node, min(p.at) FROM hub.pulses p
        WHERE p.at < troubles_at.now - interval '2 minutes'
          AND EXISTS (SELECT FROM hub.pulses o WHERE o.duty = p.duty AND o.at >= troubles_at.now - interval '2 minutes')
        GROUP BY p.node
        UNION ALL
        SELECT 'queue', 'mail', min(m.next_at) FROM hub.mails m
        WHERE m.state = 'waiting'
          AND ( m.next_at < troubles_at.now - CASE WHEN m.urgency = 3 THEN interval '15 minutes' ELSE interval '5 minutes' END
             OR m.tries >= 2 AND m.reason = 'unreachable' )
        HAVING count(*) > 0
        UNION ALL
        SELECT 'queue', 'push', min(p.next_at) FROM hub.pushes p
        WHERE p.state = 'waiting' AND (p.next_at < troubles_at.now - interval '5 minutes' OR p.tries >= 2 AND p.reason = 'unreachable')
        HAVING count(*) > 0
        UNION ALL
        SELECT 'queue', 'calls', min(q.at) FROM
            ( SELECT a.raised_at AS at FROM desk.alerts a
              WHERE a.state = 'open' AND a.raised_at < troubles_at.now - interval '5 minutes'
                AND NOT EXISTS (SELECT FROM desk.callings c WHERE c.ward_id = a.ward_id AND c.alert_id = a.id)
              UNION ALL
              SELECT c.next_at FROM desk.callings c
              JOIN desk.alerts a ON a.ward_id = c.ward_id AND a.id = c.alert_id AND a.state = 'open'
              WHERE c.next_at < troubles_at.now - interval '5 minutes' ) q
        HAVING count(*) > 0;
    END;
