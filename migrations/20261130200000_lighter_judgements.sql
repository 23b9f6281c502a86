-- The same questions and answers, in less time.

-- As before, but: put together as text, not as a tree that is built anew at each level; what urgent reports said comes with it; the alerts are
-- asked about by the children's stays, fetched before: joined, the server may begin at the alerts and go through all that are open in the
-- ward. The plan is kept until the tables are analyzed; one made while they are empty would read them through, which enable_seqscan = off
-- keeps it from.
DROP FUNCTION hub.rule_inputs(uuid[], uuid[], date);
CREATE FUNCTION hub.rule_inputs(watches uuid[], concerned uuid[], day date)
    RETURNS json
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
DECLARE
    judged uuid[];
    -- wherever these children were or are
    stays uuid[];
    -- children whose missing report has raised an alert
    missed uuid[];
    -- so many days more, where 登園率の急変 is on: two stretches of so many weeks
    stretches integer;
BEGIN
    -- The quiet morning, which is most of them, is told apart at a glance.
    SELECT array_agg(stay.id) INTO stays
    FROM watch.watches w JOIN watch.watches stay ON stay.ward_id = w.ward_id AND stay.child_id = w.child_id
    WHERE w.ward_id = hub.ward() AND w.id = ANY (watches);
    SELECT array_agg(DISTINCT stay.child_id) INTO missed
    FROM desk.alerts a JOIN watch.watches stay ON stay.ward_id = a.ward_id AND stay.id = a.watch_id
    WHERE a.ward_id = hub.ward() AND a.watch_id = ANY (stays) AND a.rule IN ('I1', 'I2', 'I4', 'A7', 'T2') AND a.state <> 'closed';
    IF concerned = '{}' AND missed IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT array_agg(w.id) INTO judged
    FROM watch.watches w
    WHERE w.ward_id = hub.ward() AND w.facility_id = hub.organization() AND w.id = ANY (watches)
      AND (w.id = ANY (concerned) OR w.child_id = ANY (missed));
    IF judged IS NULL THEN
        RETURN NULL;
    END IF;

    PERFORM FROM desk.sibling_groups g
    WHERE g.ward_id = hub.ward() AND g.id IN (SELECT r.sibling_group_id FROM desk.requests r WHERE r.ward_id = hub.ward() AND r.watch_id = ANY (judged))
    ORDER BY g.id FOR UPDATE;
    SELECT array_agg(stay.id) INTO stays
    FROM watch.watches w JOIN watch.watches stay ON stay.ward_id = w.ward_id AND stay.child_id = w.child_id
    WHERE w.ward_id = hub.ward() AND w.id = ANY (judged);
    PERFORM FROM desk.alerts a
    WHERE a.ward_id = hub.ward() AND a.watch_id = ANY (stays) AND a.state <> 'closed'
    ORDER BY a.id FOR UPDATE;

    SELECT 14 * r.second INTO stretches
    FROM (SELECT n.* FROM desk.rules n WHERE n.ward_id = hub.ward() AND n.code = 'A13' ORDER BY n.version DESC LIMIT 1) r
    WHERE r.enabled;

    RETURN json_build_object
        ( 'rules',
            ( SELECT json_agg(json_build_object
                ( 'code', r.code, 'version', r.version, 'threshold', r.threshold, 'threshold_strict', r.threshold_strict
                , 'second', r.second, 'third', r.third
                , 'severity', r.severity, 'enabled', r.enabled, 'visit_breaks', r.visit_breaks ))
              FROM (SELECT DISTINCT ON (r.code) r.* FROM desk.rules r WHERE r.ward_id = hub.ward() ORDER BY r.code, r.version DESC) r )
        , 'holidays', (SELECT coalesce(json_agg(h.day), '[]') FROM watch.holidays h WHERE h.ward_id = hub.ward() AND h.day BETWEEN rule_inputs.day - 400 AND greatest(rule_inputs.day, hub.today()) + 60)
        , 'facilities',
            -- one without a template is open every day, and left out; OFFSET 0, or its days would be fetched twice
            ( SELECT coalesce(json_agg(jsonb_build_object('id', p.id) || l.layers), '[]')
              FROM ( SELECT DISTINCT stay.facility_id AS id
                     FROM watch.watches w JOIN watch.watches stay ON stay.ward_id = w.ward_id AND stay.child_id = w.child_id
                     WHERE w.ward_id = hub.ward() AND w.id = ANY (judged) ) p
              CROSS JOIN LATERAL (SELECT watch.layers(p.id, rule_inputs.day - 400) OFFSET 0) AS l (layers)
              WHERE l.layers IS NOT NULL )
        , 'children',
            ( WITH answerers AS MATERIALIZED
                ( SELECT o.office_id, n.person_id
                  FROM ( SELECT DISTINCT r.office_id FROM desk.requests r
                         WHERE r.ward_id = hub.ward() AND r.watch_id = ANY (judged) AND r.assigned_to IS NOT NULL ) o
                  CROSS JOIN LATERAL desk.answerers(hub.ward(), o.office_id, hub.today()) n )
              SELECT json_agg(json_build_object
                ( 'watch_id', w.id
                , 'strictness', r.strictness
                , 'stays',
                    -- Nobody could report here before the request was entered: a request dated back is no silence.
                    ( SELECT json_agg(json_build_object
                        ( 'facility_id', stay.facility_id, 'class', stay.class, 'week', stay.own_weekdays, 'until', stay.until_on
                        , 'from', greatest(stay.from_on, (asked.created_at AT TIME ZONE 'Asia/Tokyo')::date) ))
                      FROM watch.watches stay
                      JOIN desk.requests asked ON asked.ward_id = stay.ward_id AND asked.watch_id = stay.id
                      WHERE stay.ward_id = w.ward_id AND stay.child_id = w.child_id )
                -- an end after which it goes on elsewhere is no end
                , 'until',
                    CASE WHEN EXISTS (SELECT FROM desk.requests onward WHERE onward.ward_id = w.ward_id AND onward.continues = w.id)
                           OR EXISTS (SELECT FROM desk.requests onward WHERE onward.ward_id = w.ward_id AND onward.carried_from = w.id)
                         THEN NULL ELSE w.until_on END
                -- 転校・転園: the first day of a child that came from elsewhere, here or at what was merged into here, and the newest plan
                -- to leave or to come
                , 'arrived',
                    ( SELECT greatest(first.from_on, (c.created_at AT TIME ZONE 'Asia/Tokyo')::date)
                      FROM desk.requests c JOIN watch.watches first ON first.ward_id = c.ward_id AND first.id = c.watch_id
                      WHERE c.ward_id = w.ward_id AND c.watch_id IN (w.id, r.carried_from) AND c.continues IS NOT NULL
                      ORDER BY first.from_on LIMIT 1 )
                , 'leaving',
                    ( SELECT json_build_object
                        ( 'entered', (t.entered_at AT TIME ZONE 'Asia/Tokyo')::date, 'last', t.last_on, 'next', t.next
                        , 'accounts', EXISTS
                            ( SELECT FROM desk.requests onward
                              JOIN watch.watches there ON there.ward_id = onward.ward_id AND there.id = onward.watch_id
                              JOIN hub.memberships m ON m.ward_id = there.ward_id AND m.organization_id = there.facility_id
                              JOIN hub.people p ON p.ward_id = m.ward_id AND p.id = m.person_id AND p.status = 'active'
                              WHERE onward.ward_id = t.ward_id AND onward.continues = t.watch_id
                                AND m.role IN ('reporter', 'facility_head') AND m.suspended_at IS NULL
                                AND m.from_on <= greatest(there.from_on, hub.today())
                                AND (m.until_on IS NULL OR m.until_on >= greatest(there.from_on, hub.today())) ) )
                      FROM desk.transfers t
                      WHERE t.ward_id = w.ward_id AND t.watch_id IN (w.id, r.continues) AND t.dropped_at IS NULL
                      ORDER BY t.watch_id = w.id DESC LIMIT 1 )
                -- who can answer for the office today; somebody who went to another centre cannot
                , 'worker',
                    CASE WHEN r.assigned_to IS NULL THEN 'nobody'
                         WHEN EXISTS (SELECT FROM answerers n WHERE n.office_id = r.office_id AND n.person_id = r.assigned_to) THEN 'here'
                         ELSE 'left' END
                , 'whole_from', came.since
                , 'days',
                    ( SELECT coalesce(json_agg(json_build_object('day', d.day, 'mark', d.mark) ORDER BY d.day), '[]')
                      FROM ( SELECT since.day, since.mark FROM watch.days since
                             WHERE since.ward_id = w.ward_id AND since.child_id = w.child_id AND since.day >= came.since
                             UNION ALL
                             SELECT told.day, told.mark FROM watch.days told
                             WHERE told.ward_id = w.ward_id AND told.child_id = w.child_id AND told.day >= came.told AND told.day < came.since
                               AND told.status IN ('A', 'L', 'E', 'LE') ) d )
                -- 目視確認 that confirms, and those recorded before a sighting had a day and a way
                , 'met',
                    ( SELECT coalesce(json_agg(seen.day), '[]')
                      FROM ( SELECT g.day FROM desk.sightings g
                             WHERE g.ward_id = w.ward_id AND g.child_id = w.child_id AND g.confirms AND g.day > rule_inputs.day - 400
                             UNION
                             SELECT (s.at AT TIME ZONE 'Asia/Tokyo')::date
                             FROM watch.watches stay
                             JOIN desk.alerts a ON a.ward_id = stay.ward_id AND a.watch_id = stay.id
                             JOIN desk.alert_steps s ON s.ward_id = a.ward_id AND s.alert_id = a.id AND s.event = 'acted' AND s.kind = 'seen'
                             WHERE stay.ward_id = w.ward_id AND stay.child_id = w.child_id AND s.at > rule_inputs.day - interval '400 days'
                               AND NOT EXISTS (SELECT FROM desk.sightings g WHERE g.ward_id = s.ward_id AND g.alert_id = s.alert_id AND g.revision = s.revision)
                           ) seen )
                -- what urgent reports said: a corrected sheet does not take it back
                , 'urgent',
                    ( SELECT coalesce(json_agg(json_build_object('day', u.day, 'triggers', u.triggers)), '[]')
                      FROM watch.urgent_reports u WHERE u.ward_id = w.ward_id AND u.watch_id = w.id )
                , 'siblings',
                    ( SELECT coalesce(json_agg(json_build_object('day', sd.day, 'mark', sd.mark)), '[]')
                      FROM desk.requests sr
                      JOIN watch.watches sw ON sw.ward_id = sr.ward_id AND sw.id = sr.watch_id
                      JOIN watch.days sd ON sd.ward_id = sw.ward_id AND sd.watch_id = sw.id AND sd.day BETWEEN span.from_on AND span.until_on
                      WHERE sr.ward_id = w.ward_id AND sr.sibling_group_id = r.sibling_group_id AND sw.child_id <> w.child_id )
                -- every open alert about the child, also from a facility before this one, and of each rule the last one that was closed
                , 'alerts',
                    ( SELECT coalesce(json_agg(row_to_json(a)), '[]')
                      FROM ( SELECT DISTINCT ON (a.rule, a.state = 'closed') a.id, a.watch_id, a.rule, a.severity, a.level, a.count, a.as_of, a.condition
                                  , a.state, a.holder_id AS holder, a.raised_at, a.due_at, a.outcome, a.revision
                             FROM watch.watches stay JOIN desk.alerts a ON a.ward_id = stay.ward_id AND a.watch_id = stay.id AND a.office_id = r.office_id
                             WHERE stay.ward_id = w.ward_id AND stay.child_id = w.child_id
                             ORDER BY a.rule, a.state = 'closed', a.raised_at DESC ) a )
                ))
              FROM watch.watches w
              JOIN desk.requests r ON r.ward_id = w.ward_id AND r.watch_id = w.id
              -- What was said of a day may bear on every alert that speaks of that day or later ones, and then on all the days such an
              -- alert may speak of: since it was raised, and the 31 before it that can still be reported. Else it is the one day.
              CROSS JOIN LATERAL
                ( SELECT least(rule_inputs.day, min((a.raised_at AT TIME ZONE 'Asia/Tokyo')::date) - 31) AS from_on
                       , greatest(rule_inputs.day, max(a.as_of)) AS until_on
                  FROM watch.watches stay JOIN desk.alerts a ON a.ward_id = stay.ward_id AND a.watch_id = stay.id
                  WHERE stay.ward_id = w.ward_id AND stay.child_id = w.child_id AND a.as_of >= rule_inputs.day
                    AND a.rule NOT IN ('I3', 'K8', 'K9', 'T1', 'T3', 'T4', 'U1') ) span
              -- since the child last came before, that day included; further back only what the rules of a month or a year count: the
              -- absent, late and early days of the school year, and of the weeks before it
              CROSS JOIN LATERAL
                ( SELECT least(span.from_on - coalesce(stretches, 0), coalesce(
                    ( SELECT last.day FROM watch.days last
                      WHERE last.ward_id = w.ward_id AND last.child_id = w.child_id AND last.attended AND last.day < span.from_on
                      ORDER BY last.day DESC LIMIT 1 ), span.from_on - 400)) AS since
                       , least(make_date(extract(year FROM span.from_on - interval '3 months')::integer, 4, 1), span.from_on - 84) AS told ) came
              WHERE w.ward_id = hub.ward() AND w.id = ANY (judged) )
        );
END $$;
REVOKE ALL ON FUNCTION hub.rule_inputs(uuid[], uuid[], date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.rule_inputs(uuid[], uuid[], date) TO tsunagi_facility, tsunagi_system, tsunagi_client;

ALTER FUNCTION hub.record_verdicts(jsonb, timestamptz) SET enable_seqscan = off;
ALTER FUNCTION desk.answerers(uuid, uuid, date) SET enable_seqscan = off;

-- As before, by the stays as well.
CREATE OR REPLACE FUNCTION hub.is_spoken_of(watches uuid[], day date) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
DECLARE
    stays uuid[];
BEGIN
    SELECT array_agg(stay.id) INTO stays
    FROM watch.watches w JOIN watch.watches stay ON stay.ward_id = w.ward_id AND stay.child_id = w.child_id
    WHERE w.ward_id = hub.ward() AND w.facility_id = hub.organization() AND w.id = ANY (watches);
    RETURN EXISTS
        ( SELECT FROM desk.alerts a
          WHERE a.ward_id = hub.ward() AND a.watch_id = ANY (stays)
            AND ( a.rule IN ('I1', 'I2', 'I4', 'A7', 'T2') AND a.state <> 'closed'
               OR is_spoken_of.day < hub.today() AND a.as_of >= is_spoken_of.day
                  AND a.rule NOT IN ('I3', 'K8', 'K9', 'T1', 'T3', 'T4', 'U1') ) );
END $$;

-- Planned once and kept until the caller's role changes. The calendar of a facility took 0.46 ms, of which 0.39 was its planning.
ALTER FUNCTION watch.layers(uuid, date) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION hub.networks(uuid, uuid) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION hub.below(uuid, uuid) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION hub.came_in_as_asked(uuid, text, text, text, timestamptz) SET plan_cache_mode = force_generic_plan;

-- As before, in plpgsql, which keeps its plan: asked for each batch of news that somebody hears.
CREATE OR REPLACE FUNCTION hub.open_alerts(wards uuid[])
    RETURNS TABLE (ward_id uuid, office_id uuid, open bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT a.ward_id, a.office_id, count(*) FROM desk.alerts a
        WHERE a.ward_id = ANY (open_alerts.wards) AND a.state = 'open' GROUP BY a.ward_id, a.office_id;
END $$;

-- Appends a sheet to its day: the reports, and the latest version of each. Inside the fence of the transaction that calls it: its ward, its
-- organization, its person, and the children this place is asked about today. Answers what the commit waits for: how many were written,
-- the calendar of the day, and whether anybody waits for these reports. The role of the facilities may write days in no other way.
CREATE FUNCTION hub.append_sheet
    ( submission uuid, day date, key uuid, at timestamptz, late boolean, why text
    , watches uuid[], versions integer[], statuses text[], attended boolean[], seen boolean[], marks jsonb[] )
    RETURNS TABLE
        ( written bigint, classes text[], weeks text[], holidays jsonb, layers jsonb, spoken_of boolean, asked boolean )
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    ward uuid := hub.ward();
    facility uuid := hub.organization();
    today date := hub.today();
BEGIN
    RETURN QUERY
        WITH entry AS
            ( SELECT e.*, w.child_id, w.class, coalesce(array_to_string(w.own_weekdays, ','), '') AS week
              FROM unnest(append_sheet.watches, append_sheet.versions, append_sheet.statuses, append_sheet.attended, append_sheet.seen, append_sheet.marks)
                AS e (watch_id, version, status, attended, seen, mark)
              JOIN watch.watches w ON w.ward_id = ward AND w.facility_id = facility AND w.id = e.watch_id
                -- as the policy of the facilities has it, and on that day; without a today, nobody
                AND w.from_on <= today AND (w.until_on IS NULL OR w.until_on >= today)
                AND w.from_on <= append_sheet.day AND (w.until_on IS NULL OR w.until_on >= append_sheet.day) )
        , sent AS
            ( INSERT INTO watch.submissions (ward_id, id, facility_id, day, idempotency_key, sent_by, sent_at, late, children)
              VALUES (ward, append_sheet.submission, facility, append_sheet.day, append_sheet.key, hub.person(), append_sheet.at, append_sheet.late, cardinality(append_sheet.watches))
              ON CONFLICT (ward_id, facility_id, idempotency_key) DO NOTHING
              RETURNING id )
        , latest AS
            ( INSERT INTO watch.days AS d (ward_id, child_id, day, watch_id, facility_id, version, status, attended, seen, mark)
              SELECT ward, e.child_id, append_sheet.day, e.watch_id, facility, e.version, e.status, e.attended, e.seen, e.mark FROM entry e CROSS JOIN sent
              -- a later version follows an earlier one
              WHERE e.version = 1 OR EXISTS (SELECT FROM watch.days b WHERE b.ward_id = ward AND b.watch_id = e.watch_id AND b.day = append_sheet.day)
              -- the same order for everybody, so that two who send at once wait for each other and not crosswise
              ORDER BY e.watch_id
              ON CONFLICT (ward_id, watch_id, day) DO UPDATE
              SET version = EXCLUDED.version, status = EXCLUDED.status, attended = EXCLUDED.attended, seen = EXCLUDED.seen, mark = EXCLUDED.mark
              WHERE d.version = EXCLUDED.version - 1
              RETURNING d.watch_id )
        , report AS
            ( INSERT INTO watch.reports (ward_id, watch_id, day, version, submission_id, facility_id, child_id, mark, correction_reason, reported_by, reported_at)
              SELECT ward, e.watch_id, append_sheet.day, e.version, append_sheet.submission, facility, e.child_id, e.mark, append_sheet.why, hub.person(), append_sheet.at
              FROM entry e JOIN latest l ON l.watch_id = e.watch_id )
        , kind AS
            ( SELECT array_agg(k.class ORDER BY k.class, k.week) AS classes, array_agg(k.week ORDER BY k.class, k.week) AS weeks
              FROM (SELECT DISTINCT e.class, e.week FROM entry e) k )
        SELECT (SELECT count(*) FROM latest), coalesce(k.classes, '{}'), coalesce(k.weeks, '{}')
             , coalesce((SELECT jsonb_agg(h.day) FROM watch.holidays h WHERE h.ward_id = ward AND h.day >= append_sheet.day - 60), '[]')
             , watch.layers(facility, append_sheet.day - 60)
             , hub.is_spoken_of(append_sheet.watches, append_sheet.day)
             , EXISTS ( SELECT FROM watch.inquiries i
                        WHERE i.ward_id = ward AND i.day = append_sheet.day AND i.watch_id IN (SELECT e.watch_id FROM entry e) AND i.told IS NULL )
        FROM kind k;
END $$;
REVOKE ALL ON FUNCTION hub.append_sheet(uuid, date, uuid, timestamptz, boolean, text, uuid[], integer[], text[], boolean[], boolean[], jsonb[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.append_sheet(uuid, date, uuid, timestamptz, boolean, text, uuid[], integer[], text[], boolean[], boolean[], jsonb[]) TO tsunagi_facility;
REVOKE INSERT ON watch.submissions, watch.reports, watch.days FROM tsunagi_facility;
REVOKE UPDATE (version, status, attended, seen, mark) ON watch.days FROM tsunagi_facility;
-- What is left to these roles is reading. Nor does a system's token need to see urgent reports any more: the rules are handed them.
DROP POLICY sent_here ON watch.submissions;
CREATE POLICY sent_here ON watch.submissions FOR SELECT TO tsunagi_facility
    USING (ward_id = (SELECT hub.ward()) AND facility_id = (SELECT hub.organization()));
DROP POLICY with_the_watch ON watch.reports;
CREATE POLICY with_the_watch ON watch.reports FOR SELECT TO tsunagi_facility
    USING (ward_id = (SELECT hub.ward()) AND watch_id IN (SELECT w.id FROM watch.watches w WHERE w.ward_id = (SELECT hub.ward())));
DROP POLICY with_the_watch ON watch.days;
CREATE POLICY with_the_watch ON watch.days FOR SELECT TO tsunagi_facility
    USING (ward_id = (SELECT hub.ward()) AND watch_id IN (SELECT w.id FROM watch.watches w WHERE w.ward_id = (SELECT hub.ward())));
DROP POLICY own_facility ON watch.urgent_reports;
REVOKE SELECT (ward_id, watch_id, facility_id, day, triggers) ON watch.urgent_reports FROM tsunagi_client;
