-- 進級: the grade a child has from April 1 on, decided before and taken over on the day. Whoever leaves has a row in desk.transfers.

CREATE TABLE desk.promotions
    ( ward_id uuid NOT NULL
    , watch_id uuid NOT NULL
    , on_day date NOT NULL
    , grade text NOT NULL
    , class text NOT NULL DEFAULT '' CHECK (length(class) <= 20)
    -- what the child had before, for a decision that is taken back
    , grade_before text NOT NULL
    , class_before text NOT NULL DEFAULT ''
    , entered_by uuid
    , entered_at timestamptz NOT NULL
    -- nothing while the day has not come
    , applied_at timestamptz
    , PRIMARY KEY (ward_id, watch_id, on_day)
    , FOREIGN KEY (ward_id, watch_id) REFERENCES desk.requests (ward_id, watch_id)
    , FOREIGN KEY (ward_id, entered_by) REFERENCES hub.people (ward_id, id)
    );
CREATE INDEX promotions_to_apply ON desk.promotions (ward_id, on_day) WHERE applied_at IS NULL;

ALTER TABLE desk.promotions ENABLE ROW LEVEL SECURITY;
CREATE POLICY with_the_request ON desk.promotions TO tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND EXISTS (SELECT FROM desk.requests r WHERE r.ward_id = promotions.ward_id AND r.watch_id = promotions.watch_id));
CREATE POLICY on_duty ON desk.promotions TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
GRANT SELECT, INSERT, DELETE ON desk.promotions TO tsunagi_office;
GRANT SELECT, UPDATE (applied_at) ON desk.promotions TO tsunagi_system;

-- A facility that is merged or closed ---------------------------------------------------------------------------------------------
-- As before, and the plans go along: nobody is lost between the two because of whom the desk merges with whom.
CREATE OR REPLACE FUNCTION hub.carry_requests_over(merged uuid, by_person uuid, at timestamptz, why text) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    place hub.organizations;
    old record;
    fresh uuid;
    carried integer := 0;
BEGIN
    SELECT o.* INTO place FROM hub.organizations o
    WHERE o.ward_id = hub.ward() AND o.id = carry_requests_over.merged AND o.successor_id IS NOT NULL AND o.closed_on > hub.today();
    IF place.id IS NULL THEN
        RETURN 0;
    END IF;
    UPDATE desk.requests r SET moved_from = place.id FROM watch.watches w
    WHERE w.ward_id = place.ward_id AND w.facility_id = place.id AND w.from_on >= place.closed_on AND r.ward_id = w.ward_id AND r.watch_id = w.id;
    UPDATE watch.watches w SET facility_id = place.successor_id
    WHERE w.ward_id = place.ward_id AND w.facility_id = place.id AND w.from_on >= place.closed_on;
    GET DIAGNOSTICS carried = ROW_COUNT;

    FOR old IN
        SELECT w.*, r.office_id, r.ground, r.strictness, r.sibling_group_id, r.assigned_to, r.revision, r.created_by
        FROM watch.watches w JOIN desk.requests r ON r.ward_id = w.ward_id AND r.watch_id = w.id
        WHERE w.ward_id = place.ward_id AND w.facility_id = place.id AND (w.until_on IS NULL OR w.until_on >= place.closed_on)
        FOR UPDATE OF w, r
    LOOP
        fresh := gen_random_uuid();
        INSERT INTO watch.watches (ward_id, id, child_id, facility_id, name, kana, name_key, grade, class, from_on, until_on, own_weekdays)
        VALUES (old.ward_id, fresh, old.child_id, place.successor_id, old.name, old.kana, old.name_key, old.grade, old.class
            , place.closed_on, old.until_on, old.own_weekdays);
        INSERT INTO desk.requests
            (ward_id, watch_id, office_id, ground, strictness, sibling_group_id, assigned_to, created_by, created_at, carried_from)
        VALUES (old.ward_id, fresh, old.office_id, old.ground, old.strictness, old.sibling_group_id, old.assigned_to
            , old.created_by, carry_requests_over.at, old.id);
        -- A plan to leave from the day of the merger on, and the grade of a later April, are the request's that is in force then.
        UPDATE desk.transfers t SET watch_id = fresh, judged_on = NULL WHERE t.ward_id = old.ward_id AND t.watch_id = old.id AND t.dropped_at IS NULL;
        UPDATE desk.requests r SET continues = fresh WHERE r.ward_id = old.ward_id AND r.continues = old.id;
        UPDATE desk.promotions p SET watch_id = fresh
        WHERE p.ward_id = old.ward_id AND p.watch_id = old.id AND p.on_day >= place.closed_on AND p.applied_at IS NULL;
        UPDATE watch.watches w SET until_on = place.closed_on - 1 WHERE w.ward_id = old.ward_id AND w.id = old.id;
        UPDATE desk.requests r
        SET ended_by = carry_requests_over.by_person, ended_at = carry_requests_over.at, end_reason = carry_requests_over.why
          , revision = r.revision + 1
        WHERE r.ward_id = old.ward_id AND r.watch_id = old.id;
        INSERT INTO desk.request_steps (ward_id, watch_id, revision, event, by_person, at)
        VALUES (old.ward_id, old.id, old.revision + 1, 'ended', carry_requests_over.by_person, carry_requests_over.at);
        carried := carried + 1;
    END LOOP;
    RETURN carried;
END $$;

-- As before, and what the office has planned goes back with the request.
CREATE OR REPLACE FUNCTION hub.bring_requests_back(merged uuid, at timestamptz) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    place hub.organizations;
    kept record;
    brought integer := 0;
BEGIN
    SELECT o.* INTO place FROM hub.organizations o
    WHERE o.ward_id = hub.ward() AND o.id = bring_requests_back.merged AND o.successor_id IS NOT NULL AND o.closed_on > hub.today();
    IF place.id IS NULL THEN
        RETURN 0;
    END IF;
    UPDATE watch.watches w SET facility_id = place.id FROM desk.requests r
    WHERE r.ward_id = place.ward_id AND r.moved_from = place.id AND w.ward_id = r.ward_id AND w.id = r.watch_id
      AND w.facility_id = place.successor_id AND w.from_on > hub.today();
    GET DIAGNOSTICS brought = ROW_COUNT;
    UPDATE desk.requests r SET moved_from = NULL WHERE r.ward_id = place.ward_id AND r.moved_from = place.id;

    FOR kept IN
        SELECT w.id AS fresh, w.until_on, w.grade, w.class, w.own_weekdays, r.strictness, r.sibling_group_id, r.assigned_to
             , r.ended_by, r.ended_at, r.end_reason, o.id AS old, p.revision
        FROM desk.requests r
        JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
        JOIN watch.watches o ON o.ward_id = r.ward_id AND o.id = r.carried_from
        JOIN desk.requests p ON p.ward_id = o.ward_id AND p.watch_id = o.id
        WHERE r.ward_id = place.ward_id AND o.facility_id = place.id AND w.facility_id = place.successor_id
          AND w.from_on = place.closed_on AND o.until_on = place.closed_on - 1
        FOR UPDATE OF w, r, o, p
    LOOP
        UPDATE watch.watches w
        SET until_on = kept.until_on, grade = kept.grade, class = kept.class, own_weekdays = kept.own_weekdays
        WHERE w.ward_id = place.ward_id AND w.id = kept.old;
        UPDATE desk.requests r
        SET strictness = kept.strictness, sibling_group_id = kept.sibling_group_id, assigned_to = kept.assigned_to
          , ended_by = kept.ended_by, ended_at = kept.ended_at, end_reason = kept.end_reason, revision = r.revision + 1
        WHERE r.ward_id = place.ward_id AND r.watch_id = kept.old;
        INSERT INTO desk.request_steps (ward_id, watch_id, revision, event, by_person, at)
        VALUES (place.ward_id, kept.old, kept.revision + 1, 'resumed', hub.person(), bring_requests_back.at);
        DELETE FROM desk.transfers t USING desk.transfers newer
        WHERE t.ward_id = place.ward_id AND t.watch_id = kept.old AND newer.ward_id = t.ward_id AND newer.watch_id = kept.fresh;
        UPDATE desk.transfers t SET watch_id = kept.old, judged_on = NULL WHERE t.ward_id = place.ward_id AND t.watch_id = kept.fresh;
        UPDATE desk.requests r SET continues = kept.old WHERE r.ward_id = place.ward_id AND r.continues = kept.fresh;
        UPDATE desk.promotions p SET watch_id = kept.old WHERE p.ward_id = place.ward_id AND p.watch_id = kept.fresh;
        DELETE FROM desk.request_steps s WHERE s.ward_id = place.ward_id AND s.watch_id = kept.fresh;
        DELETE FROM desk.requests r WHERE r.ward_id = place.ward_id AND r.watch_id = kept.fresh;
        DELETE FROM watch.watches w WHERE w.ward_id = place.ward_id AND w.id = kept.fresh;
        brought := brought + 1;
    END LOOP;
    RETURN brought;
END $$;

-- As before, and how many children come to the facility by a plan from that day on, leave it by one, or have left it and have no place yet.
DROP FUNCTION hub.still_open(uuid, date);
CREATE FUNCTION hub.still_open(organization uuid, day date) RETURNS TABLE (requests bigint, work boolean, coming bigint, going bigint, held bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT (SELECT count(*) FROM watch.watches w JOIN desk.requests r ON r.ward_id = w.ward_id AND r.watch_id = w.id
                WHERE w.ward_id = hub.ward() AND (w.facility_id = still_open.organization OR r.office_id = still_open.organization)
                  AND (w.until_on IS NULL OR w.until_on >= still_open.day))
             , EXISTS (SELECT FROM desk.alerts a WHERE a.ward_id = hub.ward() AND a.office_id = still_open.organization AND a.state <> 'closed')
             , (SELECT count(*) FROM watch.watches w JOIN desk.requests r ON r.ward_id = w.ward_id AND r.watch_id = w.id
                WHERE w.ward_id = hub.ward() AND w.facility_id = still_open.organization AND r.continues IS NOT NULL AND w.from_on > hub.today()
                  AND (w.until_on IS NULL OR w.until_on >= still_open.day))
             , (SELECT count(*) FROM watch.watches w JOIN desk.transfers t ON t.ward_id = w.ward_id AND t.watch_id = w.id
                WHERE w.ward_id = hub.ward() AND w.facility_id = still_open.organization AND t.dropped_at IS NULL AND t.last_on >= hub.today())
             , (SELECT count(*) FROM watch.watches w JOIN desk.transfers t ON t.ward_id = w.ward_id AND t.watch_id = w.id
                WHERE w.ward_id = hub.ward() AND w.facility_id = still_open.organization AND t.dropped_at IS NULL AND t.next IN ('undecided', 'missing'));
    END;
REVOKE EXECUTE ON FUNCTION hub.still_open(uuid, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.still_open(uuid, date) TO tsunagi_admin;
