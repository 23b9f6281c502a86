-- The monthly slip (定期的情報提供連絡票): one per facility and month, a version at a time, each watched child a sheet of its own.

-- How a facility reports: the sheet daily, the sheet and the slip, or the slip alone.
ALTER TABLE hub.organizations ADD reporting text NOT NULL DEFAULT 'daily' CHECK (reporting IN ('daily', 'daily_and_monthly', 'monthly'));
GRANT UPDATE (reporting) ON hub.organizations TO tsunagi_admin;

CREATE TABLE watch.slips
    ( ward_id uuid NOT NULL
    , facility_id uuid NOT NULL
    -- its first day
    , month date NOT NULL CHECK (extract(day FROM month) = 1)
    , version integer NOT NULL CHECK (version >= 1)
    -- of the draft; what was approved does not change
    , revision bigint NOT NULL DEFAULT 1
    -- why there is another version
    , reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 200)
    , prepared_by uuid NOT NULL
    , prepared_at timestamptz NOT NULL
    , approved_by uuid
    , approved_at timestamptz
    , PRIMARY KEY (ward_id, facility_id, month, version)
    , FOREIGN KEY (ward_id, facility_id) REFERENCES hub.organizations (ward_id, id)
    , FOREIGN KEY (ward_id, prepared_by) REFERENCES hub.people (ward_id, id)
    , FOREIGN KEY (ward_id, approved_by) REFERENCES hub.people (ward_id, id)
    , CHECK ((approved_by IS NULL) = (approved_at IS NULL))
    , CHECK (version = 1 OR reason <> '')
    );

CREATE TABLE watch.slip_entries
    ( ward_id uuid NOT NULL
    , facility_id uuid NOT NULL
    , month date NOT NULL
    , version integer NOT NULL
    , watch_id uuid NOT NULL
    -- domain::slip::Entry: counts, days of absence, what was noticed
    , entry jsonb NOT NULL
    , PRIMARY KEY (ward_id, facility_id, month, version, watch_id)
    , FOREIGN KEY (ward_id, facility_id, month, version) REFERENCES watch.slips (ward_id, facility_id, month, version)
    , FOREIGN KEY (ward_id, watch_id) REFERENCES watch.watches (ward_id, id)
    );
CREATE INDEX slip_entries_watch ON watch.slip_entries (ward_id, watch_id, month);

ALTER TABLE watch.slips ENABLE ROW LEVEL SECURITY;
ALTER TABLE watch.slip_entries ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_organization ON watch.slips FOR SELECT TO tsunagi_facility
    USING (ward_id = (SELECT hub.ward()) AND facility_id = (SELECT hub.organization()));
CREATE POLICY prepare ON watch.slips FOR INSERT TO tsunagi_facility
    WITH CHECK (ward_id = (SELECT hub.ward()) AND facility_id = (SELECT hub.organization()) AND approved_at IS NULL);
-- What was approved is never changed, only followed by another version.
CREATE POLICY approve ON watch.slips FOR UPDATE TO tsunagi_facility
    USING (ward_id = (SELECT hub.ward()) AND facility_id = (SELECT hub.organization()) AND approved_at IS NULL)
    WITH CHECK (ward_id = (SELECT hub.ward()) AND facility_id = (SELECT hub.organization()));
-- An office sees what was approved, of its own children; other children of the facility are not there for it.
CREATE POLICY asked_by_us ON watch.slips FOR SELECT TO tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND approved_at IS NOT NULL
        AND EXISTS (SELECT FROM watch.watches w WHERE w.ward_id = (SELECT hub.ward()) AND w.facility_id = slips.facility_id));
CREATE POLICY on_duty ON watch.slips FOR SELECT TO tsunagi_system USING (ward_id = (SELECT hub.ward()));

CREATE POLICY with_the_watch ON watch.slip_entries FOR SELECT TO tsunagi_facility
    USING (ward_id = (SELECT hub.ward()) AND watch_id IN (SELECT w.id FROM watch.watches w WHERE w.ward_id = (SELECT hub.ward())));
CREATE POLICY prepare ON watch.slip_entries FOR INSERT TO tsunagi_facility
    WITH CHECK (ward_id = (SELECT hub.ward()) AND facility_id = (SELECT hub.organization())
        AND watch_id IN (SELECT w.id FROM watch.watches w WHERE w.ward_id = (SELECT hub.ward()))
        AND EXISTS (SELECT FROM watch.slips s WHERE s.ward_id = slip_entries.ward_id AND s.facility_id = slip_entries.facility_id
            AND s.month = slip_entries.month AND s.version = slip_entries.version AND s.approved_at IS NULL));
CREATE POLICY edit ON watch.slip_entries FOR UPDATE TO tsunagi_facility
    USING (ward_id = (SELECT hub.ward()) AND facility_id = (SELECT hub.organization())
        AND watch_id IN (SELECT w.id FROM watch.watches w WHERE w.ward_id = (SELECT hub.ward()))
        AND EXISTS (SELECT FROM watch.slips s WHERE s.ward_id = slip_entries.ward_id AND s.facility_id = slip_entries.facility_id
            AND s.month = slip_entries.month AND s.version = slip_entries.version AND s.approved_at IS NULL));
CREATE POLICY asked_by_us ON watch.slip_entries FOR SELECT TO tsunagi_office
    USING (ward_id = (SELECT hub.ward())
        AND EXISTS (SELECT FROM watch.watches w WHERE w.ward_id = slip_entries.ward_id AND w.id = slip_entries.watch_id)
        AND EXISTS (SELECT FROM watch.slips s WHERE s.ward_id = slip_entries.ward_id AND s.facility_id = slip_entries.facility_id
            AND s.month = slip_entries.month AND s.version = slip_entries.version));

GRANT SELECT, INSERT ON watch.slips, watch.slip_entries TO tsunagi_facility;
GRANT UPDATE (revision, prepared_by, prepared_at, approved_by, approved_at) ON watch.slips TO tsunagi_facility;
GRANT UPDATE (entry) ON watch.slip_entries TO tsunagi_facility;
GRANT SELECT ON watch.slips, watch.slip_entries TO tsunagi_office;
GRANT SELECT ON watch.slips TO tsunagi_system;

-- Slips that were not sent are asked for like sheets: once on the third business day after the month.
ALTER TABLE desk.reminders DROP CONSTRAINT reminders_stage_check;
ALTER TABLE desk.reminders ADD CONSTRAINT reminders_stage_check
    CHECK (stage IN ('reminder', 'deputy_reminder', 'unreported_list', 'slip'));
