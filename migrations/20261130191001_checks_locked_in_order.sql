-- A sighting answers the checks of all the child's alerts, and what the rules find can lock several of them too. As before otherwise.

CREATE OR REPLACE FUNCTION hub.record_verdicts(verdicts jsonb, at timestamptz)
    RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v record;
    written integer := 0;
BEGIN
    -- First every alert, then every check that runs: whoever locks more than one locks them in this order, and nobody waits in a ring.
    PERFORM FROM desk.alerts a
    WHERE a.ward_id = hub.ward() AND a.id IN
      ( SELECT x.id FROM jsonb_to_recordset(record_verdicts.verdicts) AS x (id uuid, event text) WHERE x.event IS NOT NULL )
    ORDER BY a.id FOR NO KEY UPDATE;
    PERFORM FROM desk.safety_checks c
    WHERE c.ward_id = hub.ward() AND c.seen_at IS NULL AND c.alert_id IN
      ( SELECT x.id FROM jsonb_to_recordset(record_verdicts.verdicts) AS x (id uuid, event text, finding jsonb)
        WHERE x.event IS NOT NULL AND x.finding ->> 'severity' = 'urgent' )
    ORDER BY c.alert_id FOR NO KEY UPDATE;
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
