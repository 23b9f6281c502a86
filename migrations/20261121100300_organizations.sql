-- The ward's own desk for organizations: calendars it keeps, closing and merging that leave nothing unreachable.

-- Calendars: the desk keeps templates and, for facilities that cannot, their days -------------------------------------------
ALTER TABLE watch.calendar_templates ADD CHECK (code ~ '^[a-z0-9_]{1,40}$'), ADD CHECK (length(name) BETWEEN 1 AND 40);
GRANT INSERT, UPDATE (name, open_weekdays, open_on_holidays) ON watch.calendar_templates TO tsunagi_admin;
GRANT SELECT, INSERT, DELETE ON watch.calendar_days TO tsunagi_admin;

-- Names two templates apart: what a facility chooses from is a list of names.
CREATE UNIQUE INDEX calendar_templates_name ON watch.calendar_templates (ward_id, name);

-- The child's own days of the week, agreed between home and facility (ISO, 1 is Monday); NULL: whenever the class comes.
ALTER TABLE watch.watches ADD own_weekdays smallint[]
    CHECK (own_weekdays IS NULL OR (cardinality(own_weekdays) BETWEEN 1 AND 7 AND own_weekdays <@ ARRAY[1, 2, 3, 4, 5, 6, 7]::smallint[]));
GRANT UPDATE (own_weekdays) ON watch.watches TO tsunagi_facility, tsunagi_office;

-- Organizations: what was merged into what ------------------------------------------------------------------------------------
CREATE INDEX organizations_successor ON hub.organizations (ward_id, successor_id) WHERE successor_id IS NOT NULL;
ALTER TABLE hub.organizations
      ADD CONSTRAINT organizations_closed_after_opening CHECK (closed_on IS NULL OR closed_on > opened_on)
    , ADD CONSTRAINT organizations_successor_when_closed CHECK (successor_id IS NULL OR closed_on IS NOT NULL);

-- Times of the day: the columns hold what is in force; what a facility has not set itself follows the ward's own office.
ALTER TABLE hub.organizations
    ADD own_times text[] NOT NULL DEFAULT '{}'
    CHECK (own_times <@ ARRAY['reminder', 'deputy_reminder', 'unreported_list', 'facility_cutoff', 'worker_notice', 'free_correction_until']);
GRANT UPDATE (own_times) ON hub.organizations TO tsunagi_admin;
CREATE FUNCTION hub.take_ward_times() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    root hub.organizations;
BEGIN
    IF NEW.parent_id IS NOT NULL THEN
        SELECT o.* INTO root FROM hub.organizations o WHERE o.ward_id = NEW.ward_id AND o.parent_id IS NULL ORDER BY o.opened_on, o.id LIMIT 1;
        NEW.reminder := coalesce(NEW.reminder, root.reminder);
        NEW.deputy_reminder := coalesce(NEW.deputy_reminder, root.deputy_reminder);
        NEW.unreported_list := coalesce(NEW.unreported_list, root.unreported_list);
        NEW.facility_cutoff := coalesce(NEW.facility_cutoff, root.facility_cutoff);
        NEW.worker_notice := coalesce(NEW.worker_notice, root.worker_notice);
        NEW.free_correction_until := coalesce(NEW.free_correction_until, root.free_correction_until);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER take_ward_times BEFORE INSERT ON hub.organizations FOR EACH ROW EXECUTE FUNCTION hub.take_ward_times();

-- An organization, all below it in the tree, and all that was merged into any of them: what an office asked for and was told
-- stays with whoever took its work over.
CREATE OR REPLACE FUNCTION hub.below(ward uuid, organization uuid) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN
        ( WITH RECURSIVE tree AS
            ( SELECT below.organization AS id
              UNION
              SELECT child.id FROM hub.organizations child JOIN tree ON child.parent_id = tree.id OR child.successor_id = tree.id
              WHERE child.ward_id = below.ward )
          SELECT array_agg(tree.id) FROM tree );
END $$;

-- Across the fence --------------------------------------------------------------------------------------------------------------
-- The desk sees no request, no report and no alert. What it must know before it closes or sets up something is told as a number
-- or as yes and no.

-- How many requests name an organization, as facility or as office, on `day` or later; and whether an office has alerts nobody closed.
CREATE FUNCTION hub.still_open(organization uuid, day date) RETURNS TABLE (requests bigint, work boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT (SELECT count(*) FROM watch.watches w JOIN desk.requests r ON r.ward_id = w.ward_id AND r.watch_id = w.id
                WHERE w.ward_id = hub.ward() AND (w.facility_id = still_open.organization OR r.office_id = still_open.organization)
                  AND (w.until_on IS NULL OR w.until_on >= still_open.day))
             , EXISTS (SELECT FROM desk.alerts a WHERE a.ward_id = hub.ward() AND a.office_id = still_open.organization AND a.state <> 'closed');
    END;

-- Whether any request of the ward has begun.
CREATE FUNCTION hub.requests_begun() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT EXISTS (SELECT FROM watch.watches w WHERE w.ward_id = hub.ward() AND w.from_on <= hub.today());
    END;

-- Whether anything was reported for a day in the period; with a class, of a child of that class.
CREATE FUNCTION hub.has_reports(facility uuid, from_on date, until_on date, class text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT EXISTS (SELECT FROM watch.days d JOIN watch.watches w ON w.ward_id = d.ward_id AND w.id = d.watch_id
                       WHERE d.ward_id = hub.ward() AND d.facility_id = has_reports.facility
                         AND d.day BETWEEN has_reports.from_on AND has_reports.until_on
                         AND (has_reports.class = '' OR w.class = has_reports.class));
    END;

-- Carries the requests of a facility that the desk has just merged over to its successor, as a transfer of each child on the day
-- of the merger: the old request ends the day before and keeps its reports, a new one with the same child, office and terms
-- begins at the successor. One that was to begin later is moved as it is. How many.
CREATE FUNCTION hub.carry_requests_over(merged uuid, by_person uuid, at timestamptz, why text) RETURNS integer
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
        INSERT INTO desk.requests (ward_id, watch_id, office_id, ground, strictness, sibling_group_id, assigned_to, created_by, created_at)
        VALUES (old.ward_id, fresh, old.office_id, old.ground, old.strictness, old.sibling_group_id, old.assigned_to
            , old.created_by, carry_requests_over.at);
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

GRANT EXECUTE ON FUNCTION hub.still_open(uuid, date), hub.requests_begun(), hub.has_reports(uuid, date, date, text)
    , hub.carry_requests_over(uuid, uuid, timestamptz, text) TO tsunagi_admin;

-- As before, each stay with the child's own days of the week.
CREATE OR REPLACE FUNCTION hub.rule_inputs(watches uuid[], concerned uuid[], day date)
    RETURNS jsonb
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    judged uuid[];
BEGIN
    -- The quiet morning, which is most of them, is told apart at a glance.
    IF concerned = '{}' AND NOT EXISTS
        ( SELECT FROM desk.alerts a
          WHERE a.ward_id = hub.ward() AND a.watch_id = ANY (watches) AND a.rule = 'I1' AND a.state <> 'closed' ) THEN
        RETURN NULL;
    END IF;
    SELECT array_agg(w.id) INTO judged
    FROM watch.watches w
    WHERE w.ward_id = hub.ward() AND w.facility_id = hub.organization() AND w.id = ANY (watches)
      AND ( w.id = ANY (concerned)
         OR EXISTS (SELECT FROM desk.alerts a WHERE a.ward_id = w.ward_id AND a.watch_id = w.id AND a.rule = 'I1' AND a.state <> 'closed') );
    IF judged IS NULL THEN
        RETURN NULL;
    END IF;

    PERFORM FROM desk.sibling_groups g
    WHERE g.ward_id = hub.ward() AND g.id IN (SELECT r.sibling_group_id FROM desk.requests r WHERE r.ward_id = hub.ward() AND r.watch_id = ANY (judged))
    ORDER BY g.id FOR UPDATE;
    PERFORM FROM desk.alerts a WHERE a.ward_id = hub.ward() AND a.watch_id = ANY (judged) AND a.state <> 'closed' ORDER BY a.id FOR UPDATE;

    RETURN jsonb_build_object
        ( 'rules',
            ( SELECT jsonb_agg(jsonb_build_object
                ( 'code', r.code, 'version', r.version, 'threshold', r.threshold, 'threshold_strict', r.threshold_strict
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
                , 'days',
                    ( SELECT coalesce(jsonb_agg(jsonb_build_object('day', d.day, 'mark', d.mark) ORDER BY d.day), '[]')
                      FROM watch.days d
                      WHERE d.ward_id = w.ward_id AND d.child_id = w.child_id AND d.day >= coalesce(
                          ( SELECT last.day FROM watch.days last
                            WHERE last.ward_id = w.ward_id AND last.child_id = w.child_id AND last.attended AND last.day < rule_inputs.day
                            ORDER BY last.day DESC LIMIT 1 ), rule_inputs.day - 400) )
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
              WHERE w.ward_id = hub.ward() AND w.id = ANY (judged) )
        );
END $$;
