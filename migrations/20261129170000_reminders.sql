-- Reminders: whom a facility calls when its sheet was not sent, and which of its times of the day were acted on.

-- Who is called first and who next; '' leaves it to the role: those who report first, the head next.
ALTER TABLE hub.memberships ADD turn text NOT NULL DEFAULT '' CHECK (turn IN ('', 'first', 'next', 'never'));
GRANT UPDATE (turn) ON hub.memberships TO tsunagi_facility;

-- One row for each time of the day that passed; a second node finds the row and goes on. The rows of 'unreported_list' are the
-- ward's list of facilities that have not reported: no child, no number, nothing but that somebody is waited for.
CREATE TABLE desk.reminders
    ( ward_id uuid NOT NULL
    , facility_id uuid NOT NULL
    , day date NOT NULL
    , stage text NOT NULL CHECK (stage IN ('reminder', 'deputy_reminder', 'unreported_list'))
    -- Whether a report was missing then; without one there was nothing to remind of.
    , awaited boolean NOT NULL
    , done_at timestamptz NOT NULL
    -- When everything had come after all.
    , settled_at timestamptz
    , PRIMARY KEY (ward_id, facility_id, day, stage)
    , FOREIGN KEY (ward_id, facility_id) REFERENCES hub.organizations (ward_id, id)
    , CHECK (awaited OR settled_at IS NULL)
    );
CREATE INDEX reminders_list ON desk.reminders (ward_id, day) WHERE stage = 'unreported_list' AND awaited;

ALTER TABLE desk.reminders ENABLE ROW LEVEL SECURITY;
CREATE POLICY on_duty ON desk.reminders TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
-- The desk calls facilities that are silent. It is told which, and nothing of whom they are asked about.
CREATE POLICY unreported ON desk.reminders FOR SELECT TO tsunagi_admin
    USING (ward_id = (SELECT hub.ward()) AND stage = 'unreported_list' AND awaited);
GRANT SELECT, INSERT ON desk.reminders TO tsunagi_system;
GRANT UPDATE (settled_at) ON desk.reminders TO tsunagi_system;
GRANT SELECT ON desk.reminders TO tsunagi_admin;

-- The kinds of mail are a closed list in the program (domain::mail), which cannot read a kind it does not know.
ALTER TABLE hub.mails DROP CONSTRAINT mails_kind_check;
ALTER TABLE hub.mails ADD CONSTRAINT mails_kind_check CHECK (kind ~ '^[a-z_]{1,40}$');
