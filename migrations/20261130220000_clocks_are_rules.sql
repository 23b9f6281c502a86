-- The process clocks become rules of the ward: 通告の安全確認 (K1) and 緊急アラートの応答 (K2), for the wards already there with the
-- figures the program had; what domain::rule::default_rules says of them, held together by a test.

INSERT INTO desk.rules (ward_id, code, version, threshold, threshold_strict, second, third, severity, route, enabled, from_at)
SELECT w.id, r.code, 1, r.threshold, r.threshold_strict, r.second, r.third, r.severity, 'ladder', true, now()
FROM hub.wards w
CROSS JOIN (VALUES
      ('K1', 24, 12, 40, 48, 'urgent')
    , ('K2', 30, 30, 60, 0, 'urgent')
    ) AS r (code, threshold, threshold_strict, second, third, severity)
ON CONFLICT DO NOTHING;

-- What no page and no console may take from a child: forty-eight hours at most, and neither clock is ever off.
ALTER TABLE desk.rules
      ADD CONSTRAINT rules_safety_check CHECK
        (code <> 'K1' OR enabled AND severity = 'urgent' AND threshold_strict <= threshold AND threshold < second AND second < third AND third <= 48)
    , ADD CONSTRAINT rules_unanswered CHECK (code <> 'K2' OR enabled AND severity = 'urgent' AND threshold < second AND second <= 60);

-- A check keeps the hours it began with: a deadline somebody was told of does not move under them. 厳しめの子の第一報, 第一報, 第二報, 期限.
ALTER TABLE desk.safety_checks
      ADD COLUMN hours integer[] NOT NULL DEFAULT '{12, 24, 40, 48}'
    , ADD COLUMN rule_version integer NOT NULL DEFAULT 1
    , ADD CONSTRAINT safety_checks_hours CHECK
        ( array_ndims(hours) = 1 AND cardinality(hours) = 4 AND array_position(hours, NULL) IS NULL
      AND hours[1] >= 1 AND hours[1] <= hours[2] AND hours[2] < hours[3] AND hours[3] < hours[4] AND hours[4] <= 48 );

-- The hours a check gets that begins now. Where a ward had no K1, those of a new ward: a child is never without a clock.
CREATE FUNCTION desk.check_hours(for_ward uuid)
    RETURNS TABLE (version integer, hours integer[])
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT k.version, k.hours
        FROM ( SELECT r.version, ARRAY[r.threshold_strict, r.threshold, r.second, r.third] AS hours
               FROM desk.rules r WHERE r.ward_id = for_ward AND r.code = 'K1'
               UNION ALL
               SELECT 0, ARRAY[12, 24, 40, 48] ) k
        ORDER BY k.version DESC LIMIT 1;
    END;
GRANT EXECUTE ON FUNCTION desk.check_hours(uuid) TO tsunagi_office, tsunagi_system;

-- As before, with the hours of the rule in force.
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
    INSERT INTO desk.safety_checks (ward_id, alert_id, cause, received_at, due_at, hours, rule_version)
    SELECT NEW.ward_id, NEW.alert_id, 'urgent', word.at, word.at + make_interval(hours => clock.hours[4]), clock.hours, clock.version
    FROM desk.urgent_word(NEW.ward_id, NEW.alert_id, seen, since) AS word (at)
    CROSS JOIN desk.check_hours(NEW.ward_id) AS clock
    WHERE word.at IS NOT NULL
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
