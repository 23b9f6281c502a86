-- What the demo ward brings along beside its reports: rosters, a substitute and planned transfers; and what the planner must know of it.

GRANT INSERT ON desk.duty_rosters, desk.duty_turns, desk.absences, desk.transfers TO tsunagi_system;

-- A ward that comes all at once is planned for as if it were empty until the server's own analyzing comes round, a minute later; the
-- nights to be caught up with are judged before that, and took two seconds a facility instead of twenty milliseconds. Only the owner
-- of a table may analyze it.
CREATE FUNCTION hub.analyze_demo()
    RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM hub.wards w WHERE w.id = hub.ward() AND w.is_demo) THEN
        RAISE EXCEPTION 'only a demo ward comes all at once';
    END IF;
    ANALYZE hub.organizations, hub.people, hub.memberships
          , watch.holidays, watch.template_days, watch.calendar_days, watch.watches, watch.submissions, watch.reports, watch.days, watch.replies
          , desk.rules, desk.sibling_groups, desk.requests, desk.alerts, desk.evidence, desk.alert_steps, desk.sightings, desk.safety_checks
          , desk.sweeps, desk.transfers;
END $$;
REVOKE ALL ON FUNCTION hub.analyze_demo() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.analyze_demo() TO tsunagi_system;
