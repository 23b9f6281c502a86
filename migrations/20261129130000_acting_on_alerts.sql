-- What people do with an alert beyond taking it: visits with a time, sightings of the child, the 48 hours of a safety check,
-- putting it aside, saying whether it was useful; questions to another facility, and what facilities are answered.

ALTER TABLE desk.alerts
    -- the visit that is planned and not made yet
      ADD COLUMN visit_at timestamptz
    -- 保留: until when; a rise ends it, and so does its end
    , ADD COLUMN snoozed_until timestamptz
    , ADD COLUMN usefulness text CHECK (usefulness IN ('useful', 'not_useful', 'late'));
CREATE INDEX alerts_snoozed ON desk.alerts (ward_id, snoozed_until) WHERE snoozed_until IS NOT NULL;
CREATE INDEX alerts_visits ON desk.alerts (ward_id, office_id, visit_at) WHERE visit_at IS NOT NULL;
CREATE INDEX alerts_raised ON desk.alerts (ward_id, office_id, raised_at);

-- Whoever makes an alert graver ends its snooze, also those who do not know that there is such a thing.
CREATE FUNCTION desk.end_snooze() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.snoozed_until := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER end_snooze BEFORE UPDATE ON desk.alerts FOR EACH ROW
    WHEN (OLD.snoozed_until IS NOT NULL AND (NEW.severity <> OLD.severity OR NEW.level > OLD.level OR NEW.state = 'closed'))
    EXECUTE FUNCTION desk.end_snooze();

-- The codes are the program's (domain::alert::Event); several rooms add theirs.
ALTER TABLE desk.alert_steps DROP CONSTRAINT alert_steps_event_check;
ALTER TABLE desk.alert_steps ADD CONSTRAINT alert_steps_event_check CHECK (event ~ '^[a-z][a-z0-9_]{2,39}$');
-- The time a step speaks of: of a planned visit, of a sighting, the end of a snooze.
ALTER TABLE desk.alert_steps ADD COLUMN about_at timestamptz;

-- Who saw the child, when and how. What only the telephone told is kept too, and confirms nothing.
CREATE TABLE desk.sightings
    ( ward_id uuid NOT NULL
    , id uuid NOT NULL
    , watch_id uuid NOT NULL
    , child_id uuid NOT NULL
    , alert_id uuid NOT NULL
    , revision bigint NOT NULL
    -- of seen_at, in Japan
    , day date NOT NULL
    , seen_at timestamptz NOT NULL
    , method text NOT NULL CHECK (method IN ('direct', 'other_agency', 'phone', 'not_met'))
    , confirms boolean GENERATED ALWAYS AS (method IN ('direct', 'other_agency')) STORED
    , seen_by text NOT NULL CHECK (length(seen_by) BETWEEN 1 AND 60)
    , recorded_by uuid NOT NULL
    , recorded_at timestamptz NOT NULL
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, watch_id) REFERENCES watch.watches (ward_id, id)
    , FOREIGN KEY (ward_id, alert_id) REFERENCES desk.alerts (ward_id, id)
    );
CREATE UNIQUE INDEX sightings_step ON desk.sightings (ward_id, alert_id, revision);
CREATE INDEX sightings_child ON desk.sightings (ward_id, child_id, day DESC) WHERE confirms;

-- The 48 hours from a 通告 to the day somebody saw the child, in real hours (domain 3.5).
CREATE TABLE desk.safety_checks
    ( ward_id uuid NOT NULL
    , alert_id uuid NOT NULL
    , cause text NOT NULL CHECK (cause IN ('urgent', 'notified'))
    , received_at timestamptz NOT NULL
    , due_at timestamptz NOT NULL
    -- the gravest warning given so far
    , told text CHECK (told IN ('check_24', 'check_40', 'check_48'))
    , sighting_id uuid
    , seen_at timestamptz
    , late_reason text NOT NULL DEFAULT '' CHECK (length(late_reason) <= 1000)
    , PRIMARY KEY (ward_id, alert_id)
    , FOREIGN KEY (ward_id, alert_id) REFERENCES desk.alerts (ward_id, id)
    , FOREIGN KEY (ward_id, sighting_id) REFERENCES desk.sightings (ward_id, id)
    , CHECK ((sighting_id IS NULL) = (seen_at IS NULL))
    );
CREATE INDEX safety_checks_open ON desk.safety_checks (ward_id, due_at) WHERE seen_at IS NULL;

-- An alert found urgent starts its 48 hours in the same transaction, whoever found it.
CREATE FUNCTION desk.start_safety_check() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO desk.safety_checks (ward_id, alert_id, cause, received_at, due_at)
    VALUES (NEW.ward_id, NEW.alert_id, 'urgent', NEW.at, NEW.at + interval '48 hours')
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER start_safety_check AFTER INSERT ON desk.evidence FOR EACH ROW
    WHEN (NEW.finding ->> 'severity' = 'urgent') EXECUTE FUNCTION desk.start_safety_check();

INSERT INTO desk.safety_checks (ward_id, alert_id, cause, received_at, due_at)
    SELECT e.ward_id, e.alert_id, 'urgent', min(e.at), min(e.at) + interval '48 hours'
    FROM desk.evidence e WHERE e.finding ->> 'severity' = 'urgent' GROUP BY e.ward_id, e.alert_id;

-- 受け取りました / 対応中 / 引き続き見守りを; no row is the neutral receipt alone.
ALTER TABLE watch.replies DROP CONSTRAINT replies_state_check;
ALTER TABLE watch.replies ADD CONSTRAINT replies_state_check CHECK (state IN ('received', 'handling', 'watching'));

-- 「本日の様子をお知らせください」: one question a child and day, and its answer. Not why, not whose idea.
CREATE TABLE watch.inquiries
    ( ward_id uuid NOT NULL
    , watch_id uuid NOT NULL
    , day date NOT NULL
    , asked_at timestamptz NOT NULL
    , answer text CHECK (answer IN ('well', 'not_here', 'please_call'))
    , answered_by uuid
    , answered_at timestamptz
    , PRIMARY KEY (ward_id, watch_id, day)
    , FOREIGN KEY (ward_id, watch_id) REFERENCES watch.watches (ward_id, id)
    , CHECK ((answer IS NULL) = (answered_at IS NULL))
    );

-- For which alert it was asked, and by whom.
CREATE TABLE desk.inquiries
    ( ward_id uuid NOT NULL
    , alert_id uuid NOT NULL
    , watch_id uuid NOT NULL
    , day date NOT NULL
    , asked_by uuid NOT NULL
    , PRIMARY KEY (ward_id, alert_id, watch_id, day)
    , FOREIGN KEY (ward_id, alert_id) REFERENCES desk.alerts (ward_id, id)
    , FOREIGN KEY (ward_id, watch_id, day) REFERENCES watch.inquiries (ward_id, watch_id, day)
    );

ALTER TABLE desk.sightings ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk.safety_checks ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk.inquiries ENABLE ROW LEVEL SECURITY;
ALTER TABLE watch.inquiries ENABLE ROW LEVEL SECURITY;

CREATE POLICY with_the_alert ON desk.sightings TO tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND EXISTS (SELECT FROM desk.alerts a WHERE a.ward_id = sightings.ward_id AND a.id = sightings.alert_id));
CREATE POLICY with_the_alert ON desk.safety_checks TO tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND EXISTS (SELECT FROM desk.alerts a WHERE a.ward_id = safety_checks.ward_id AND a.id = safety_checks.alert_id));
CREATE POLICY with_the_alert ON desk.inquiries TO tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND EXISTS (SELECT FROM desk.alerts a WHERE a.ward_id = inquiries.ward_id AND a.id = inquiries.alert_id));
CREATE POLICY with_the_watch ON watch.inquiries TO tsunagi_facility
    USING (ward_id = (SELECT hub.ward()) AND watch_id IN (SELECT w.id FROM watch.watches w WHERE w.ward_id = (SELECT hub.ward())));
CREATE POLICY asked_by_us ON watch.inquiries TO tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND EXISTS (SELECT FROM watch.watches w WHERE w.ward_id = inquiries.ward_id AND w.id = inquiries.watch_id));
CREATE POLICY on_duty ON desk.sightings TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY on_duty ON desk.safety_checks TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY on_duty ON desk.inquiries TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY on_duty ON watch.inquiries TO tsunagi_system USING (ward_id = (SELECT hub.ward()));

GRANT SELECT, INSERT ON desk.sightings, desk.inquiries, watch.inquiries TO tsunagi_office;
GRANT SELECT, INSERT, UPDATE (sighting_id, seen_at, late_reason) ON desk.safety_checks TO tsunagi_office;
GRANT SELECT, UPDATE (answer, answered_by, answered_at) ON watch.inquiries TO tsunagi_facility;
GRANT SELECT, INSERT, UPDATE (told, sighting_id, seen_at, late_reason) ON desk.safety_checks TO tsunagi_system;
GRANT SELECT, INSERT ON desk.sightings, desk.inquiries, watch.inquiries TO tsunagi_system;
