-- 至急連絡: what a facility must not keep for the daily sheet, in its own words; and the secret beside what a receipt's hash is over.

CREATE TABLE watch.urgent_reports
    ( ward_id uuid NOT NULL
    , id uuid NOT NULL
    , watch_id uuid NOT NULL
    , child_id uuid NOT NULL
    , facility_id uuid NOT NULL
    , day date NOT NULL
    , idempotency_key uuid NOT NULL
    , triggers text[] NOT NULL CHECK (cardinality(triggers) BETWEEN 1 AND 8)
    -- when and where it was, who saw or heard it, what it was: as the facility wrote it
    , happened text NOT NULL CHECK (length(happened) BETWEEN 1 AND 60)
    , place text NOT NULL CHECK (length(place) BETWEEN 1 AND 60)
    , witness text NOT NULL CHECK (length(witness) BETWEEN 1 AND 60)
    , facts text NOT NULL CHECK (length(facts) BETWEEN 1 AND 1000)
    , child_now text NOT NULL
    , contact_person text NOT NULL CHECK (length(contact_person) BETWEEN 1 AND 60)
    , contact_phone text NOT NULL CHECK (length(contact_phone) BETWEEN 1 AND 30)
    , contact_until text NOT NULL CHECK (length(contact_until) BETWEEN 1 AND 60)
    , called text[] NOT NULL
    , reported_by uuid NOT NULL
    , reported_at timestamptz NOT NULL
    -- known to nobody but the hub: who holds a receipt must not be able to try out children and words until the hash fits
    , salt uuid NOT NULL
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, watch_id) REFERENCES watch.watches (ward_id, id)
    );
CREATE UNIQUE INDEX urgent_reports_idempotency_key ON watch.urgent_reports (ward_id, facility_id, idempotency_key);
CREATE INDEX urgent_reports_watch ON watch.urgent_reports (ward_id, watch_id, day);
CREATE INDEX urgent_reports_child ON watch.urgent_reports (ward_id, child_id, day);

ALTER TABLE watch.urgent_reports ENABLE ROW LEVEL SECURITY;
CREATE POLICY with_the_watch ON watch.urgent_reports TO tsunagi_facility
    USING (ward_id = (SELECT hub.ward()) AND facility_id = (SELECT hub.organization())
        AND watch_id IN (SELECT w.id FROM watch.watches w WHERE w.ward_id = (SELECT hub.ward())));
CREATE POLICY asked_by_us ON watch.urgent_reports FOR SELECT TO tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND EXISTS (SELECT FROM watch.watches w WHERE w.ward_id = urgent_reports.ward_id AND w.id = urgent_reports.watch_id));
CREATE POLICY on_duty ON watch.urgent_reports FOR SELECT TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
-- What the hub itself must look at when a school's system reports: codes and days only.
CREATE POLICY own_facility ON watch.urgent_reports FOR SELECT TO tsunagi_client
    USING (ward_id = (SELECT hub.ward()) AND facility_id = (SELECT hub.organization()));
GRANT SELECT, INSERT ON watch.urgent_reports TO tsunagi_facility;
GRANT SELECT ON watch.urgent_reports TO tsunagi_office, tsunagi_system;
GRANT SELECT (ward_id, watch_id, facility_id, day, triggers) ON watch.urgent_reports TO tsunagi_client;

-- The database draws it: sheets are sent in one statement every morning, and nothing is ever found by it.
ALTER TABLE watch.submissions ADD COLUMN salt uuid NOT NULL DEFAULT gen_random_uuid();
