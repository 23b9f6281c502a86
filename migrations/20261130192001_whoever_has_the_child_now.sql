-- Who is called about an alert: whoever has the request of today of those that go on from the alert's, at the same office. An alert of the
-- facility before is the new worker's as soon as the child is at the new one; one that has not begun yet is nobody's to hear of.
CREATE FUNCTION desk.worker_of(for_ward uuid, for_watch uuid, today date)
    RETURNS uuid
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        WITH RECURSIVE onward AS
            ( SELECT r.watch_id, r.office_id FROM desk.requests r WHERE r.ward_id = for_ward AND r.watch_id = for_watch
              UNION
              SELECT n.watch_id, n.office_id
              FROM onward o
              JOIN desk.requests n ON n.ward_id = for_ward AND n.office_id = o.office_id AND (n.continues = o.watch_id OR n.carried_from = o.watch_id) )
        SELECT r.assigned_to
        FROM onward o
        JOIN desk.requests r ON r.ward_id = for_ward AND r.watch_id = o.watch_id
        JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
        WHERE r.assigned_to IS NOT NULL AND (r.watch_id = for_watch OR w.from_on <= today)
        ORDER BY coalesce(w.until_on >= today, true) DESC, w.from_on DESC
        LIMIT 1;
    END;
GRANT EXECUTE ON FUNCTION desk.worker_of(uuid, uuid, date) TO tsunagi_system;
