-- Attendance that a school's system sends with its token: who sent it, rights that let it write reports and read none, and the
-- answers to what it has sent, so that a delivery that comes twice is done once.

ALTER TABLE watch.submissions
      ALTER sent_by DROP NOT NULL
    , ADD token_id uuid
    , ADD CONSTRAINT submissions_by_a_person_or_a_system CHECK ((sent_by IS NULL) <> (token_id IS NULL));
ALTER TABLE watch.reports
      ALTER reported_by DROP NOT NULL
    , ADD token_id uuid
    , ADD CONSTRAINT reports_by_a_person_or_a_system CHECK ((reported_by IS NULL) <> (token_id IS NULL));

-- A system finds the requests in force for its facility by their ids. No name, no reading, no grade.
CREATE POLICY live_for_systems ON watch.watches FOR SELECT TO tsunagi_client
    USING (ward_id = (SELECT hub.ward()) AND facility_id = (SELECT hub.organization())
        AND from_on <= (SELECT hub.today()) AND (until_on IS NULL OR until_on >= (SELECT hub.today())));
GRANT SELECT (ward_id, id, child_id, facility_id, class, own_weekdays, from_on, until_on) ON watch.watches TO tsunagi_client;

CREATE POLICY added_by_systems ON watch.submissions FOR INSERT TO tsunagi_client
    WITH CHECK (ward_id = (SELECT hub.ward()) AND facility_id = (SELECT hub.organization()) AND token_id = (SELECT hub.client()));
GRANT INSERT ON watch.submissions TO tsunagi_client;

-- It adds versions, and sees again what systems of its facility have sent. What people wrote it never sees.
CREATE POLICY added_by_systems ON watch.reports FOR INSERT TO tsunagi_client
    WITH CHECK (ward_id = (SELECT hub.ward()) AND facility_id = (SELECT hub.organization()) AND token_id = (SELECT hub.client())
        AND watch_id IN (SELECT w.id FROM watch.watches w WHERE w.ward_id = (SELECT hub.ward())));
CREATE POLICY sent_by_systems ON watch.reports FOR SELECT TO tsunagi_client
    USING (ward_id = (SELECT hub.ward()) AND facility_id = (SELECT hub.organization()) AND token_id IS NOT NULL
        AND watch_id IN (SELECT w.id FROM watch.watches w WHERE w.ward_id = (SELECT hub.ward())));
GRANT INSERT, SELECT (ward_id, watch_id, day, version, facility_id, token_id, mark) ON watch.reports TO tsunagi_client;

-- Of a day it may know that it has a version, not what the version says.
CREATE POLICY versions_for_systems ON watch.days TO tsunagi_client
    USING (ward_id = (SELECT hub.ward()) AND facility_id = (SELECT hub.organization())
        AND watch_id IN (SELECT w.id FROM watch.watches w WHERE w.ward_id = (SELECT hub.ward())));
GRANT INSERT, SELECT (ward_id, watch_id, facility_id, day, version), UPDATE (version, status, attended, seen, mark)
    ON watch.days TO tsunagi_client;

-- The rules are asked in the transaction of the report, for the facility inside the fence: as after a sheet.
DO $$
DECLARE asked regprocedure;
BEGIN
    FOR asked IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'hub'::regnamespace AND p.proname IN ('rule_inputs', 'record_verdicts') LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO tsunagi_client', asked);
    END LOOP;
END $$;

-- A delivery and its answer: places in the file and codes, no child and no mark.
CREATE TABLE hub.intakes
    ( ward_id uuid NOT NULL
    , token_id uuid NOT NULL
    , idempotency_key uuid NOT NULL
    , content_hash bytea NOT NULL CHECK (length(content_hash) = 32)
    , answer jsonb
    , at timestamptz NOT NULL
    , PRIMARY KEY (ward_id, token_id, idempotency_key)
    , FOREIGN KEY (ward_id, token_id) REFERENCES hub.api_tokens (ward_id, id)
    );
CREATE INDEX intakes_at ON hub.intakes (at);

ALTER TABLE hub.intakes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON hub.intakes TO tsunagi_client USING (ward_id = (SELECT hub.ward()) AND token_id = (SELECT hub.client()));
CREATE POLICY outlived ON hub.intakes TO tsunagi_system USING (true);
GRANT SELECT, INSERT, UPDATE (answer) ON hub.intakes TO tsunagi_client;
GRANT SELECT (at), DELETE ON hub.intakes TO tsunagi_system;
