-- Who can answer for an office, and where they work: whoever is asked whom to choose sees the name of the place beside each. Each role at the
-- nearest of the person's places, as before. Up by the key, where IN compared each organization of the ward.

DROP FUNCTION desk.answerers(uuid, uuid, date);
CREATE FUNCTION desk.answerers(ward uuid, office uuid, today date)
    RETURNS TABLE (person_id uuid, role text, height integer, organization_id uuid)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        WITH RECURSIVE above AS
            ( SELECT o.id, o.parent_id, CASE WHEN o.closed_on <= answerers.today THEN o.successor_id END AS heir, 0 AS height
              FROM hub.organizations o WHERE o.ward_id = answerers.ward AND o.id = answerers.office
              UNION
              SELECT o.id, o.parent_id, CASE WHEN o.closed_on <= answerers.today THEN o.successor_id END
                   , above.height + CASE WHEN o.id = above.heir THEN 0 ELSE 1 END
              FROM hub.organizations o JOIN above ON o.id = ANY (ARRAY[above.parent_id, above.heir])
              -- an office may be merged into one below it; no ward is as deep
              WHERE o.ward_id = answerers.ward AND above.height < 16 )
        SELECT DISTINCT ON (m.person_id, m.role) m.person_id, m.role, a.height, a.id
        FROM above a
        JOIN hub.memberships m ON m.ward_id = answerers.ward AND m.organization_id = a.id AND m.role IN ('caseworker', 'supervisor')
            AND m.suspended_at IS NULL AND m.from_on <= answerers.today AND (m.until_on IS NULL OR m.until_on >= answerers.today)
        JOIN hub.people p ON p.ward_id = m.ward_id AND p.id = m.person_id AND p.status = 'active'
        ORDER BY m.person_id, m.role, a.height, a.id;
END $$;
GRANT EXECUTE ON FUNCTION desk.answerers(uuid, uuid, date) TO tsunagi_system, tsunagi_office;
