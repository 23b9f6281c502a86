-- What stood in the way of every request. As before, only quicker.

-- Each organization once, hashed by what it hangs on. With OR in the join each was held against each other one: 38 ms, now 4, at every
-- request of an office with 800 facilities.
CREATE OR REPLACE FUNCTION hub.below(ward uuid, organization uuid) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN
        ( WITH RECURSIVE tree AS
            ( SELECT below.organization AS id
              UNION
              SELECT child.id
              FROM tree
              JOIN ( SELECT o.id, up.id AS up FROM hub.organizations o CROSS JOIN LATERAL (VALUES (o.parent_id), (o.successor_id)) AS up (id)
                     WHERE o.ward_id = below.ward AND up.id IS NOT NULL ) child ON child.up = tree.id )
          SELECT array_agg(tree.id) FROM tree );
END $$;

-- Whether a plain report of that day can change an alert, so that the rules must hear of it: a missing report had raised one, or, of a day
-- gone by, one counts days that the report now tells apart. Nothing of whose or which.
CREATE FUNCTION hub.is_spoken_of(watches uuid[], day date) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN EXISTS
        ( SELECT FROM watch.watches w
          JOIN watch.watches stay ON stay.ward_id = w.ward_id AND stay.child_id = w.child_id
          JOIN desk.alerts a ON a.ward_id = stay.ward_id AND a.watch_id = stay.id
          WHERE w.ward_id = hub.ward() AND w.facility_id = hub.organization() AND w.id = ANY (watches)
            AND ( a.rule IN ('I1', 'I2', 'I4', 'A7', 'T2') AND a.state <> 'closed'
               OR is_spoken_of.day < hub.today() AND a.as_of >= is_spoken_of.day
                  AND a.rule NOT IN ('I3', 'K8', 'K9', 'T1', 'T3', 'T4', 'U1') ) );
END $$;
REVOKE ALL ON FUNCTION hub.is_spoken_of(uuid[], date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.is_spoken_of(uuid[], date) TO tsunagi_facility;

-- The sessions behind the open inboxes, asked many times a second; in plpgsql, which keeps its plan: planning took six times the asking.
CREATE OR REPLACE FUNCTION hub.living_sessions(wards uuid[], sessions uuid[], today date)
    RETURNS TABLE
        ( session_id uuid, membership_id uuid, role text, opened_at timestamptz, seen_at timestamptz, networks cidr[]
        , lock_minutes smallint, idle_minutes smallint, whole_hours smallint )
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
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
                  AND (o.closed_on IS NULL OR o.closed_on > living_sessions.today)
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

-- One plan a connection for what is asked at every request and every report. Left to itself the server plans these anew each time, which
-- took longer than the answer: 13 ms, now 4, for a child away without a word.
ALTER FUNCTION hub.living_sessions(uuid[], uuid[], date) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION hub.find_session(bytea, date) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION hub.rule_inputs(uuid[], uuid[], date) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION desk.answerers(uuid, uuid, date) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION hub.record_verdicts(jsonb, timestamptz) SET plan_cache_mode = force_generic_plan;
