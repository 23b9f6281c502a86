-- 転校・転園・卒園・卒業: where a child goes next, so that nobody is lost between two facilities. Facilities have no right on any of it:
-- the old one sees that its request ends, the new one that it has one.

ALTER TABLE desk.requests
    -- The request at the facility before this one: the same child goes on being counted.
      ADD continues uuid
    , ADD FOREIGN KEY (ward_id, continues) REFERENCES desk.requests (ward_id, watch_id);
CREATE UNIQUE INDEX requests_continues ON desk.requests (ward_id, continues) WHERE continues IS NOT NULL;
-- What a merger carried on is asked about in the same breath.
CREATE INDEX requests_carried ON desk.requests (ward_id, carried_from) WHERE carried_from IS NOT NULL;

CREATE TABLE desk.transfers
    ( ward_id uuid NOT NULL
    -- the request at the facility the child leaves
    , watch_id uuid NOT NULL
    , last_on date NOT NULL
    , next text NOT NULL CHECK (next IN ('facility', 'undecided', 'outside', 'missing'))
    -- the last day the request had before, for a plan that is taken back
    , until_before date
    , entered_by uuid
    , entered_at timestamptz NOT NULL
    -- the day the rules were last asked about it; nothing while they are still to be asked
    , judged_on date
    -- Taken back, or the request was ended: no plan any more, and kept so that the rules are asked once more.
    , dropped_at timestamptz
    , PRIMARY KEY (ward_id, watch_id)
    , FOREIGN KEY (ward_id, watch_id) REFERENCES desk.requests (ward_id, watch_id)
    , FOREIGN KEY (ward_id, entered_by) REFERENCES hub.people (ward_id, id)
    );
CREATE INDEX transfers_to_judge ON desk.transfers (ward_id) WHERE judged_on IS NULL;
CREATE INDEX transfers_held ON desk.transfers (ward_id, last_on) WHERE next IN ('undecided', 'missing') AND dropped_at IS NULL;

ALTER TABLE desk.transfers ENABLE ROW LEVEL SECURITY;
CREATE POLICY with_the_request ON desk.transfers TO tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND EXISTS (SELECT FROM desk.requests r WHERE r.ward_id = transfers.ward_id AND r.watch_id = transfers.watch_id));
CREATE POLICY on_duty ON desk.transfers TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
GRANT SELECT, INSERT, UPDATE (last_on, next, until_before, entered_by, entered_at, judged_on, dropped_at) ON desk.transfers TO tsunagi_office;
GRANT SELECT, UPDATE (judged_on) ON desk.transfers TO tsunagi_system;

-- A plan can be changed until the child has come to the new facility: the request there, of which no report can exist, goes.
CREATE POLICY not_begun ON watch.watches FOR DELETE TO tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND from_on > (SELECT hub.today())
        AND id IN (SELECT r.watch_id FROM desk.requests r WHERE r.ward_id = (SELECT hub.ward()) AND (r.continues IS NOT NULL OR r.carried_from IS NOT NULL)));
CREATE POLICY carried_on ON desk.requests AS RESTRICTIVE FOR DELETE TO tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND (continues IS NOT NULL OR carried_from IS NOT NULL));
-- A policy here cannot look at the watch, whose own policies look here.
CREATE FUNCTION desk.keep_begun() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM watch.watches w WHERE w.ward_id = OLD.ward_id AND w.id = OLD.watch_id AND w.from_on <= hub.today()) THEN
        RAISE EXCEPTION 'a request that has begun is never removed';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER keep_begun BEFORE DELETE ON desk.requests FOR EACH ROW EXECUTE FUNCTION desk.keep_begun();
CREATE POLICY not_begun ON desk.request_steps AS RESTRICTIVE FOR DELETE TO tsunagi_office
    USING (ward_id = (SELECT hub.ward())
        AND EXISTS (SELECT FROM desk.requests r JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
            WHERE r.ward_id = request_steps.ward_id AND r.watch_id = request_steps.watch_id AND w.from_on > (SELECT hub.today())
              AND (r.continues IS NOT NULL OR r.carried_from IS NOT NULL)));
GRANT DELETE ON watch.watches, desk.requests, desk.request_steps TO tsunagi_office;

-- What domain::rule::default_rules says of the rules that are new; a test holds the two together.
INSERT INTO desk.rules (ward_id, code, version, threshold, threshold_strict, second, third, severity, enabled, from_at)
SELECT w.id, r.code, 1, r.threshold, r.threshold_strict, r.second, r.third, r.severity, true, now()
FROM hub.wards w
CROSS JOIN (VALUES
      ('T1', 1, 1, 0, 0, 'caution')
    , ('T2', 3, 1, 0, 0, 'urgent')
    , ('T3', 1, 1, 0, 0, 'notice')
    , ('T4', 1, 1, 0, 0, 'urgent')
    ) AS r (code, threshold, threshold_strict, second, third, severity)
ON CONFLICT DO NOTHING;

-- As before, and: where the child goes and whence it came, and its alerts from the facility before. One child has one open alert of a
-- rule, wherever it is.
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
                    ( SELECT coalesce(jsonb_agg(jsonb_build_object('mark', sd.mark)), '[]')
                      FROM desk.requests sr
                      JOIN watch.watches sw ON sw.ward_id = sr.ward_id AND sw.id = sr.watch_id
                      JOIN watch.days sd ON sd.ward_id = sw.ward_id AND sd.watch_id = sw.id AND sd.day = rule_inputs.day
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
              -- since the child last came, that day included; further back only what the rules of a month or a year count
              CROSS JOIN LATERAL
                ( SELECT least(whole_from, coalesce(
                    ( SELECT last.day FROM watch.days last
                      WHERE last.ward_id = w.ward_id AND last.child_id = w.child_id AND last.attended AND last.day < rule_inputs.day
                      ORDER BY last.day DESC LIMIT 1 ), rule_inputs.day - 400)) AS since ) came
              WHERE w.ward_id = hub.ward() AND w.id = ANY (judged) )
        );
END $$;

-- As before, and a step may be about an alert from a facility the child was at before; a new alert only about a watch here.
CREATE OR REPLACE FUNCTION hub.record_verdicts(verdicts jsonb, at timestamptz)
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
        JOIN watch.watches w ON w.ward_id = hub.ward() AND w.id = x.watch_id
         AND ( w.facility_id = hub.organization()
            OR x.event IS NOT NULL AND EXISTS
                ( SELECT FROM watch.watches here
                  WHERE here.ward_id = w.ward_id AND here.child_id = w.child_id AND here.facility_id = hub.organization() ) )
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
