-- A morning writes one day and one report of every child, and each index over them once for each of those rows. Three that others
-- can stand in for are gone: the last day a child came is found by days_child a few rows further, the days of a facility and the lines of a
-- receipt by the children (decision 35).
DROP INDEX watch.days_attended, watch.days_facility, watch.reports_submission;

-- Who answers for an office is asked with each judgement. Few of a ward's memberships are of its offices, and the planner, which expects a
-- single one, read all of them by their key.
CREATE INDEX memberships_answering ON hub.memberships (ward_id, organization_id) WHERE role IN ('caseworker', 'supervisor');

-- As before, by the children.
CREATE OR REPLACE FUNCTION hub.has_reports(facility uuid, from_on date, until_on date, class text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT EXISTS (SELECT FROM watch.watches w JOIN watch.days d ON d.ward_id = w.ward_id AND d.watch_id = w.id
                       WHERE w.ward_id = hub.ward() AND w.facility_id = has_reports.facility
                         AND d.day BETWEEN has_reports.from_on AND has_reports.until_on
                         AND (has_reports.class = '' OR w.class = has_reports.class));
    END;
