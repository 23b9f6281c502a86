-- The opening day of an organization means something: before it nobody acts for it, no system reports for it, and nobody answers by a place
-- there. Whom it will have, their letters, its calendar and the requests from that day on are prepared beforehand.

-- What was reported shows that a facility was open by then, whatever day was typed.
UPDATE hub.organizations o SET opened_on = reported.first
FROM ( SELECT s.ward_id, s.facility_id, min(s.day) AS first FROM watch.submissions s GROUP BY s.ward_id, s.facility_id ) reported
WHERE reported.ward_id = o.ward_id AND reported.facility_id = o.id AND reported.first < o.opened_on;

-- So does what was asked of it, as facility or as office, and who worked there.
UPDATE hub.organizations o SET opened_on = asked.first
FROM ( SELECT w.ward_id, x.place, min(w.from_on) AS first
       FROM watch.watches w
       JOIN desk.requests r ON r.ward_id = w.ward_id AND r.watch_id = w.id
       CROSS JOIN LATERAL (VALUES (w.facility_id), (r.office_id)) AS x (place)
       GROUP BY w.ward_id, x.place ) asked
WHERE asked.ward_id = o.ward_id AND asked.place = o.id AND asked.first < o.opened_on;
UPDATE hub.organizations o SET opened_on = entered.first
FROM ( SELECT m.ward_id, m.organization_id, min((s.opened_at AT TIME ZONE 'Asia/Tokyo')::date) AS first
       FROM hub.sessions s JOIN hub.memberships m ON m.ward_id = s.ward_id AND m.id = s.membership_id
       GROUP BY m.ward_id, m.organization_id ) entered
WHERE entered.ward_id = o.ward_id AND entered.organization_id = o.id AND entered.first < o.opened_on;

-- Who is behind a session token. As before, and nobody before the opening day.
CREATE OR REPLACE FUNCTION hub.find_session(token bytea, today date)
    RETURNS TABLE
        ( ward_id uuid, session_id uuid, person_id uuid, person_name text, language text
        , opened_at timestamptz, seen_at timestamptz, verified_at timestamptz
        , method text, locked_at timestamptz, read_only_until timestamptz, passkeys bigint, verified_for text[], verified_for_at bigint[]
        , membership_id uuid, role text, organization_id uuid, organization_name text, organization_kind text
        , organizations uuid[], networks cidr[], facility_cutoff time, worker_notice time, free_correction_until time
        , lock_minutes smallint, idle_minutes smallint, whole_hours smallint
        , ward_name text, help_phone text, help_hours text, came_in_as_asked boolean, asked bigint )
    -- plpgsql keeps its plan from call to call; a function in SQL is planned anew for every request.
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT s.ward_id, s.id, s.person_id, p.display_name, p.language
             , s.opened_at, s.seen_at, s.verified_at
             , s.method, s.locked_at, s.read_only_until
             , (SELECT count(*) FROM hub.passkeys k WHERE k.ward_id = s.ward_id AND k.person_id = s.person_id AND k.removed_at IS NULL)
             , ARRAY(SELECT u.action FROM hub.step_ups u WHERE u.ward_id = s.ward_id AND u.session_id = s.id ORDER BY u.action)
             -- milliseconds since 1970
             , ARRAY(SELECT (extract(epoch FROM u.verified_at) * 1000)::bigint FROM hub.step_ups u WHERE u.ward_id = s.ward_id AND u.session_id = s.id ORDER BY u.action)
             , m.id, m.role, o.id, o.name, o.kind
             -- A facility acts for itself alone, whatever is below it; an office for all below.
             , CASE WHEN o.id IS NULL THEN NULL WHEN m.role IN ('reporter', 'facility_head') THEN ARRAY[o.id] ELSE hub.below(o.ward_id, o.id) END
             -- Facilities stand on the internet; the network rule is for the ward's own rooms.
             , CASE WHEN o.id IS NULL OR m.role IN ('reporter', 'facility_head') THEN '{}' ELSE hub.networks(o.ward_id, o.id) END
             , o.facility_cutoff, o.worker_notice, o.free_correction_until
             , l.lock_minutes, l.idle_minutes, l.whole_hours
             , w.name, w.help_phone, w.help_hours
             , o.id IS NULL OR hub.came_in_as_asked(s.ward_id, o.sign_in, m.role, s.method, s.opened_at)
             -- Those of its page: about children it is asked about now, of the last days, and answered in no way.
             , CASE WHEN m.role IN ('reporter', 'facility_head') THEN
                 ( SELECT count(*)
                   FROM watch.inquiries i
                   JOIN watch.watches c ON c.ward_id = i.ward_id AND c.id = i.watch_id AND c.facility_id = o.id
                     AND c.from_on <= find_session.today AND (c.until_on IS NULL OR c.until_on >= find_session.today)
                   -- Open questions have an index of their own: this is asked at every request.
                   WHERE i.ward_id = o.ward_id AND i.told IS NULL AND i.day BETWEEN find_session.today - 6 AND find_session.today )
               ELSE 0 END
        FROM hub.sessions s
        JOIN hub.wards w ON w.id = s.ward_id
        JOIN hub.people p ON p.ward_id = s.ward_id AND p.id = s.person_id AND p.status = 'active'
        LEFT JOIN hub.memberships m ON m.ward_id = s.ward_id AND m.id = s.membership_id
            AND m.suspended_at IS NULL AND m.from_on <= find_session.today AND (m.until_on IS NULL OR m.until_on >= find_session.today)
        LEFT JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id
            AND o.opened_on <= find_session.today AND (o.closed_on IS NULL OR o.closed_on > find_session.today)
        LEFT JOIN hub.session_limits l ON l.ward_id = s.ward_id AND l.side = CASE
            WHEN m.role IN ('reporter', 'facility_head') THEN 'facility' WHEN m.role IN ('caseworker', 'supervisor') THEN 'office' ELSE 'administration' END
        WHERE s.token_hash = find_session.token AND s.ended_at IS NULL;
END $$;

-- The sessions behind the open inboxes. As before, and none before the opening day.
CREATE OR REPLACE FUNCTION hub.living_sessions(wards uuid[], sessions uuid[], today date)
    RETURNS TABLE
        ( session_id uuid, membership_id uuid, role text, opened_at timestamptz, seen_at timestamptz, networks cidr[]
        , lock_minutes smallint, idle_minutes smallint, whole_hours smallint )
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        WITH held AS
            ( SELECT s.id, m.id AS membership_id, m.role, s.opened_at, s.seen_at, o.ward_id, o.id AS organization_id
              FROM (SELECT DISTINCT a.ward_id, a.id FROM unnest(living_sessions.wards, living_sessions.sessions) AS a (ward_id, id)) asked
              JOIN hub.sessions s ON s.ward_id = asked.ward_id AND s.id = asked.id AND s.ended_at IS NULL AND s.locked_at IS NULL
              JOIN hub.people p ON p.ward_id = s.ward_id AND p.id = s.person_id AND p.status = 'active'
              JOIN hub.memberships m ON m.ward_id = s.ward_id AND m.id = s.membership_id AND m.suspended_at IS NULL
                  AND m.from_on <= living_sessions.today AND (m.until_on IS NULL OR m.until_on >= living_sessions.today)
              JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id
                  AND o.opened_on <= living_sessions.today AND (o.closed_on IS NULL OR o.closed_on > living_sessions.today)
                  AND hub.came_in_as_asked(s.ward_id, o.sign_in, m.role, s.method, s.opened_at) )
        -- once for each organization, not for each listener
        , places AS MATERIALIZED
            ( SELECT h.ward_id, h.organization_id, hub.networks(h.ward_id, h.organization_id) AS networks
              FROM (SELECT DISTINCT held.ward_id, held.organization_id FROM held) h )
        SELECT h.id, h.membership_id, h.role, h.opened_at, h.seen_at, p.networks, l.lock_minutes, l.idle_minutes, l.whole_hours
        FROM held h
        JOIN places p ON p.ward_id = h.ward_id AND p.organization_id = h.organization_id
        LEFT JOIN hub.session_limits l ON l.ward_id = h.ward_id AND l.side = CASE WHEN h.role IN ('caseworker', 'supervisor') THEN 'office' ELSE 'administration' END;
END $$;

-- Who can answer for an office. As before, and nobody by a place that is not open yet.
CREATE OR REPLACE FUNCTION desk.answerers(ward uuid, office uuid, today date)
    RETURNS TABLE (person_id uuid, role text, height integer, organization_id uuid)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        WITH RECURSIVE above AS
            ( SELECT o.id, o.parent_id, CASE WHEN o.closed_on <= answerers.today THEN o.successor_id END AS heir
                   , o.opened_on <= answerers.today AS is_opened, 0 AS height
              FROM hub.organizations o WHERE o.ward_id = answerers.ward AND o.id = answerers.office
              UNION
              SELECT o.id, o.parent_id, CASE WHEN o.closed_on <= answerers.today THEN o.successor_id END
                   , o.opened_on <= answerers.today, above.height + CASE WHEN o.id = above.heir THEN 0 ELSE 1 END
              FROM hub.organizations o JOIN above ON o.id = ANY (ARRAY[above.parent_id, above.heir])
              -- an office may be merged into one below it; no ward is as deep
              WHERE o.ward_id = answerers.ward AND above.height < 16 )
        SELECT DISTINCT ON (m.person_id, m.role) m.person_id, m.role, a.height, a.id
        FROM above a
        JOIN hub.memberships m ON a.is_opened AND m.ward_id = answerers.ward AND m.organization_id = a.id AND m.role IN ('caseworker', 'supervisor')
            AND m.suspended_at IS NULL AND m.from_on <= answerers.today AND (m.until_on IS NULL OR m.until_on >= answerers.today)
        JOIN hub.people p ON p.ward_id = m.ward_id AND p.id = m.person_id AND p.status = 'active'
        ORDER BY m.person_id, m.role, a.height, a.id;
END $$;

-- What a token opens. As before, and from which day on.
DROP FUNCTION hub.find_token(bytea);
CREATE FUNCTION hub.find_token(token bytea)
    RETURNS TABLE
        ( ward_id uuid, token_id uuid, organization_id uuid, expires_at timestamptz, revoked_at timestamptz, last_used_at timestamptz
        , networks cidr[], opened_on date, closed_on date )
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT t.ward_id, t.id, t.organization_id, t.expires_at, t.revoked_at, t.last_used_at, t.networks, o.opened_on, o.closed_on
        FROM hub.api_tokens t
        JOIN hub.organizations o ON o.ward_id = t.ward_id AND o.id = t.organization_id
        WHERE t.token_hash = find_token.token;
    END;

-- Whether something would be left to nobody if an organization opened on `day`: a request that is not over and names it, as facility or as
-- office, on a day before; another organization that is merged into it before; an alert of it that is not closed. Its opening cannot be
-- put off to then. The desk sees no request and no alert, and is told yes or no.
CREATE FUNCTION hub.asked_before(organization uuid, day date) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT EXISTS (SELECT FROM watch.watches w JOIN desk.requests r ON r.ward_id = w.ward_id AND r.watch_id = w.id
                       WHERE w.ward_id = hub.ward() AND (w.facility_id = asked_before.organization OR r.office_id = asked_before.organization)
                         AND w.from_on < asked_before.day AND (w.until_on IS NULL OR w.until_on >= hub.today()))
            OR EXISTS (SELECT FROM hub.organizations p
                       WHERE p.ward_id = hub.ward() AND p.successor_id = asked_before.organization
                         AND p.closed_on > hub.today() AND p.closed_on < asked_before.day)
            OR EXISTS (SELECT FROM desk.alerts a
                       WHERE a.ward_id = hub.ward() AND a.office_id = asked_before.organization AND a.state <> 'closed');
    END;
REVOKE ALL ON FUNCTION hub.asked_before(uuid, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.asked_before(uuid, date) TO tsunagi_admin;
