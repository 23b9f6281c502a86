-- The hub's own pulse: which duty of which node last did its round, and what is not well. Nothing personal, no ward.

CREATE TABLE hub.pulses
    ( node text NOT NULL CHECK (length(node) BETWEEN 1 AND 100)
    , duty text NOT NULL CHECK (duty IN ('clock', 'calls', 'mail', 'push', 'news', 'watch'))
    , at timestamptz NOT NULL
    , PRIMARY KEY (node, duty)
    );

-- What was noticed, once for each time it began: whoever notices it first sends the mails.
CREATE TABLE hub.troubles
    ( kind text NOT NULL CHECK (kind IN ('duty', 'node', 'queue'))
    , subject text NOT NULL
    , noticed_at timestamptz NOT NULL
    , ended_at timestamptz
    , PRIMARY KEY (kind, subject, noticed_at)
    );
CREATE UNIQUE INDEX troubles_open ON hub.troubles (kind, subject) WHERE ended_at IS NULL;

ALTER TABLE hub.pulses ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub.troubles ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_nodes ON hub.pulses TO tsunagi_system USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON hub.pulses TO tsunagi_system;

-- What is not well now: a duty no node has done for two minutes; a node that does not while others do; what has been due for five
-- minutes. A mail box that puts off is its own affair; a server that cannot be reached is ours. Tries come after 0, 1 and 6 minutes.
CREATE FUNCTION hub.troubles_at(now timestamptz)
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
        WHERE m.state = 'waiting' AND (m.next_at < troubles_at.now - interval '5 minutes' OR m.tries >= 2 AND m.reason = 'unreachable')
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
REVOKE EXECUTE ON FUNCTION hub.troubles_at(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.troubles_at(timestamptz) TO tsunagi_system;

-- Writes down what began and what ended, and tells those who can do something about it; how many began. Not more than one mail in
-- half an hour to anybody, however often something comes and goes.
CREATE FUNCTION hub.note_troubles(now timestamptz, today date) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    began bigint;
BEGIN
    DELETE FROM hub.pulses p WHERE p.at < note_troubles.now - interval '1 hour'
        AND EXISTS (SELECT FROM hub.pulses o WHERE o.duty = p.duty AND o.at >= note_troubles.now - interval '2 minutes');
    UPDATE hub.troubles t SET ended_at = note_troubles.now
    WHERE t.ended_at IS NULL AND NOT EXISTS (SELECT FROM hub.troubles_at(note_troubles.now) n WHERE n.kind = t.kind AND n.subject = t.subject);
    WITH fresh AS
        ( INSERT INTO hub.troubles (kind, subject, noticed_at)
          SELECT n.kind, n.subject, note_troubles.now FROM hub.troubles_at(note_troubles.now) n
          ON CONFLICT DO NOTHING RETURNING 1 )
    SELECT count(*) INTO began FROM fresh;
    IF began > 0 THEN
        INSERT INTO hub.mails (ward_id, id, person_id, kind, queued_at, expires_at, next_at)
        SELECT p.ward_id, gen_random_uuid(), p.id, 'trouble', note_troubles.now, note_troubles.now + interval '1 day', note_troubles.now
        FROM hub.people p
        WHERE p.status = 'active' AND p.mail <> ''
          AND EXISTS ( SELECT FROM hub.memberships m WHERE m.ward_id = p.ward_id AND m.person_id = p.id
                         AND m.role IN ('ward_admin', 'operator', 'supervisor') AND m.suspended_at IS NULL
                         AND m.from_on <= note_troubles.today AND (m.until_on IS NULL OR m.until_on >= note_troubles.today) )
          AND NOT EXISTS ( SELECT FROM hub.mails o WHERE o.ward_id = p.ward_id AND o.person_id = p.id AND o.kind = 'trouble'
                             AND o.queued_at > note_troubles.now - interval '30 minutes' );
    END IF;
    RETURN began;
END $$;
REVOKE EXECUTE ON FUNCTION hub.note_troubles(timestamptz, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.note_troubles(timestamptz, date) TO tsunagi_system;
