-- A child who was seen and is hurt again has a clock again. Of each alert one safety check runs at most; those that were met are kept.

ALTER TABLE desk.safety_checks DROP CONSTRAINT safety_checks_pkey;
ALTER TABLE desk.safety_checks ADD PRIMARY KEY (ward_id, alert_id, received_at);
CREATE UNIQUE INDEX safety_checks_running ON desk.safety_checks (ward_id, alert_id) WHERE seen_at IS NULL;

-- When, from `since` on, the first urgent word about an alert came after the child was seen; where nobody has seen it, any is one. A
-- word is that something became graver or happened again, or that all its days came after. One more day of what was known then is none.
CREATE FUNCTION desk.urgent_word(for_ward uuid, for_alert uuid, seen timestamptz, since timestamptz)
    RETURNS timestamptz
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT min(e.at) FROM desk.evidence e
        WHERE e.ward_id = for_ward AND e.alert_id = for_alert AND e.finding ->> 'severity' = 'urgent' AND e.at >= since
          AND ( seen IS NULL
             OR e.at > seen
            AND ( (e.finding ->> 'began')::date > (seen AT TIME ZONE 'Asia/Tokyo')::date
               OR EXISTS ( SELECT FROM desk.alert_steps s
                           WHERE s.ward_id = e.ward_id AND s.alert_id = e.alert_id AND s.revision = e.revision AND s.event = 'rose' ) ) );
    END;
GRANT EXECUTE ON FUNCTION desk.urgent_word(uuid, uuid, timestamptz, timestamptz) TO tsunagi_office, tsunagi_system;

CREATE OR REPLACE FUNCTION desk.start_safety_check() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    seen timestamptz;
    since timestamptz;
BEGIN
    -- One that runs keeps its deadline. Whoever answers it in this moment is waited for, so that no word falls between the two.
    PERFORM FROM desk.safety_checks c
    WHERE c.ward_id = NEW.ward_id AND c.alert_id = NEW.alert_id AND c.seen_at IS NULL FOR NO KEY UPDATE;
    IF FOUND THEN
        RETURN NULL;
    END IF;
    SELECT max(c.seen_at) INTO seen FROM desk.safety_checks c WHERE c.ward_id = NEW.ward_id AND c.alert_id = NEW.alert_id;
    -- New evidence speaks for itself; an answer leaves open whatever has come after it.
    IF TG_TABLE_NAME = 'evidence' THEN
        since := NEW.at;
    ELSE
        since := seen;
    END IF;
    INSERT INTO desk.safety_checks (ward_id, alert_id, cause, received_at, due_at)
    SELECT NEW.ward_id, NEW.alert_id, 'urgent', word.at, word.at + interval '48 hours'
    FROM desk.urgent_word(NEW.ward_id, NEW.alert_id, seen, since) AS word (at)
    WHERE word.at IS NOT NULL
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

-- What came after the child was seen, and before that was written down, is not answered by it.
CREATE TRIGGER start_safety_check_anew AFTER UPDATE OF seen_at ON desk.safety_checks FOR EACH ROW
    WHEN (OLD.seen_at IS NULL AND NEW.seen_at IS NOT NULL) EXECUTE FUNCTION desk.start_safety_check();

-- Alerts still in hand, about which such a word came and nobody has seen the child since.
INSERT INTO desk.safety_checks (ward_id, alert_id, cause, received_at, due_at)
SELECT a.ward_id, a.id, 'urgent', word.at, word.at + interval '48 hours'
FROM desk.alerts a
JOIN watch.watches w ON w.ward_id = a.ward_id AND w.id = a.watch_id
JOIN desk.safety_checks met ON met.ward_id = a.ward_id AND met.alert_id = a.id AND met.seen_at IS NOT NULL
CROSS JOIN LATERAL
    ( SELECT greatest(met.seen_at, max(g.seen_at)) AS at FROM desk.sightings g
      WHERE g.ward_id = w.ward_id AND g.child_id = w.child_id AND g.confirms ) seen
CROSS JOIN LATERAL desk.urgent_word(a.ward_id, a.id, seen.at, seen.at) AS word (at)
WHERE a.state <> 'closed' AND word.at IS NOT NULL;

-- Which check the gravest warning that was told is of: when its word came. Of the next one nothing was told yet.
ALTER TABLE desk.callings ADD COLUMN check_at timestamptz;
UPDATE desk.callings c SET check_at = s.received_at
FROM desk.safety_checks s
WHERE c.warned IS NOT NULL AND s.ward_id = c.ward_id AND s.alert_id = c.alert_id AND s.told IS NOT NULL;
