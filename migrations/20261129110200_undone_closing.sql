-- A closing or merger that was only planned can be taken back until its day: what it shortened, carried and moved is remembered.

ALTER TABLE hub.memberships
    -- Shortened by the planned end of its organization, and the last day it had before.
      ADD shortened boolean NOT NULL DEFAULT false
    , ADD until_before date
    -- The membership of a merged organization that this one continues.
    , ADD carried_from uuid;
GRANT UPDATE (shortened, until_before, carried_from) ON hub.memberships TO tsunagi_admin;

ALTER TABLE desk.requests
    -- The request of a merged facility that this one continues.
      ADD carried_from uuid
    -- The facility it was for before a merger, which it had not begun by then.
    , ADD moved_from uuid;

-- What befell a request: the words are the program's.
ALTER TABLE desk.request_steps DROP CONSTRAINT request_steps_event_check;
ALTER TABLE desk.request_steps ADD CONSTRAINT request_steps_event_check CHECK (event ~ '^[a-z_]{1,20}$');

-- As before, and it leaves its traces.
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

-- Brings the requests of a facility back whose merger the desk takes back before its day. What was decided meanwhile about a
-- continuation, which has not begun and bears no report, holds for the request it continued: who has it in hand, its class, its
-- end. How many.
CREATE FUNCTION hub.bring_requests_back(merged uuid, at timestamptz) RETURNS integer
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
        DELETE FROM desk.request_steps s WHERE s.ward_id = place.ward_id AND s.watch_id = kept.fresh;
        DELETE FROM desk.requests r WHERE r.ward_id = place.ward_id AND r.watch_id = kept.fresh;
        DELETE FROM watch.watches w WHERE w.ward_id = place.ward_id AND w.id = kept.fresh;
        brought := brought + 1;
    END LOOP;
    RETURN brought;
END $$;
REVOKE EXECUTE ON FUNCTION hub.bring_requests_back(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.bring_requests_back(uuid, timestamptz) TO tsunagi_admin;
