-- Fewer and lighter questions between a commit and the open inboxes.

-- Together, news first: a node of the program before that still runs tells nothing, and does not tell whom it can no longer look at.
DROP FUNCTION hub.events_since(xid8);
DROP FUNCTION hub.open_alerts(uuid[]);
DROP FUNCTION hub.living_sessions(uuid[], uuid[], date);

-- The look at the sessions behind open inboxes, two and a half times a second at each of them, is the hub's steady load: five thousand
-- inboxes are 12,500 a second. It took 22 µs each, more than half of it for calls of `hub.came_in_as_asked` whose answer is known where
-- no provider is the only way in.

-- Which seats are still held as they were: the session not ended or locked, begun as the organization asks (`hub.came_in_as_asked`), the
-- membership in force, chosen and of that role, the person active, the organization opened and not closed. Each is answered by its number
-- in the order they were asked in, from 1; the rows come in no order. Joined in the order written, by keys, whatever was known of the
-- tables when the plan was made: with a plan for empty tables a look took 1.4 s.
CREATE FUNCTION hub.living_seats(wards uuid[], sessions uuid[], memberships uuid[], roles text[], today date)
    RETURNS TABLE
        ( seat bigint, opened_at timestamptz, seen_at timestamptz, networks cidr[]
        , lock_minutes smallint, idle_minutes smallint, whole_hours smallint )
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET join_collapse_limit = 1
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        WITH held AS
            ( SELECT asked.seat, m.role, s.opened_at, s.seen_at, o.ward_id, o.id AS organization_id
              FROM unnest(living_seats.wards, living_seats.sessions, living_seats.memberships, living_seats.roles)
                  WITH ORDINALITY AS asked (ward_id, session_id, membership_id, role, seat)
              JOIN hub.sessions s ON s.ward_id = asked.ward_id AND s.id = asked.session_id AND s.membership_id = asked.membership_id
                  AND s.ended_at IS NULL AND s.locked_at IS NULL
              JOIN hub.people p ON p.ward_id = s.ward_id AND p.id = s.person_id AND p.status = 'active'
              JOIN hub.memberships m ON m.ward_id = s.ward_id AND m.id = s.membership_id AND m.role = asked.role AND m.suspended_at IS NULL
                  AND m.from_on <= living_seats.today AND (m.until_on IS NULL OR m.until_on >= living_seats.today)
              JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id
                  AND o.opened_on <= living_seats.today AND (o.closed_on IS NULL OR o.closed_on > living_seats.today)
                  AND (o.sign_in <> 'provider' OR hub.came_in_as_asked(s.ward_id, o.sign_in, m.role, s.method, s.opened_at)) )
        -- once for each organization, not for each listener
        , places AS MATERIALIZED
            ( SELECT h.ward_id, h.organization_id, hub.networks(h.ward_id, h.organization_id) AS networks
              FROM (SELECT DISTINCT held.ward_id, held.organization_id FROM held) h )
        SELECT h.seat, h.opened_at, h.seen_at, p.networks, l.lock_minutes, l.idle_minutes, l.whole_hours
        FROM held h
        JOIN places p ON p.ward_id = h.ward_id AND p.organization_id = h.organization_id
        LEFT JOIN hub.session_limits l ON l.ward_id = h.ward_id AND l.side = CASE WHEN h.role IN ('caseworker', 'supervisor') THEN 'office' ELSE 'administration' END;
END $$;
REVOKE EXECUTE ON FUNCTION hub.living_seats(uuid[], uuid[], uuid[], text[], date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.living_seats(uuid[], uuid[], uuid[], text[], date) TO tsunagi_system;

-- The way of an alert into the open inboxes of a node, in one question instead of two: on a busy machine each question costs the time of
-- its answer and the time until somebody looks at it.

-- What was told by transactions from `since` on, and the oldest transaction that still runs: one row at least, with nothing told where
-- there is nothing. Where it is asked for, rows follow with how many alerts nobody has taken, for each office of the wards that are told of.
CREATE FUNCTION hub.news_since(since xid8, counted boolean)
    RETURNS TABLE (xmin xid8, xid xid8, ward_id uuid, id bigint, office_id uuid, alert_id uuid, kind text, severity text, open bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        WITH told AS MATERIALIZED
            ( SELECT e.xid, e.ward_id, e.id, e.office_id, e.alert_id, e.kind, e.severity FROM desk.events e WHERE e.xid >= news_since.since )
        SELECT s.xmin, t.xid, t.ward_id, t.id, t.office_id, t.alert_id, t.kind, t.severity, NULL::bigint
        FROM (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xmin) s
        LEFT JOIN told t ON true
        UNION ALL
        SELECT NULL, NULL, a.ward_id, NULL, a.office_id, NULL, NULL, NULL, count(*)
        FROM desk.alerts a
        WHERE news_since.counted AND a.ward_id = ANY (ARRAY(SELECT DISTINCT told.ward_id FROM told)) AND a.state = 'open'
        GROUP BY a.ward_id, a.office_id;
END $$;
REVOKE EXECUTE ON FUNCTION hub.news_since(xid8, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.news_since(xid8, boolean) TO tsunagi_system;
