-- The rules in full: second and third numbers, who changed a rule and why, the rules that came later for the wards already there,
-- the duty of the night, and the days a rule of a month or a year looks at.

ALTER TABLE desk.rules
      ADD COLUMN second integer NOT NULL DEFAULT 0 CHECK (second BETWEEN 0 AND 400)
    , ADD COLUMN third integer NOT NULL DEFAULT 0 CHECK (third BETWEEN 0 AND 400)
    , ADD COLUMN changed_by uuid
    , ADD COLUMN why text NOT NULL DEFAULT '' CHECK (length(why) <= 400)
    , ADD FOREIGN KEY (ward_id, changed_by) REFERENCES hub.people (ward_id, id);

-- A new version is a row more; nobody changes or removes one.
GRANT INSERT ON desk.rules TO tsunagi_office, tsunagi_admin;
REVOKE UPDATE ON desk.rules FROM tsunagi_system;

-- What domain::rule::default_rules says of the rules that are new; a test holds the two together.
INSERT INTO desk.rules (ward_id, code, version, threshold, threshold_strict, second, third, severity, enabled, from_at)
SELECT w.id, r.code, 1, r.threshold, r.threshold_strict, r.second, r.third, r.severity, r.code <> 'A13', now()
FROM hub.wards w
CROSS JOIN (VALUES
      ('A4', 5, 3, 0, 0, 'warning')
    , ('A6', 10, 7, 0, 0, 'urgent')
    , ('A8', 5, 3, 25, 0, 'caution')
    , ('A9', 7, 7, 30, 90, 'notice')
    , ('A10', 3, 3, 3, 0, 'notice')
    , ('A12', 1, 1, 4, 0, 'caution')
    , ('A13', 30, 30, 4, 0, 'notice')
    , ('S4', 1, 1, 0, 0, 'warning')
    , ('S5', 1, 1, 0, 0, 'warning')
    , ('S6', 1, 1, 0, 0, 'caution')
    , ('I2', 2, 1, 0, 0, 'caution')
    , ('I4', 7, 7, 14, 0, 'caution')
    , ('K8', 1, 1, 0, 0, 'warning')
    , ('K9', 14, 14, 0, 0, 'notice')
    ) AS r (code, threshold, threshold_strict, second, third, severity)
ON CONFLICT DO NOTHING;

ALTER TABLE desk.sweeps DROP CONSTRAINT sweeps_phase_check;
ALTER TABLE desk.sweeps ADD CONSTRAINT sweeps_phase_check CHECK (phase IN ('cutoff', 'worker_notice', 'night'));

-- Of a year's reports the few that a month or a year is counted by.
CREATE INDEX days_told ON watch.days (ward_id, child_id, day) WHERE status IN ('A', 'L', 'E', 'LE');

-- As before, and: the days a month or a year is counted by, who holds the case, when the request ends, when a caseworker saw the
-- child. A report that says nothing by itself is still heard where silence had raised an alert.
CREATE OR REPLACE FUNCTION hub.rule_inputs(watches uuid[], concerned uuid[], day date)
    RETURNS jsonb
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    judged uuid[];
    -- from here on the absent, late and early days are told: the school year, and the weeks before it
    told_from date := least(make_date(extract(year FROM rule_inputs.day - interval '3 months')::integer, 4, 1), rule_inputs.day - 84);
    -- from here on every day, where 登園率の急変 is on: two stretches of so many weeks
    whole_from date := rule_inputs.day;
BEGIN
    -- The quiet morning, which is most of them, is told apart at a glance.
    IF concerned = '{}' AND NOT EXISTS
        ( SELECT FROM desk.alerts a
          WHERE a.ward_id = hub.ward() AND a.watch_id = ANY (watches) AND a.rule IN ('I1', 'I2', 'I4', 'A7') AND a.state <> 'closed' ) THEN
        RETURN NULL;
    END IF;
    SELECT array_agg(w.id) INTO judged
    FROM watch.watches w
    WHERE w.ward_id = hub.ward() AND w.facility_id = hub.organization() AND w.id = ANY (watches)
      AND ( w.id = ANY (concerned)
         OR EXISTS (SELECT FROM desk.alerts a WHERE a.ward_id = w.ward_id AND a.watch_id = w.id AND a.rule IN ('I1', 'I2', 'I4', 'A7') AND a.state <> 'closed') );
    IF judged IS NULL THEN
        RETURN NULL;
    END IF;

    PERFORM FROM desk.sibling_groups g
    WHERE g.ward_id = hub.ward() AND g.id IN (SELECT r.sibling_group_id FROM desk.requests r WHERE r.ward_id = hub.ward() AND r.watch_id = ANY (judged))
    ORDER BY g.id FOR UPDATE;
    PERFORM FROM desk.alerts a WHERE a.ward_id = hub.ward() AND a.watch_id = ANY (judged) AND a.state <> 'closed' ORDER BY a.id FOR UPDATE;

    SELECT rule_inputs.day - 14 * r.second INTO whole_from
    FROM (SELECT n.* FROM desk.rules n WHERE n.ward_id = hub.ward() AND n.code = 'A13' ORDER BY n.version DESC LIMIT 1) r
    WHERE r.enabled;

    RETURN jsonb_build_object
        ( 'rules',
            ( SELECT jsonb_agg(jsonb_build_object
                ( 'code', r.code, 'version', r.version, 'threshold', r.threshold, 'threshold_strict', r.threshold_strict
                , 'second', r.second, 'third', r.third
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
                        ( 'facility_id', stay.facility_id, 'class', stay.class, 'week', stay.own_weekdays, 'until', stay.until_on
                        , 'from', greatest(stay.from_on, (asked.created_at AT TIME ZONE 'Asia/Tokyo')::date) ))
                      FROM watch.watches stay
                      JOIN desk.requests asked ON asked.ward_id = stay.ward_id AND asked.watch_id = stay.id
                      WHERE stay.ward_id = w.ward_id AND stay.child_id = w.child_id )
                , 'until', w.until_on
                , 'worker',
                    CASE WHEN r.assigned_to IS NULL THEN 'nobody'
                         WHEN EXISTS
                            ( SELECT FROM hub.people p
                              JOIN hub.memberships m ON m.ward_id = p.ward_id AND m.person_id = p.id
                              WHERE p.ward_id = r.ward_id AND p.id = r.assigned_to AND p.status = 'active'
                                AND m.role IN ('caseworker', 'supervisor') AND m.suspended_at IS NULL
                                AND m.from_on <= hub.today() AND (m.until_on IS NULL OR m.until_on >= hub.today()) ) THEN 'here'
                         ELSE 'left' END
                , 'days',
                    ( SELECT coalesce(jsonb_agg(jsonb_build_object('day', d.day, 'mark', d.mark) ORDER BY d.day), '[]')
                      FROM ( SELECT since.day, since.mark FROM watch.days since
                             WHERE since.ward_id = w.ward_id AND since.child_id = w.child_id AND since.day >= came.since
                             UNION ALL
                             SELECT told.day, told.mark FROM watch.days told
                             WHERE told.ward_id = w.ward_id AND told.child_id = w.child_id AND told.day >= told_from AND told.day < came.since
                               AND told.status IN ('A', 'L', 'E', 'LE') ) d )
                -- 目視確認: a caseworker saw the child
                , 'met',
                    ( SELECT coalesce(jsonb_agg(DISTINCT (s.at AT TIME ZONE 'Asia/Tokyo')::date), '[]')
                      FROM watch.watches stay
                      JOIN desk.alerts a ON a.ward_id = stay.ward_id AND a.watch_id = stay.id
                      JOIN desk.alert_steps s ON s.ward_id = a.ward_id AND s.alert_id = a.id AND s.event = 'acted' AND s.kind = 'seen'
                      WHERE stay.ward_id = w.ward_id AND stay.child_id = w.child_id AND s.at > rule_inputs.day - interval '400 days' )
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
              -- since the child last came, that day included; further back only what the rules of a month or a year count
              CROSS JOIN LATERAL
                ( SELECT least(whole_from, coalesce(
                    ( SELECT last.day FROM watch.days last
                      WHERE last.ward_id = w.ward_id AND last.child_id = w.child_id AND last.attended AND last.day < rule_inputs.day
                      ORDER BY last.day DESC LIMIT 1 ), rule_inputs.day - 400)) AS since ) came
              WHERE w.ward_id = hub.ward() AND w.id = ANY (judged) )
        );
END $$;
