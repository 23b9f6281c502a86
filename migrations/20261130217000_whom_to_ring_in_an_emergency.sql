-- Whom a facility rings in an emergency where the ward has not said so yet: the telephone of the office itself, of the centre that asked about
-- its children before any other, and of the office that runs the hub last. A name and a number that stand in every directory, nothing else.
CREATE FUNCTION hub.office_to_ring()
    RETURNS TABLE (name text, phone text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT o.name, o.phone FROM hub.organizations o
        WHERE o.ward_id = hub.ward() AND o.kind IN ('child_family_centre', 'ward_office') AND o.phone <> ''
          AND o.opened_on <= hub.today() AND (o.closed_on IS NULL OR o.closed_on > hub.today())
        ORDER BY o.kind = 'ward_office'
               , EXISTS ( SELECT FROM watch.watches w JOIN desk.requests r ON r.ward_id = w.ward_id AND r.watch_id = w.id
                          WHERE w.ward_id = o.ward_id AND w.facility_id = hub.organization() AND r.office_id = o.id
                            AND w.from_on <= hub.today() AND (w.until_on IS NULL OR w.until_on >= hub.today()) ) DESC
               , o.name, o.id
        LIMIT 1;
    END;
REVOKE ALL ON FUNCTION hub.office_to_ring() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.office_to_ring() TO tsunagi_facility;
