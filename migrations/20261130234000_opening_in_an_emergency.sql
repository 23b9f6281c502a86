-- The two ways across the fence of 緊急閲覧 (decision 33): one that opens, one that shows what is open and nothing beside it. ---------

-- Looks for one child of the ward whom another office watches, by the whole name or its whole reading and the facility or the grade, and
-- writes down what came of it. Ward, person, office and day are those of the fence: it opens for nobody else and in nobody's name. No row
-- where the person holds no office's membership that lives.
CREATE FUNCTION hub.open_emergency(opening uuid, sought text[], facility uuid, grade text, reason text, words text, at timestamptz)
    RETURNS TABLE (outcome text, opening_id uuid, owner_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    membership uuid;
    hit record;
    places bigint;
    earlier uuid;
BEGIN
    -- One at a time for one person: the same form sent twice at once is one opening.
    SELECT m.id INTO membership
    FROM hub.memberships m
    JOIN hub.people p ON p.ward_id = m.ward_id AND p.id = m.person_id AND p.status = 'active'
    WHERE m.ward_id = hub.ward() AND m.person_id = hub.person() AND m.organization_id = hub.organization()
      AND m.role IN ('caseworker', 'supervisor') AND m.suspended_at IS NULL
      AND m.from_on <= hub.today() AND (m.until_on IS NULL OR m.until_on >= hub.today())
    ORDER BY m.from_on, m.id LIMIT 1
    FOR NO KEY UPDATE OF m;
    IF membership IS NULL OR open_emergency.facility IS NULL AND open_emergency.grade = '' THEN
        RETURN;
    END IF;

    -- The same child asked about by two offices at one facility is one place; the newest request stands for it. In another class it is
    -- another child.
    SELECT w.id AS watch, r.office_id AS owner, count(*) OVER () AS places INTO hit
    FROM ( SELECT DISTINCT ON (w.facility_id, w.grade, w.class) w.ward_id, w.id, w.from_on
           FROM watch.watches w
           JOIN desk.requests r ON r.ward_id = w.ward_id AND r.watch_id = w.id AND r.office_id <> ALL (hub.organizations())
           WHERE w.ward_id = hub.ward()
             AND (w.name_key = ANY (open_emergency.sought) OR replace(w.kana, U&'\3000', '') = ANY (open_emergency.sought))
             AND (open_emergency.facility IS NULL OR w.facility_id = open_emergency.facility)
             AND (open_emergency.grade = '' OR w.grade = open_emergency.grade)
             AND w.from_on <= hub.today() AND (w.until_on IS NULL OR w.until_on >= hub.today())
           ORDER BY w.facility_id, w.grade, w.class, w.from_on DESC, w.id ) w
    JOIN desk.requests r ON r.ward_id = w.ward_id AND r.watch_id = w.id
    LIMIT 1;
    places := coalesce(hit.places, 0);

    IF places = 1 THEN
        SELECT o.id INTO earlier FROM desk.openings o
        WHERE o.ward_id = hub.ward() AND o.person_id = hub.person() AND o.office_id = hub.organization() AND o.watch_id = hit.watch
          AND o.ended_at IS NULL AND o.until_at > open_emergency.at
        LIMIT 1;
        IF earlier IS NOT NULL THEN
            RETURN QUERY SELECT 'again'::text, earlier, hit.owner;
            RETURN;
        END IF;
    END IF;

    INSERT INTO desk.openings
        ( ward_id, id, person_id, membership_id, office_id, reason, words, asked_at, outcome, watch_id, owner_id, until_at )
    SELECT hub.ward(), open_emergency.opening, hub.person(), membership, hub.organization(), open_emergency.reason, open_emergency.words
         , open_emergency.at
         , CASE places WHEN 0 THEN 'nothing' WHEN 1 THEN 'opened' ELSE 'several' END
         , CASE WHEN places = 1 THEN hit.watch END
         , CASE WHEN places = 1 THEN hit.owner END
         , CASE WHEN places = 1 THEN open_emergency.at + interval '60 minutes' END;
    RETURN QUERY
        SELECT o.outcome, o.id, o.owner_id FROM desk.openings o WHERE o.ward_id = hub.ward() AND o.id = open_emergency.opening;
END $$;
REVOKE ALL ON FUNCTION hub.open_emergency(uuid, text[], uuid, text, text, text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.open_emergency(uuid, text[], uuid, text, text, text, timestamptz) TO tsunagi_office;

-- What an opening shows to whoever opened it, while it lasts and while they hold the membership they opened it with: who and where the
-- child is, whether that must be told to nobody, whom to telephone, what is open, ten days and when somebody saw the child last. No note,
-- no reason, no history.
CREATE FUNCTION hub.seen_in_emergency(opening uuid, at timestamptz)
    RETURNS TABLE
        ( name text, kana text, discreet boolean, grade text, class text, facility text, facility_kind text, facility_phone text
        , office text, office_phone text, worker text, alerts jsonb, days jsonb, last_seen date )
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT w.name, w.kana, w.discreet, w.grade, w.class, f.name, f.kind, f.phone, o.name, o.phone, p.display_name
             , coalesce(( SELECT jsonb_agg(jsonb_build_object('rule', a.rule, 'severity', a.severity, 'since', a.raised_at)
                                           ORDER BY a.severity_rank, a.raised_at, a.id)
                          FROM desk.alerts a WHERE a.ward_id = w.ward_id AND a.watch_id = w.id AND a.state <> 'closed' ), '[]')
             , coalesce(( SELECT jsonb_agg(jsonb_build_object('day', d.day, 'status', d.status) ORDER BY d.day DESC)
                          FROM watch.days d
                          WHERE d.ward_id = w.ward_id AND d.watch_id = w.id AND d.day BETWEEN hub.today() - 9 AND hub.today() ), '[]')
             , greatest( (SELECT max(d.day) FROM watch.days d WHERE d.ward_id = w.ward_id AND d.child_id = w.child_id AND d.seen)
                       , (SELECT max(s.day) FROM desk.sightings s WHERE s.ward_id = w.ward_id AND s.child_id = w.child_id AND s.confirms) )
        FROM desk.openings e
        JOIN hub.memberships m ON m.ward_id = e.ward_id AND m.id = e.membership_id AND m.suspended_at IS NULL
            AND m.from_on <= hub.today() AND (m.until_on IS NULL OR m.until_on >= hub.today())
        JOIN hub.people me ON me.ward_id = e.ward_id AND me.id = e.person_id AND me.status = 'active'
        JOIN watch.watches w ON w.ward_id = e.ward_id AND w.id = e.watch_id
        JOIN desk.requests r ON r.ward_id = w.ward_id AND r.watch_id = w.id
        JOIN hub.organizations f ON f.ward_id = w.ward_id AND f.id = w.facility_id
        JOIN hub.organizations o ON o.ward_id = r.ward_id AND o.id = r.office_id
        LEFT JOIN hub.people p ON p.ward_id = r.ward_id AND p.id = r.assigned_to
        WHERE e.ward_id = hub.ward() AND e.id = seen_in_emergency.opening
          AND e.person_id = hub.person() AND e.office_id = hub.organization()
          AND e.ended_at IS NULL AND e.until_at > seen_in_emergency.at;
END $$;
REVOKE ALL ON FUNCTION hub.seen_in_emergency(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.seen_in_emergency(uuid, timestamptz) TO tsunagi_office;
