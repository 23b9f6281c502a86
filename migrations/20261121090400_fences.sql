-- Row-level security and rights: the second lock behind the permits. Unset fence, no rows.
-- `(SELECT hub.ward())` and its like are asked once a statement; without SELECT PostgreSQL asks them for every row.

ALTER TABLE hub.wards ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub.organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub.people ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub.memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub.invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub.passkeys ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub.ceremonies ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub.sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub.sign_ins ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub.trail ENABLE ROW LEVEL SECURITY;
ALTER TABLE watch.watches ENABLE ROW LEVEL SECURITY;
ALTER TABLE watch.submissions ENABLE ROW LEVEL SECURITY;
ALTER TABLE watch.reports ENABLE ROW LEVEL SECURITY;
ALTER TABLE watch.days ENABLE ROW LEVEL SECURITY;
ALTER TABLE watch.replies ENABLE ROW LEVEL SECURITY;
ALTER TABLE watch.holidays ENABLE ROW LEVEL SECURITY;
ALTER TABLE watch.calendar_templates ENABLE ROW LEVEL SECURITY;
ALTER TABLE watch.template_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE watch.calendar_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk.sibling_groups ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk.requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk.request_steps ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk.rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk.alerts ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk.evidence ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk.alert_steps ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk.events ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk.sweeps ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk.roster_imports ENABLE ROW LEVEL SECURITY;

-- hub: everybody sees their own ward's name and organizations ------------------------------------------------------------
CREATE POLICY own_ward ON hub.wards
    TO tsunagi_entry, tsunagi_facility, tsunagi_office, tsunagi_admin, tsunagi_system USING (id = (SELECT hub.ward()));
CREATE POLICY own_ward ON hub.organizations
    TO tsunagi_entry, tsunagi_office, tsunagi_admin, tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY own_organization ON hub.organizations
    TO tsunagi_facility USING (ward_id = (SELECT hub.ward()) AND id = (SELECT hub.organization()));

CREATE POLICY own_ward ON hub.people
    TO tsunagi_office, tsunagi_admin, tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY myself ON hub.people TO tsunagi_entry USING (ward_id = (SELECT hub.ward()) AND id = (SELECT hub.person()));
-- A facility reads the names of those who report for it, nobody else's.
CREATE POLICY colleagues ON hub.people TO tsunagi_facility
    USING (ward_id = (SELECT hub.ward()) AND id IN (SELECT m.person_id FROM hub.memberships m WHERE m.ward_id = (SELECT hub.ward())));

CREATE POLICY own_ward ON hub.memberships
    TO tsunagi_office, tsunagi_admin, tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY own_organization ON hub.memberships
    TO tsunagi_facility USING (ward_id = (SELECT hub.ward()) AND organization_id = (SELECT hub.organization()));
CREATE POLICY mine ON hub.memberships TO tsunagi_entry USING (ward_id = (SELECT hub.ward()) AND person_id = (SELECT hub.person()));

CREATE POLICY mine ON hub.invitations TO tsunagi_entry USING (ward_id = (SELECT hub.ward()) AND person_id = (SELECT hub.person()));
CREATE POLICY own_ward ON hub.invitations TO tsunagi_admin, tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY mine ON hub.passkeys TO tsunagi_entry USING (ward_id = (SELECT hub.ward()) AND person_id = (SELECT hub.person()));
CREATE POLICY mine ON hub.sessions TO tsunagi_entry USING (ward_id = (SELECT hub.ward()) AND person_id = (SELECT hub.person()));
CREATE POLICY nobody_known_yet ON hub.ceremonies TO tsunagi_entry USING (true);
CREATE POLICY log_only ON hub.sign_ins FOR INSERT TO tsunagi_entry WITH CHECK (ward_id IS NULL OR ward_id = (SELECT hub.ward()));
CREATE POLICY own_ward ON hub.sign_ins FOR SELECT TO tsunagi_admin USING (ward_id = (SELECT hub.ward()));

CREATE POLICY append ON hub.trail FOR INSERT
    TO tsunagi_entry, tsunagi_facility, tsunagi_office, tsunagi_admin, tsunagi_system WITH CHECK (ward_id = (SELECT hub.ward()));
CREATE POLICY own_ward ON hub.trail FOR SELECT TO tsunagi_admin USING (ward_id = (SELECT hub.ward()));

-- watch: a facility sees the requests in force that name it; an office those it made -------------------------------------
CREATE POLICY live_here ON watch.watches TO tsunagi_facility
    USING (ward_id = (SELECT hub.ward()) AND facility_id = (SELECT hub.organization())
        AND from_on <= (SELECT hub.today()) AND (until_on IS NULL OR until_on >= (SELECT hub.today())));
CREATE POLICY asked_by_us ON watch.watches FOR SELECT TO tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND id IN (SELECT r.watch_id FROM desk.requests r WHERE r.ward_id = (SELECT hub.ward())));
CREATE POLICY asked_by_us_change ON watch.watches FOR UPDATE TO tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND id IN (SELECT r.watch_id FROM desk.requests r WHERE r.ward_id = (SELECT hub.ward())));
-- The request row that makes it visible follows in the same transaction.
CREATE POLICY ask ON watch.watches FOR INSERT TO tsunagi_office WITH CHECK (ward_id = (SELECT hub.ward()));
CREATE POLICY on_duty ON watch.watches TO tsunagi_system USING (ward_id = (SELECT hub.ward()));

CREATE POLICY sent_here ON watch.submissions TO tsunagi_facility
    USING (ward_id = (SELECT hub.ward()) AND facility_id = (SELECT hub.organization()));
CREATE POLICY on_duty ON watch.submissions TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY asked_by_us ON watch.submissions FOR SELECT TO tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND EXISTS (SELECT FROM watch.watches w WHERE w.ward_id = (SELECT hub.ward()) AND w.facility_id = submissions.facility_id));

-- Whoever may see the watch may see its days; the watch's own policy decides. A facility's few watches are looked up once a
-- statement, an office's many one by one.
CREATE POLICY with_the_watch ON watch.reports TO tsunagi_facility
    USING (ward_id = (SELECT hub.ward()) AND watch_id IN (SELECT w.id FROM watch.watches w WHERE w.ward_id = (SELECT hub.ward())));
CREATE POLICY with_the_watch ON watch.days TO tsunagi_facility
    USING (ward_id = (SELECT hub.ward()) AND watch_id IN (SELECT w.id FROM watch.watches w WHERE w.ward_id = (SELECT hub.ward())));
CREATE POLICY with_the_watch ON watch.replies TO tsunagi_facility
    USING (ward_id = (SELECT hub.ward()) AND watch_id IN (SELECT w.id FROM watch.watches w WHERE w.ward_id = (SELECT hub.ward())));
CREATE POLICY asked_by_us ON watch.reports TO tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND EXISTS (SELECT FROM watch.watches w WHERE w.ward_id = reports.ward_id AND w.id = reports.watch_id));
CREATE POLICY asked_by_us ON watch.days TO tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND EXISTS (SELECT FROM watch.watches w WHERE w.ward_id = days.ward_id AND w.id = days.watch_id));
CREATE POLICY asked_by_us ON watch.replies TO tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND EXISTS (SELECT FROM watch.watches w WHERE w.ward_id = replies.ward_id AND w.id = replies.watch_id));
CREATE POLICY on_duty ON watch.reports TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY on_duty ON watch.days TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY on_duty ON watch.replies TO tsunagi_system USING (ward_id = (SELECT hub.ward()));

CREATE POLICY own_ward ON watch.holidays TO tsunagi_facility, tsunagi_office, tsunagi_admin, tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY own_ward ON watch.calendar_templates TO tsunagi_facility, tsunagi_office, tsunagi_admin, tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY own_ward ON watch.template_days TO tsunagi_facility, tsunagi_office, tsunagi_admin, tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY own_ward ON watch.calendar_days TO tsunagi_office, tsunagi_admin, tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY own_organization ON watch.calendar_days
    TO tsunagi_facility USING (ward_id = (SELECT hub.ward()) AND facility_id = (SELECT hub.organization()));

-- desk: the responsible office and those above it in the tree ------------------------------------------------------------
CREATE POLICY own_ward ON desk.sibling_groups TO tsunagi_office, tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY responsible ON desk.requests TO tsunagi_office USING (ward_id = (SELECT hub.ward()) AND office_id = ANY ((SELECT hub.organizations())::uuid[]));
CREATE POLICY on_duty ON desk.requests TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY with_the_request ON desk.request_steps TO tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND EXISTS (SELECT FROM desk.requests r WHERE r.ward_id = request_steps.ward_id AND r.watch_id = request_steps.watch_id));
CREATE POLICY on_duty ON desk.request_steps TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY own_ward ON desk.rules TO tsunagi_office, tsunagi_admin, tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY responsible ON desk.alerts TO tsunagi_office USING (ward_id = (SELECT hub.ward()) AND office_id = ANY ((SELECT hub.organizations())::uuid[]));
CREATE POLICY on_duty ON desk.alerts TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY with_the_alert ON desk.evidence TO tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND EXISTS (SELECT FROM desk.alerts a WHERE a.ward_id = evidence.ward_id AND a.id = evidence.alert_id));
CREATE POLICY on_duty ON desk.evidence TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY with_the_alert ON desk.alert_steps TO tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND EXISTS (SELECT FROM desk.alerts a WHERE a.ward_id = alert_steps.ward_id AND a.id = alert_steps.alert_id));
CREATE POLICY on_duty ON desk.alert_steps TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY responsible ON desk.events TO tsunagi_office USING (ward_id = (SELECT hub.ward()) AND office_id = ANY ((SELECT hub.organizations())::uuid[]));
CREATE POLICY on_duty ON desk.events TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY on_duty ON desk.sweeps TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY own_ward ON desk.sweeps FOR SELECT TO tsunagi_office USING (ward_id = (SELECT hub.ward()));
CREATE POLICY responsible ON desk.roster_imports TO tsunagi_office USING (ward_id = (SELECT hub.ward()) AND office_id = ANY ((SELECT hub.organizations())::uuid[]));
CREATE POLICY on_duty ON desk.roster_imports TO tsunagi_system USING (ward_id = (SELECT hub.ward()));

-- Rights -------------------------------------------------------------------------------------------------------------------
GRANT SELECT ON hub.wards, hub.organizations TO tsunagi_entry, tsunagi_facility, tsunagi_office, tsunagi_admin, tsunagi_system;
GRANT INSERT ON hub.trail TO tsunagi_entry, tsunagi_facility, tsunagi_office, tsunagi_admin, tsunagi_system;
GRANT SELECT ON hub.trail, hub.sign_ins TO tsunagi_admin;
GRANT SELECT ON hub.people, hub.memberships TO tsunagi_entry, tsunagi_facility, tsunagi_office, tsunagi_admin, tsunagi_system;

GRANT UPDATE (status, language) ON hub.people TO tsunagi_entry;
GRANT SELECT, UPDATE (spent_at) ON hub.invitations TO tsunagi_entry;
GRANT SELECT, INSERT, UPDATE (credential, last_used_at) ON hub.passkeys TO tsunagi_entry;
GRANT SELECT, INSERT, DELETE ON hub.ceremonies TO tsunagi_entry;
GRANT SELECT, INSERT, UPDATE (membership_id, seen_at, ended_at) ON hub.sessions TO tsunagi_entry;
GRANT INSERT ON hub.sign_ins TO tsunagi_entry;

GRANT SELECT ON ALL TABLES IN SCHEMA watch TO tsunagi_facility, tsunagi_office;
GRANT INSERT ON watch.submissions, watch.reports, watch.days, watch.calendar_days TO tsunagi_facility;
GRANT UPDATE (version, status, attended, seen, mark) ON watch.days TO tsunagi_facility;
GRANT DELETE ON watch.calendar_days TO tsunagi_facility;
GRANT INSERT, UPDATE (until_on, grade, class, kana) ON watch.watches TO tsunagi_office;
GRANT INSERT, UPDATE, DELETE ON watch.replies TO tsunagi_office;

GRANT SELECT, INSERT, UPDATE ON desk.requests, desk.alerts, desk.roster_imports TO tsunagi_office;
GRANT SELECT, INSERT ON desk.sibling_groups, desk.request_steps, desk.alert_steps, desk.events TO tsunagi_office;
GRANT SELECT ON desk.evidence, desk.rules, desk.sweeps TO tsunagi_office;

GRANT SELECT, INSERT, DELETE ON watch.holidays, watch.template_days TO tsunagi_admin;
GRANT SELECT ON watch.calendar_templates TO tsunagi_admin;
GRANT SELECT ON desk.rules TO tsunagi_admin;

GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA watch, desk TO tsunagi_system;
REVOKE UPDATE ON watch.reports, desk.request_steps, desk.evidence, desk.alert_steps, desk.events FROM tsunagi_system;
GRANT INSERT ON hub.organizations, hub.people, hub.memberships, hub.invitations TO tsunagi_system;
GRANT INSERT ON hub.wards TO tsunagi_system;
