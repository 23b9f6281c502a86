-- People hear by mail of what happens to their account: each event once, and what somebody else could cause at will once a day.

ALTER TABLE hub.mails DROP CONSTRAINT mails_kind_check;
ALTER TABLE hub.mails
    -- Which kinds there are the program knows; one it does not know is settled as unreadable.
      ADD CONSTRAINT mails_kind_check CHECK (kind ~ '^[a-z][a-z_]{0,39}$')
    -- The day of what a warning is about.
    , ADD told_on date;
CREATE UNIQUE INDEX mails_once_a_day ON hub.mails (ward_id, person_id, kind, told_on) WHERE told_on IS NOT NULL;

-- Who of the ward has to be warned of something in the sign-in log since then, of what, and for which day; nobody twice for one
-- day. Tried: an account reached its limit, or a passkey's counter went back, as a copy's does. Signed in elsewhere: somebody on
-- whom others' rights hang came in from a network they did not use in the half year before.
CREATE FUNCTION hub.suspicions(since timestamptz) RETURNS TABLE (person_id uuid, kind text, told_on date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        WITH recent AS
            ( SELECT s.person_id, s.outcome, s.reason, s.at, (s.at AT TIME ZONE 'Asia/Tokyo')::date AS day
                   , network(set_masklen(s.address, CASE family(s.address) WHEN 4 THEN 24 ELSE 48 END)) AS network
              FROM hub.sign_ins s WHERE s.ward_id = hub.ward() AND s.at > suspicions.since AND s.person_id IS NOT NULL )
        , found AS
            ( SELECT r.person_id, 'account_tried' AS kind, r.day FROM recent r
              WHERE r.outcome = 'refused' AND r.reason IN ('limited', 'copied_passkey')
              UNION
              SELECT r.person_id, 'signed_in_elsewhere', r.day FROM recent r
              WHERE r.outcome = 'signed_in' AND r.network IS NOT NULL
                AND EXISTS (SELECT FROM hub.memberships m WHERE m.ward_id = hub.ward() AND m.person_id = r.person_id
                                AND m.role IN ('ward_admin', 'auditor', 'operator') AND m.suspended_at IS NULL
                                AND m.from_on <= r.day AND (m.until_on IS NULL OR m.until_on >= r.day))
                AND EXISTS (SELECT FROM hub.sign_ins o WHERE o.ward_id = hub.ward() AND o.person_id = r.person_id AND o.at < r.at
                                AND o.at > r.at - interval '180 days' AND o.outcome IN ('signed_in', 'enrolled', 'recovered') AND o.address IS NOT NULL)
                AND NOT EXISTS (SELECT FROM hub.sign_ins o WHERE o.ward_id = hub.ward() AND o.person_id = r.person_id AND o.at < r.at
                                AND o.at > r.at - interval '180 days' AND o.outcome IN ('signed_in', 'enrolled', 'recovered')
                                AND o.address <<= r.network) )
        SELECT f.person_id, f.kind, f.day
        FROM found f
        JOIN hub.people p ON p.ward_id = hub.ward() AND p.id = f.person_id AND p.status = 'active'
        WHERE NOT EXISTS (SELECT FROM hub.mails m WHERE m.ward_id = hub.ward() AND m.person_id = f.person_id AND m.kind = f.kind AND m.told_on = f.day);
    END;
REVOKE EXECUTE ON FUNCTION hub.suspicions(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.suspicions(timestamptz) TO tsunagi_system;
