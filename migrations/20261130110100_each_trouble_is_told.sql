-- A second trouble within half an hour of the first is told too: what is held back is the same one, coming and going.

-- When the mails about it went into the queue.
ALTER TABLE hub.troubles ADD COLUMN told_at timestamptz;
UPDATE hub.troubles SET told_at = noticed_at;

-- Writes down what began and what ended, and tells those who can do something about it; how many began. Of the same thing not more
-- than once in half an hour, however often it comes and goes; if it is there after that, it is told again. Nobody who has such a mail
-- on its way is sent another: it says nothing of what it is about.
CREATE OR REPLACE FUNCTION hub.note_troubles(now timestamptz, today date) RETURNS bigint
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
    UPDATE hub.troubles t SET told_at = note_troubles.now
    WHERE t.ended_at IS NULL AND t.told_at IS NULL AND NOT EXISTS
        ( SELECT FROM hub.troubles o WHERE o.kind = t.kind AND o.subject = t.subject AND o.told_at > note_troubles.now - interval '30 minutes' );
    IF FOUND THEN
        INSERT INTO hub.mails (ward_id, id, person_id, kind, queued_at, expires_at, next_at)
        SELECT p.ward_id, gen_random_uuid(), p.id, 'trouble', note_troubles.now, note_troubles.now + interval '1 day', note_troubles.now
        FROM hub.people p
        WHERE p.status = 'active' AND p.mail <> ''
          AND EXISTS ( SELECT FROM hub.memberships m WHERE m.ward_id = p.ward_id AND m.person_id = p.id
                         AND m.role IN ('ward_admin', 'operator', 'supervisor') AND m.suspended_at IS NULL
                         AND m.from_on <= note_troubles.today AND (m.until_on IS NULL OR m.until_on >= note_troubles.today) )
          AND NOT EXISTS ( SELECT FROM hub.mails o WHERE o.ward_id = p.ward_id AND o.person_id = p.id AND o.kind = 'trouble'
                             AND o.state = 'waiting' AND o.next_at <= note_troubles.now );
    END IF;
    RETURN began;
END $$;
