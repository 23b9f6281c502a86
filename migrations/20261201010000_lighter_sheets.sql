-- A city's morning writes 60,000 rows, and for each of them looked up the request and locked it, which wrote it anew: a third of what appending a
-- sheet cost (decision 34). Whoever writes these rows can write them of no other request: hub.append_sheet takes the request from
-- watch.watches, and the policies of systems and of the duties ask for it there. From the other side a request goes only before its first day (policy
-- not_begun on watch.watches), when nobody can report. What no policy holds, the owner of the tables, this trigger does.
ALTER TABLE watch.days DROP CONSTRAINT days_ward_id_watch_id_fkey;
ALTER TABLE watch.reports DROP CONSTRAINT reports_ward_id_watch_id_fkey;
-- A duty (the loader of the demo ward) writes a first version and never another.
REVOKE UPDATE ON watch.days FROM tsunagi_system;
CREATE POLICY of_a_request ON watch.days AS RESTRICTIVE FOR INSERT TO tsunagi_system
    WITH CHECK (watch_id IN (SELECT w.id FROM watch.watches w WHERE w.ward_id = (SELECT hub.ward())));
CREATE POLICY of_a_request ON watch.reports AS RESTRICTIVE FOR INSERT TO tsunagi_system
    WITH CHECK (watch_id IN (SELECT w.id FROM watch.watches w WHERE w.ward_id = (SELECT hub.ward())));
CREATE FUNCTION watch.keep_reported() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM watch.days d WHERE d.ward_id = OLD.ward_id AND d.watch_id = OLD.id)
       OR EXISTS (SELECT FROM watch.reports r WHERE r.ward_id = OLD.ward_id AND r.watch_id = OLD.id) THEN
        RAISE EXCEPTION 'a request that was reported on is never removed' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER keep_reported BEFORE DELETE ON watch.watches FOR EACH ROW EXECUTE FUNCTION watch.keep_reported();
CREATE TRIGGER keep_reported_name BEFORE UPDATE OF ward_id, id ON watch.watches FOR EACH ROW
    WHEN (OLD.ward_id <> NEW.ward_id OR OLD.id <> NEW.id) EXECUTE FUNCTION watch.keep_reported();

-- As before, but: a report is made of what was written to its day, and not joined with it.
CREATE OR REPLACE FUNCTION hub.append_sheet
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
              RETURNING d.watch_id, d.child_id, d.version, d.mark )
        , report AS
            ( INSERT INTO watch.reports (ward_id, watch_id, day, version, submission_id, facility_id, child_id, mark, correction_reason, reported_by, reported_at)
              SELECT ward, l.watch_id, append_sheet.day, l.version, append_sheet.submission, facility, l.child_id, l.mark, append_sheet.why, hub.person(), append_sheet.at
              FROM latest l )
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

-- As before, in plpgsql, which keeps its plan: asked for each wake of each node.
CREATE OR REPLACE FUNCTION hub.events_since(since xid8)
    RETURNS TABLE (xmin xid8, xid xid8, ward_id uuid, id bigint, office_id uuid, alert_id uuid, kind text, severity text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT s.xmin, e.xid, e.ward_id, e.id, e.office_id, e.alert_id, e.kind, e.severity
        FROM (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xmin) s
        LEFT JOIN desk.events e ON e.xid >= events_since.since;
END $$;
