-- Who is told of an alert, when and why: duty rosters of offices, absences with a substitute, and every hop of every call.

-- Duty: whose turn it is, by the week and by single days ------------------------------------------------------------------------
CREATE TABLE desk.duty_rosters
    ( ward_id uuid NOT NULL
    , office_id uuid NOT NULL
    , revision integer NOT NULL
    , changed_by uuid NOT NULL
    , changed_at timestamptz NOT NULL
    , PRIMARY KEY (ward_id, office_id)
    , FOREIGN KEY (ward_id, office_id) REFERENCES hub.organizations (ward_id, id)
    );

-- A night belongs to the day it begins on. Weekdays are those of ISO 8601; 0 is any weekday on which the office is closed.
CREATE TABLE desk.duty_turns
    ( ward_id uuid NOT NULL
    , office_id uuid NOT NULL
    , weekday smallint NOT NULL CHECK (weekday BETWEEN 0 AND 7)
    , shift text NOT NULL CHECK (shift IN ('day', 'night'))
    , person_id uuid NOT NULL
    , PRIMARY KEY (ward_id, office_id, weekday, shift)
    , FOREIGN KEY (ward_id, office_id) REFERENCES desk.duty_rosters (ward_id, office_id)
    , FOREIGN KEY (ward_id, person_id) REFERENCES hub.people (ward_id, id)
    );

-- Instead of the week's turn on one day.
CREATE TABLE desk.duty_days
    ( ward_id uuid NOT NULL
    , office_id uuid NOT NULL
    , day date NOT NULL
    , shift text NOT NULL CHECK (shift IN ('day', 'night'))
    , person_id uuid NOT NULL
    , entered_by uuid NOT NULL
    , entered_at timestamptz NOT NULL
    , PRIMARY KEY (ward_id, office_id, day, shift)
    , FOREIGN KEY (ward_id, office_id) REFERENCES hub.organizations (ward_id, id)
    , FOREIGN KEY (ward_id, person_id) REFERENCES hub.people (ward_id, id)
    );

-- 休暇: from day to day, with whoever stands in. What was taken back stays, since calls were routed by it.
CREATE TABLE desk.absences
    ( ward_id uuid NOT NULL
    , id uuid NOT NULL
    , office_id uuid NOT NULL
    , person_id uuid NOT NULL
    , from_on date NOT NULL
    , until_on date NOT NULL
    , substitute_id uuid
    , entered_by uuid NOT NULL
    , entered_at timestamptz NOT NULL
    , ended_by uuid
    , ended_at timestamptz
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, office_id) REFERENCES hub.organizations (ward_id, id)
    , FOREIGN KEY (ward_id, person_id) REFERENCES hub.people (ward_id, id)
    , FOREIGN KEY (ward_id, substitute_id) REFERENCES hub.people (ward_id, id)
    , CHECK (until_on >= from_on)
    , CHECK (substitute_id <> person_id)
    , CHECK ((ended_by IS NULL) = (ended_at IS NULL))
    );
CREATE INDEX absences_person ON desk.absences (ward_id, person_id, until_on) WHERE ended_at IS NULL;
CREATE INDEX absences_office ON desk.absences (ward_id, office_id, until_on) WHERE ended_at IS NULL;

-- Callings: how far an alert has climbed ------------------------------------------------------------------------------------------
CREATE TABLE desk.callings
    ( ward_id uuid NOT NULL
    , alert_id uuid NOT NULL
    -- starts anew when the alert became graver, or came back from somebody who left
    , round integer NOT NULL
    -- the stations already called in this round, and who was told last
    , called text[] NOT NULL
    , told uuid[] NOT NULL
    , severity_rank smallint NOT NULL
    -- when it climbs if nobody has taken it; NULL never
    , next_at timestamptz
    , PRIMARY KEY (ward_id, alert_id)
    , FOREIGN KEY (ward_id, alert_id) REFERENCES desk.alerts (ward_id, id)
    );
CREATE INDEX callings_due ON desk.callings (ward_id, next_at);

-- Every hop with its reason: who was told, and who was passed over. Not a step of the alert: a hop must not make the form that
-- somebody has just opened out of date.
CREATE TABLE desk.hops
    ( ward_id uuid NOT NULL
    , alert_id uuid NOT NULL
    , number integer NOT NULL
    , round integer NOT NULL
    , at timestamptz NOT NULL
    , cause text NOT NULL CHECK (cause IN ('raised', 'unanswered', 'risen', 'gone', 'returned'))
    , station text NOT NULL CHECK (station IN ('worker', 'substitute', 'supervisor', 'desk'))
    , reason text NOT NULL CHECK (reason IN ('assigned', 'deputises', 'supervises', 'on_duty', 'gap', 'away', 'gone', 'unassigned', 'nobody'))
    , person_id uuid
    , told boolean NOT NULL
    -- the mail and the pushes that carry it, so that the desk sees what became of them
    , mail_id uuid
    , pushes uuid[] NOT NULL DEFAULT '{}'
    , PRIMARY KEY (ward_id, alert_id, number)
    , FOREIGN KEY (ward_id, alert_id) REFERENCES desk.alerts (ward_id, id)
    , FOREIGN KEY (ward_id, person_id) REFERENCES hub.people (ward_id, id)
    , CHECK (NOT told OR person_id IS NOT NULL)
    );

-- An alert whose holder left is open again ('returned'); the codes are the program's, and several rooms add theirs.
ALTER TABLE desk.alert_steps DROP CONSTRAINT alert_steps_event_check;
ALTER TABLE desk.alert_steps ADD CONSTRAINT alert_steps_event_check CHECK (event ~ '^[a-z][a-z0-9_]{2,39}$');

-- Who can answer for an office: its caseworkers and supervisors and those of the offices above it, whose membership holds today.
CREATE FUNCTION desk.answerers(ward uuid, office uuid, today date)
    RETURNS TABLE (person_id uuid, role text, height integer)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        WITH RECURSIVE above AS
            ( SELECT o.id, o.parent_id, 0 AS height FROM hub.organizations o WHERE o.ward_id = answerers.ward AND o.id = answerers.office
              UNION ALL
              SELECT o.id, o.parent_id, above.height + 1 FROM hub.organizations o JOIN above ON o.id = above.parent_id WHERE o.ward_id = answerers.ward )
        SELECT DISTINCT m.person_id, m.role, a.height
        FROM above a
        JOIN hub.memberships m ON m.ward_id = answerers.ward AND m.organization_id = a.id AND m.role IN ('caseworker', 'supervisor')
            AND m.suspended_at IS NULL AND m.from_on <= answerers.today AND (m.until_on IS NULL OR m.until_on >= answerers.today)
        JOIN hub.people p ON p.ward_id = m.ward_id AND p.id = m.person_id AND p.status = 'active';
END $$;
GRANT EXECUTE ON FUNCTION desk.answerers(uuid, uuid, date) TO tsunagi_system, tsunagi_office;

-- Row-level security --------------------------------------------------------------------------------------------------------------
ALTER TABLE desk.duty_rosters ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk.duty_turns ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk.duty_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk.absences ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk.callings ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk.hops ENABLE ROW LEVEL SECURITY;

CREATE POLICY responsible ON desk.duty_rosters TO tsunagi_office USING (ward_id = (SELECT hub.ward()) AND office_id = ANY ((SELECT hub.organizations())::uuid[]));
CREATE POLICY responsible ON desk.duty_turns TO tsunagi_office USING (ward_id = (SELECT hub.ward()) AND office_id = ANY ((SELECT hub.organizations())::uuid[]));
CREATE POLICY responsible ON desk.duty_days TO tsunagi_office USING (ward_id = (SELECT hub.ward()) AND office_id = ANY ((SELECT hub.organizations())::uuid[]));
CREATE POLICY responsible ON desk.absences TO tsunagi_office USING (ward_id = (SELECT hub.ward()) AND office_id = ANY ((SELECT hub.organizations())::uuid[]));
CREATE POLICY with_the_alert ON desk.hops TO tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND EXISTS (SELECT FROM desk.alerts a WHERE a.ward_id = hops.ward_id AND a.id = hops.alert_id));
CREATE POLICY on_duty ON desk.duty_rosters TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY on_duty ON desk.duty_turns TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY on_duty ON desk.duty_days TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY on_duty ON desk.absences TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY on_duty ON desk.callings TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY on_duty ON desk.hops TO tsunagi_system USING (ward_id = (SELECT hub.ward()));

GRANT SELECT, INSERT, UPDATE (revision, changed_by, changed_at) ON desk.duty_rosters TO tsunagi_office;
GRANT SELECT, INSERT, DELETE ON desk.duty_turns TO tsunagi_office;
GRANT SELECT, INSERT, UPDATE (person_id, entered_by, entered_at), DELETE ON desk.duty_days TO tsunagi_office;
GRANT SELECT, INSERT, UPDATE (ended_by, ended_at) ON desk.absences TO tsunagi_office;
GRANT SELECT ON desk.hops TO tsunagi_office;
GRANT SELECT ON desk.duty_rosters, desk.duty_turns, desk.duty_days, desk.absences TO tsunagi_system;
GRANT SELECT, INSERT, UPDATE ON desk.callings TO tsunagi_system;
GRANT SELECT, INSERT ON desk.hops TO tsunagi_system;
