-- Every page of a facility says how many questions about a child's day wait for its answer.

DROP FUNCTION hub.find_session(bytea, date);
-- Who is behind a session token; before it is known there is no ward to fence with. As before, and the questions.
CREATE FUNCTION hub.find_session(token bytea, today date)
    RETURNS TABLE
        ( ward_id uuid, session_id uuid, person_id uuid, person_name text, language text
        , opened_at timestamptz, seen_at timestamptz, verified_at timestamptz
        , method text, locked_at timestamptz, read_only_until timestamptz, passkeys bigint, verified_for text[], verified_for_at bigint[]
        , membership_id uuid, role text, organization_id uuid, organization_name text, organization_kind text
        , organizations uuid[], networks cidr[], facility_cutoff time, worker_notice time, free_correction_until time
        , lock_minutes smallint, idle_minutes smallint, whole_hours smallint
        , ward_name text, help_phone text, help_hours text, came_in_as_asked boolean, asked bigint )
    -- plpgsql keeps its plan from call to call; a function in SQL is planned anew for every request.
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
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
            AND (o.closed_on IS NULL OR o.closed_on > find_session.today)
        LEFT JOIN hub.session_limits l ON l.ward_id = s.ward_id AND l.side = CASE
            WHEN m.role IN ('reporter', 'facility_head') THEN 'facility' WHEN m.role IN ('caseworker', 'supervisor') THEN 'office' ELSE 'administration' END
        WHERE s.token_hash = find_session.token AND s.ended_at IS NULL;
END $$;

-- Whoever asks chooses among those a mail reaches, and reads no address.
ALTER TABLE hub.people ADD COLUMN has_mail boolean NOT NULL GENERATED ALWAYS AS (mail <> '') STORED;
GRANT SELECT (has_mail) ON hub.people TO tsunagi_office, tsunagi_system;
