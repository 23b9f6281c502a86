-- The few steps that must cross the fence. tests/it/fence.rs holds their names; the list may only shrink.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- An organization and all below it in the tree.
CREATE FUNCTION hub.below(ward uuid, organization uuid) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN
        ( WITH RECURSIVE tree AS
            ( SELECT below.organization AS id
              UNION
              SELECT child.id FROM hub.organizations child JOIN tree ON child.parent_id = tree.id WHERE child.ward_id = below.ward )
          SELECT array_agg(tree.id) FROM tree );
END $$;

-- Who is behind a session token; before it is known there is no ward to fence with.
CREATE FUNCTION hub.find_session(token bytea, today date)
    RETURNS TABLE
        ( ward_id uuid, session_id uuid, person_id uuid, person_name text, language text
        , opened_at timestamptz, seen_at timestamptz, verified_at timestamptz
        , membership_id uuid, role text, organization_id uuid, organization_name text, organization_kind text
        , organizations uuid[], facility_cutoff time, worker_notice time, free_correction_until time
        , ward_name text, help_phone text, help_hours text )
    -- plpgsql keeps its plan from call to call; a function in SQL is planned anew for every request.
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT s.ward_id, s.id, s.person_id, p.display_name, p.language
             , s.opened_at, s.seen_at, s.verified_at
             , m.id, m.role, o.id, o.name, o.kind
             -- A facility acts for itself alone, whatever is below it; an office for all below.
             , CASE WHEN o.id IS NULL THEN NULL WHEN m.role IN ('reporter', 'facility_head') THEN ARRAY[o.id] ELSE hub.below(o.ward_id, o.id) END
             , o.facility_cutoff, o.worker_notice, o.free_correction_until
             , w.name, w.help_phone, w.help_hours
        FROM hub.sessions s
        JOIN hub.wards w ON w.id = s.ward_id
        JOIN hub.people p ON p.ward_id = s.ward_id AND p.id = s.person_id AND p.status = 'active'
        LEFT JOIN hub.memberships m ON m.ward_id = s.ward_id AND m.id = s.membership_id
            AND m.suspended_at IS NULL AND m.from_on <= find_session.today AND (m.until_on IS NULL OR m.until_on >= find_session.today)
        LEFT JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id
            AND (o.closed_on IS NULL OR o.closed_on > find_session.today)
        WHERE s.token_hash = find_session.token AND s.ended_at IS NULL;
END $$;

CREATE FUNCTION hub.find_passkey(credential bytea)
    RETURNS TABLE (ward_id uuid, person_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT k.ward_id, k.person_id FROM hub.passkeys k WHERE k.credential_id = find_passkey.credential;
    END;

CREATE FUNCTION hub.find_invitation(code bytea)
    RETURNS TABLE (ward_id uuid, person_id uuid, invitation_id uuid, expires_at timestamptz, spent_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT i.ward_id, i.person_id, i.id, i.expires_at, i.spent_at FROM hub.invitations i WHERE i.code_hash = find_invitation.code;
    END;

GRANT EXECUTE ON FUNCTION hub.find_passkey(bytea), hub.find_invitation(bytea) TO tsunagi_entry;

-- Which wards a clock duty walks through.
CREATE FUNCTION hub.wards_on_duty()
    RETURNS TABLE (ward_id uuid, code text, is_demo boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT w.id, w.code, w.is_demo FROM hub.wards w ORDER BY w.code;
    END;

-- What open inboxes are to be told, for all wards: opaque ids only. Everything not surely seen before `since`, and where to go on.
CREATE FUNCTION hub.events_since(since xid8)
    RETURNS TABLE (xmin xid8, xid xid8, ward_id uuid, id bigint, office_id uuid, alert_id uuid, kind text, severity text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT s.xmin, e.xid, e.ward_id, e.id, e.office_id, e.alert_id, e.kind, e.severity
        FROM (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xmin) s
        LEFT JOIN desk.events e ON e.xid >= events_since.since;
    END;

-- How many alerts nobody has taken, by office: the running count open inboxes are told. Numbers only.
CREATE FUNCTION hub.open_alerts(wards uuid[])
    RETURNS TABLE (ward_id uuid, office_id uuid, open bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT a.ward_id, a.office_id, count(*) FROM desk.alerts a
        WHERE a.ward_id = ANY (open_alerts.wards) AND a.state = 'open' GROUP BY a.ward_id, a.office_id;
    END;

-- News nobody will ask for again.
CREATE FUNCTION hub.forget_events(before timestamptz) RETURNS bigint
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        WITH gone AS (DELETE FROM desk.events e WHERE e.at < forget_events.before RETURNING 1) SELECT count(*) FROM gone;
    END;

-- Which of the sessions behind open inboxes still live, and as what; asked for all streams of a node at once, so that a
-- revoked one goes quiet within a second. Limits of time are the session layer's business.
CREATE FUNCTION hub.living_sessions(wards uuid[], sessions uuid[], today date)
    RETURNS TABLE (session_id uuid, membership_id uuid, role text, opened_at timestamptz, seen_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT s.id, m.id, m.role, s.opened_at, s.seen_at
        FROM unnest(living_sessions.wards, living_sessions.sessions) AS asked (ward_id, id)
        JOIN hub.sessions s ON s.ward_id = asked.ward_id AND s.id = asked.id AND s.ended_at IS NULL
        JOIN hub.people p ON p.ward_id = s.ward_id AND p.id = s.person_id AND p.status = 'active'
        JOIN hub.memberships m ON m.ward_id = s.ward_id AND m.id = s.membership_id AND m.suspended_at IS NULL
            AND m.from_on <= living_sessions.today AND (m.until_on IS NULL OR m.until_on >= living_sessions.today)
        JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id
            AND (o.closed_on IS NULL OR o.closed_on > living_sessions.today);
    END;

GRANT EXECUTE ON FUNCTION hub.wards_on_duty(), hub.events_since(xid8), hub.open_alerts(uuid[]), hub.forget_events(timestamptz)
    , hub.living_sessions(uuid[], uuid[], date) TO tsunagi_system;

-- All the rules look at after reports for `day`, for watches of the facility inside the fence: those in `concerned`, and those
-- among `watches` whose missing report had already raised 本日未入力. Each child with its days since it last came before `day`,
-- its stays, strictness, the same day of its siblings, and its alerts; the calendars of the facilities it stayed at; the rules.
-- Locks sibling groups and open alerts first: two facilities reporting siblings at once must see each other.
CREATE FUNCTION hub.rule_inputs(watches uuid[], concerned uuid[], day date)
    RETURNS jsonb
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    judged uuid[];
BEGIN
    -- The quiet morning, which is most of them, is told apart at a glance.
    IF concerned = '{}' AND NOT EXISTS
        ( SELECT FROM desk.alerts a
          WHERE a.ward_id = hub.ward() AND a.watch_id = ANY (watches) AND a.rule = 'I1' AND a.state <> 'closed' ) THEN
        RETURN NULL;
    END IF;
    SELECT array_agg(w.id) INTO judged
    FROM watch.watches w
    WHERE w.ward_id = hub.ward() AND w.facility_id = hub.organization() AND w.id = ANY (watches)
      AND ( w.id = ANY (concerned)
         OR EXISTS (SELECT FROM desk.alerts a WHERE a.ward_id = w.ward_id AND a.watch_id = w.id AND a.rule = 'I1' AND a.state <> 'closed') );
    IF judged IS NULL THEN
        RETURN NULL;
    END IF;

    PERFORM FROM desk.sibling_groups g
    WHERE g.ward_id = hub.ward() AND g.id IN (SELECT r.sibling_group_id FROM desk.requests r WHERE r.ward_id = hub.ward() AND r.watch_id = ANY (judged))
    ORDER BY g.id FOR UPDATE;
    PERFORM FROM desk.alerts a WHERE a.ward_id = hub.ward() AND a.watch_id = ANY (judged) AND a.state <> 'closed' ORDER BY a.id FOR UPDATE;

    RETURN jsonb_build_object
        ( 'rules',
            ( SELECT jsonb_agg(jsonb_build_object
                ( 'code', r.code, 'version', r.version, 'threshold', r.threshold, 'threshold_strict', r.threshold_strict
                , 'severity', r.severity, 'enabled', r.enabled, 'visit_breaks', r.visit_breaks ))
              FROM (SELECT DISTINCT ON (r.code) r.* FROM desk.rules r WHERE r.ward_id = hub.ward() ORDER BY r.code, r.version DESC) r )
        , 'holidays', (SELECT coalesce(jsonb_agg(h.day), '[]') FROM watch.holidays h WHERE h.ward_id = hub.ward() AND h.day BETWEEN rule_inputs.day - 400 AND rule_inputs.day + 60)
        , 'facilities',
            -- one without a template is open every day, and left out
            ( SELECT coalesce(jsonb_agg(jsonb_build_object('id', o.id) || l.layers), '[]')
              FROM hub.organizations o CROSS JOIN LATERAL (SELECT watch.layers(o.id, rule_inputs.day - 400)) AS l (layers)
              WHERE o.ward_id = hub.ward() AND l.layers IS NOT NULL AND o.id IN
                  ( SELECT stay.facility_id FROM watch.watches w JOIN watch.watches stay ON stay.ward_id = w.ward_id AND stay.child_id = w.child_id
                    WHERE w.ward_id = hub.ward() AND w.id = ANY (judged) ) )
        , 'children',
            ( SELECT jsonb_agg(jsonb_build_object
                ( 'watch_id', w.id
                , 'strictness', r.strictness
                , 'stays',
                    -- Nobody could report here before the request was entered: a request dated back is no silence.
                    ( SELECT jsonb_agg(jsonb_build_object
                        ( 'facility_id', stay.facility_id, 'class', stay.class, 'until', stay.until_on
                        , 'from', greatest(stay.from_on, (asked.created_at AT TIME ZONE 'Asia/Tokyo')::date) ))
                      FROM watch.watches stay
                      JOIN desk.requests asked ON asked.ward_id = stay.ward_id AND asked.watch_id = stay.id
                      WHERE stay.ward_id = w.ward_id AND stay.child_id = w.child_id )
                , 'days',
                    ( SELECT coalesce(jsonb_agg(jsonb_build_object('day', d.day, 'mark', d.mark) ORDER BY d.day), '[]')
                      FROM watch.days d
                      WHERE d.ward_id = w.ward_id AND d.child_id = w.child_id AND d.day >= coalesce(
                          ( SELECT last.day FROM watch.days last
                            WHERE last.ward_id = w.ward_id AND last.child_id = w.child_id AND last.attended AND last.day < rule_inputs.day
                            ORDER BY last.day DESC LIMIT 1 ), rule_inputs.day - 400) )
                , 'siblings',
                    ( SELECT coalesce(jsonb_agg(jsonb_build_object('mark', sd.mark)), '[]')
                      FROM desk.requests sr
                      JOIN watch.watches sw ON sw.ward_id = sr.ward_id AND sw.id = sr.watch_id
                      JOIN watch.days sd ON sd.ward_id = sw.ward_id AND sd.watch_id = sw.id AND sd.day = rule_inputs.day
                      WHERE sr.ward_id = w.ward_id AND sr.sibling_group_id = r.sibling_group_id AND sw.child_id <> w.child_id )
                -- every open alert, and of each rule the last one that was closed
                , 'alerts',
                    ( SELECT coalesce(jsonb_agg(to_jsonb(a)), '[]')
                      FROM ( SELECT DISTINCT ON (a.rule, a.state = 'closed') a.id, a.watch_id, a.rule, a.severity, a.level, a.count, a.as_of, a.condition
                                  , a.state, a.holder_id AS holder, a.raised_at, a.due_at, a.outcome, a.revision
                             FROM desk.alerts a WHERE a.ward_id = w.ward_id AND a.watch_id = w.id
                             ORDER BY a.rule, a.state = 'closed', a.raised_at DESC ) a )
                ))
              FROM watch.watches w
              JOIN desk.requests r ON r.ward_id = w.ward_id AND r.watch_id = w.id
              WHERE w.ward_id = hub.ward() AND w.id = ANY (judged) )
        );
END $$;

-- Writes down what was judged for watches of the facility inside the fence: new alerts, steps of old ones, evidence, and the
-- news for open inboxes. A step decided on an older revision does nothing. Returns how many were written.
CREATE FUNCTION hub.record_verdicts(verdicts jsonb, at timestamptz)
    RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v record;
    written integer := 0;
BEGIN
    FOR v IN
        SELECT x.*, w.facility_id, r.office_id
        FROM jsonb_to_recordset(verdicts) AS x
            ( id uuid, watch_id uuid, rule text, severity text, level integer, count integer, as_of date, condition text, state text
            , raised_at timestamptz, due_at timestamptz, outcome text, revision bigint, event text, kind text, finding jsonb )
        JOIN watch.watches w ON w.ward_id = hub.ward() AND w.id = x.watch_id AND w.facility_id = hub.organization()
        JOIN desk.requests r ON r.ward_id = w.ward_id AND r.watch_id = w.id
        ORDER BY x.watch_id, x.rule
    LOOP
        IF v.event IS NULL THEN
            -- Two reports may have found the same: the unique index lets one of them raise it.
            INSERT INTO desk.alerts (ward_id, id, watch_id, facility_id, office_id, rule, severity, level, count, as_of, condition, state, raised_at, due_at, revision)
            VALUES (hub.ward(), v.id, v.watch_id, v.facility_id, v.office_id, v.rule, v.severity, v.level, v.count, v.as_of, v.condition, v.state, v.raised_at, v.due_at, v.revision)
            ON CONFLICT DO NOTHING;
            CONTINUE WHEN NOT FOUND;
        ELSE
            UPDATE desk.alerts a SET
                  severity = v.severity, level = v.level, count = v.count, as_of = v.as_of, condition = v.condition, state = v.state
                , due_at = v.due_at, outcome = v.outcome, revision = v.revision
                , closed_at = CASE WHEN v.state = 'closed' THEN coalesce(a.closed_at, record_verdicts.at) END
            WHERE a.ward_id = hub.ward() AND a.id = v.id AND a.watch_id = v.watch_id AND a.revision = v.revision - 1;
            CONTINUE WHEN NOT FOUND;
            INSERT INTO desk.alert_steps (ward_id, alert_id, revision, event, kind, at)
            VALUES (hub.ward(), v.id, v.revision, v.event, coalesce(v.kind, ''), record_verdicts.at);
        END IF;
        IF v.finding IS NOT NULL THEN
            INSERT INTO desk.evidence (ward_id, alert_id, revision, at, finding) VALUES (hub.ward(), v.id, v.revision, record_verdicts.at, v.finding);
        END IF;
        INSERT INTO desk.events (ward_id, at, office_id, alert_id, kind, severity)
        VALUES (hub.ward(), record_verdicts.at, v.office_id, v.id
            , CASE WHEN v.event IS NULL THEN 'raised' WHEN v.event = 'rose' THEN 'risen' ELSE 'changed' END, v.severity);
        written := written + 1;
    END LOOP;
    RETURN written;
END $$;

GRANT EXECUTE ON FUNCTION hub.rule_inputs(uuid[], uuid[], date), hub.record_verdicts(jsonb, timestamptz) TO tsunagi_facility, tsunagi_system;

-- Whom to call, for pages before anybody is known: the ward's help where one installation serves one ward.
CREATE FUNCTION hub.common_help()
    RETURNS TABLE (phone text, hours text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT w.help_phone, w.help_hours FROM hub.wards w WHERE (SELECT count(*) FROM hub.wards) = 1;
    END;
GRANT EXECUTE ON FUNCTION hub.common_help() TO tsunagi_entry;

-- The runtime login: owns nothing, inherits nothing, stands in one of the roles for the length of a transaction.
CREATE FUNCTION hub.admit_runtime(login text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT tsunagi_entry, tsunagi_facility, tsunagi_office, tsunagi_admin, tsunagi_system TO %I', login);
    EXECUTE format('GRANT USAGE ON SCHEMA hub TO %I', login);
    EXECUTE format('GRANT EXECUTE ON FUNCTION hub.find_session(bytea, date) TO %I', login);
END $$;
