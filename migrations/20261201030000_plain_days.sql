-- Nearly every sheet is for a day of which the calendar says nothing, about children who come on all days of the week. Its layers, read and put
-- together for sixty days, were a sixth of what appending ten children cost; now they are asked for where something speaks of the day. Whether
-- an alert speaks of one of the children is asked in the same statement, and no longer by a function of its own.
DROP FUNCTION hub.append_sheet(uuid, date, uuid, timestamptz, boolean, text, uuid[], integer[], text[], boolean[], boolean[], jsonb[]);
DROP FUNCTION hub.is_spoken_of(uuid[], date);
CREATE FUNCTION hub.append_sheet
    ( submission uuid, day date, key uuid, at timestamptz, late boolean, why text
    , watches uuid[], versions integer[], statuses text[], attended boolean[], seen boolean[], marks jsonb[] )
    RETURNS TABLE
        ( written bigint, plainly_open boolean, classes text[], weeks text[], holidays jsonb, layers jsonb, spoken_of boolean, asked boolean )
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    ward uuid := hub.ward();
    facility uuid := hub.organization();
    today date := hub.today();
    -- No holiday, no period of the template and none of the facility or a class speaks of the day, and it is one of the template's week;
    -- where no template is set, every day is.
    plain boolean := EXISTS
        ( SELECT FROM hub.organizations o
          LEFT JOIN watch.calendar_templates t ON t.ward_id = ward AND t.code = o.calendar_template
          WHERE o.ward_id = ward AND o.id = facility
            AND (t.code IS NULL OR extract(isodow FROM append_sheet.day)::smallint = ANY (t.open_weekdays))
            AND NOT EXISTS (SELECT FROM watch.holidays h WHERE h.ward_id = ward AND h.day = append_sheet.day)
            AND NOT EXISTS (SELECT FROM watch.template_days d WHERE d.ward_id = ward AND d.template = o.calendar_template
                                AND d.from_on <= append_sheet.day AND d.until_on >= append_sheet.day)
            AND NOT EXISTS (SELECT FROM watch.calendar_days d WHERE d.ward_id = ward AND d.facility_id = facility
                                AND d.from_on <= append_sheet.day AND d.until_on >= append_sheet.day) );
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
            -- of all the children, and only where one's own week or the calendar asks for a closer look
            ( SELECT plain AND NOT coalesce(bool_or(e.week <> ''), false) AS is_plain, array_agg(e.class) AS classes, array_agg(e.week) AS weeks FROM entry e )
        SELECT (SELECT count(*) FROM latest), k.is_plain, coalesce(k.classes, '{}'), coalesce(k.weeks, '{}')
             , CASE WHEN k.is_plain THEN '[]' ELSE
                   coalesce((SELECT jsonb_agg(h.day) FROM watch.holidays h WHERE h.ward_id = ward AND h.day = append_sheet.day), '[]') END
             , CASE WHEN NOT k.is_plain THEN watch.layers(facility, append_sheet.day) END
             , EXISTS
                   ( SELECT FROM desk.alerts a
                     WHERE a.ward_id = ward
                       AND a.watch_id = ANY (ARRAY( SELECT stay.id FROM entry e JOIN watch.watches stay ON stay.ward_id = ward AND stay.child_id = e.child_id ))
                       AND ( a.rule IN ('I1', 'I2', 'I4', 'A7', 'T2') AND a.state <> 'closed'
                          OR append_sheet.day < today AND a.as_of >= append_sheet.day
                             AND a.rule NOT IN ('I3', 'K8', 'K9', 'T1', 'T3', 'T4', 'U1') ) )
             , EXISTS ( SELECT FROM watch.inquiries i
                        WHERE i.ward_id = ward AND i.day = append_sheet.day AND i.watch_id IN (SELECT e.watch_id FROM entry e) AND i.told IS NULL )
        FROM kind k;
END $$;
REVOKE ALL ON FUNCTION hub.append_sheet(uuid, date, uuid, timestamptz, boolean, text, uuid[], integer[], text[], boolean[], boolean[], jsonb[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.append_sheet(uuid, date, uuid, timestamptz, boolean, text, uuid[], integer[], text[], boolean[], boolean[], jsonb[]) TO tsunagi_facility;
