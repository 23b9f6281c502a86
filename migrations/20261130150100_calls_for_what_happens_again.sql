-- Calls for what happens again, for a child nobody has seen in time, and for a leave of whoever has an alert in hand.

ALTER TABLE desk.callings
    -- at what level it was told: the same thing again raises the level and not the severity
      ADD COLUMN level integer NOT NULL DEFAULT 1
    -- the gravest warning of its safety check that was told
    , ADD COLUMN warned text CHECK (warned IN ('check_12', 'check_24', 'check_40', 'check_48'))
    -- the leave of whoever has it in hand that was told of
    , ADD COLUMN absence_id uuid
    , ADD FOREIGN KEY (ward_id, absence_id) REFERENCES desk.absences (ward_id, id);
ALTER TABLE desk.callings ALTER COLUMN level DROP DEFAULT;

ALTER TABLE desk.hops DROP CONSTRAINT hops_cause_check;
ALTER TABLE desk.hops ADD CONSTRAINT hops_cause_check
    CHECK (cause IN ('raised', 'unanswered', 'risen', 'gone', 'returned', 'away', 'check'));

-- Of children of rank A a word after half a day.
ALTER TABLE desk.safety_checks DROP CONSTRAINT safety_checks_told_check;
ALTER TABLE desk.safety_checks ADD CONSTRAINT safety_checks_told_check CHECK (told IN ('check_12', 'check_24', 'check_40', 'check_48'));

-- What has risen before today was told, or seen, as it was then.
UPDATE desk.callings c SET level = a.level FROM desk.alerts a WHERE a.ward_id = c.ward_id AND a.id = c.alert_id;
