-- Days judged anew: a correction is held against every day an alert may speak of, days closed or opened afterwards are judged again, a
-- slip stays owed until it comes, rank A is missed earlier, and a case is held by who can answer for its office.

-- The hub itself ends a 本日未入力 of days that turned out closed.
ALTER TABLE desk.alerts DROP CONSTRAINT alerts_outcome_check;
ALTER TABLE desk.alerts ADD CONSTRAINT alerts_outcome_check
    CHECK (outcome IN ('handled', 'watching', 'false_alarm', 'referred', 'reported_later', 'day_closed'));

ALTER TABLE desk.sweeps DROP CONSTRAINT sweeps_phase_check;
ALTER TABLE desk.sweeps ADD CONSTRAINT sweeps_phase_check CHECK (phase IN ('early', 'cutoff', 'worker_notice', 'night'));

-- The first month of which the facility owes a slip. Without one it owes the last month alone.
ALTER TABLE hub.organizations ADD slips_from date CHECK (extract(day FROM slips_from) = 1);
UPDATE hub.organizations SET slips_from = (date_trunc('month', now() AT TIME ZONE 'Asia/Tokyo') - interval '1 month')::date WHERE reporting <> 'daily';
GRANT UPDATE (slips_from) ON hub.organizations TO tsunagi_admin;

-- From this day on the calendar of a facility has changed, and the rules are still to be asked about it. Whoever changes a calendar writes
-- it down; the clock takes it away. It says nothing of any child.
CREATE TABLE watch.changed_days
    ( ward_id uuid NOT NULL
    , facility_id uuid NOT NULL
    , from_on date NOT NULL
    , entered_at timestamptz NOT NULL
    -- with the moment: what is changed while the clock judges by the change before it is asked about once more
    , PRIMARY KEY (ward_id, facility_id, from_on, entered_at)
    , FOREIGN KEY (ward_id, facility_id) REFERENCES hub.organizations (ward_id, id)
    );
ALTER TABLE watch.changed_days ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_organization ON watch.changed_days FOR INSERT TO tsunagi_facility
    WITH CHECK (ward_id = (SELECT hub.ward()) AND facility_id = (SELECT hub.organization()));
CREATE POLICY own_ward ON watch.changed_days FOR INSERT TO tsunagi_admin WITH CHECK (ward_id = (SELECT hub.ward()));
CREATE POLICY on_duty ON watch.changed_days TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
GRANT INSERT ON watch.changed_days TO tsunagi_facility, tsunagi_admin;
GRANT SELECT, DELETE ON watch.changed_days TO tsunagi_system;

-- As before, and: further back where an alert is judged again, who can answer for the office, siblings by day, and the holidays up to today
-- when a day gone by is asked about.
CREATE OR REPLACE FUNCTION hub.rule_inputs(watches uuid[], concerned uuid[], day date)
    RETURNS jsonb
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    judged uuid[];
    -- so many days more, where 登園率の急変 is on: two stretches of so many weeks
    stretches integer;
BEGIN
    -- The quiet morning, which is most of them, is told apart at a glance.
    IF concerned = '{}' AND NOT EXISTS
        ( SELECT FROM watch.watches w
          JOIN watch.watches stay ON stay.ward_id = w.ward_id AND stay.child_id = w.child_id
          JOIN desk.alerts a ON a.ward_id = stay.ward_id AND a.watch_id = stay.id
          WHERE w.ward_id = hub.ward() AND w.id = ANY (watches) AND a.rule IN ('I1', 'I2', 'I4', 'A7', 'T2') AND a.state <> 'closed' ) THEN
        RETURN NULL;
    END IF;
    SELECT array_agg(w.id) INTO judged
    FROM watch.watches w
    WHERE w.ward_id = hub.ward() AND w.facility_id = hub.organization() AND w.id = ANY (watches)
      AND ( w.id = ANY (concerned)
         OR EXISTS
            ( SELECT FROM watch.watches stay JOIN desk.alerts a ON a.ward_id = stay.ward_id AND a.watch_id = stay.id
              WHERE stay.ward_id = w.ward_id AND stay.child_id = w.child_id AND a.rule IN ('I1', 'I2', 'I4', 'A7', 'T2') AND a.state <> 'closed' ) );
    IF judged IS NULL THEN
        RETURN NULL;
    END IF;

    PERFORM FROM desk.sibling_groups g
    WHERE g.ward_id = hub.ward() AND g.id IN (SELECT r.sibling_group_id FROM desk.requests r WHERE r.ward_id = hub.ward() AND r.watch_id = ANY (judged))
    ORDER BY g.id FOR UPDATE;
    PERFORM FROM desk.alerts a
    WHERE a.ward_id = hub.ward() AND a.state <> 'closed' AND a.watch_id IN
        ( SELECT stay.id FROM watch.watches w JOIN watch.watches stay ON stay.ward_id = w.ward_id AND stay.child_id = w.child_id
          WHERE w.ward_id = hub.ward() AND w.id = ANY (judged) )
    ORDER BY a.id FOR UPDATE;

    SELECT 14 * r.second INTO stretches
    FROM (SELECT n.* FROM desk.rules n WHERE n.ward_id = hub.ward() AND n.code = 'A13' ORDER BY n.version DESC LIMIT 1) r
    WHERE r.enabled;

    RETURN jsonb_build_object
        ( 'rules',
            ( SELECT jsonb_agg(jsonb_build_object
                ( 'code', r.code, 'version', r.version, 'threshold', r.threshold, 'threshold_strict', r.threshold_strict
                , 'second', r.second, 'third', r.third
                , 'severity', r.severity, 'enabled', r.enabled, 'visit_breaks', r.visit_breaks ))
              FROM (SELECT DISTINCT ON (r.code) r.* FROM desk.rules r WHERE r.ward_id = hub.ward() ORDER BY r.code, r.version DESC) r )
        , 'holidays', (SELECT coalesce(jsonb_agg(h.day), '[]') FROM watch.holidays h WHERE h.ward_id = hub.ward() AND h.day BETWEEN rule_inputs.day - 400 AND greatest(rule_inputs.day, hub.today()) + 60)
        , 'facilities',
            -- one without a template is open every day, and left out
            ( SELECT coalesce(jsonb_agg(jsonb_build_object('id', o.id) || l.layers), '[]')
              FROM hub.organizations o CROSS JOIN LATERAL (SELECT watch.layers(o.id, rule_inputs.day - 400)) AS l (layers)
              WHERE o.ward_id = hub.ward() AND l.layers IS NOT NULL AND o.id IN
                  ( SELECT stay.facility_id FROM watch.watches w JOIN watch.watches stay ON stay.ward_id = w.ward_id AND stay.child_id = w.child_id
                    WHERE w.ward_id = hub.ward() AND w.id = ANY (judged) ) )
        , 'children',
            ( WITH answerers AS MATERIALIZED
                ( SELECT o.office_id, n.person_id
                  FROM ( SELECT DISTINCT r.office_id FROM desk.requests r
                         WHERE r.ward_id = hub.ward() AND r.watch_id = ANY (judged) AND r.assigned_to IS NOT NULL ) o
                  CROSS JOIN LATERAL desk.answerers(hub.ward(), o.office_id, hub.today()) n )
              SELECT jsonb_agg(jsonb_build_object
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
                    ( SELECT jsonb_build_object
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
                    ( SELECT coalesce(jsonb_agg(jsonb_build_object('day', d.day, 'mark', d.mark) ORDER BY d.day), '[]')
                      FROM ( SELECT since.day, since.mark FROM watch.days since
                             WHERE since.ward_id = w.ward_id AND since.child_id = w.child_id AND since.day >= came.since
                             UNION ALL
                             SELECT told.day, told.mark FROM watch.days told
                             WHERE told.ward_id = w.ward_id AND told.child_id = w.child_id AND told.day >= came.told AND told.day < came.since
                               AND told.status IN ('A', 'L', 'E', 'LE') ) d )
                -- 目視確認 that confirms, and those recorded before a sighting had a day and a way
                , 'met',
                    ( SELECT coalesce(jsonb_agg(seen.day), '[]')
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
                , 'siblings',
                    ( SELECT coalesce(jsonb_agg(jsonb_build_object('day', sd.day, 'mark', sd.mark)), '[]')
                      FROM desk.requests sr
                      JOIN watch.watches sw ON sw.ward_id = sr.ward_id AND sw.id = sr.watch_id
                      JOIN watch.days sd ON sd.ward_id = sw.ward_id AND sd.watch_id = sw.id AND sd.day BETWEEN span.from_on AND span.until_on
                      WHERE sr.ward_id = w.ward_id AND sr.sibling_group_id = r.sibling_group_id AND sw.child_id <> w.child_id )
                -- every open alert about the child, also from a facility before this one, and of each rule the last one that was closed
                , 'alerts',
                    ( SELECT coalesce(jsonb_agg(to_jsonb(a)), '[]')
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
