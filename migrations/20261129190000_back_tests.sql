-- Back-tests: what a rule would have raised in twelve months if it were another one. Counts, and ids of children, for a day.

CREATE TABLE desk.back_tests
    ( ward_id uuid NOT NULL
    , id uuid NOT NULL
    -- the rule as it is: the version that was in force when somebody asked
    , code text NOT NULL
    , base integer NOT NULL
    -- and as somebody would have it
    , threshold integer NOT NULL
    , threshold_strict integer NOT NULL
    , second integer NOT NULL
    , third integer NOT NULL
    , severity text NOT NULL
    , enabled boolean NOT NULL
    , visit_breaks boolean NOT NULL
    -- what whoever asked first had written as the reason; shown to nobody else
    , why text NOT NULL
    , from_on date NOT NULL
    , until_on date NOT NULL
    , state text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'cancelled', 'failed'))
    -- How far it has come: so many watches of so many, up to this one. A worker that is killed loses one batch.
    , total integer
    , looked_at integer NOT NULL DEFAULT 0
    , last_watch uuid
    -- alerts under the one rule, under the other, and those of both that speak of the same days
    , alerts_old integer NOT NULL DEFAULT 0
    , alerts_new integer NOT NULL DEFAULT 0
    , kept integer NOT NULL DEFAULT 0
    -- for how many watches something would have been different
    , children integer NOT NULL DEFAULT 0
    -- medians in calendar days, when it is done; NULL where no alert was followed by anything
    , lead_old integer
    , lead_new integer
    , asked_by uuid NOT NULL
    , asked_at timestamptz NOT NULL
    , ended_at timestamptz
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, code, base) REFERENCES desk.rules (ward_id, code, version)
    , FOREIGN KEY (ward_id, asked_by) REFERENCES hub.people (ward_id, id)
    , CHECK ((state IN ('waiting', 'running')) = (ended_at IS NULL))
    );
-- Whoever asks the same is given the same.
CREATE UNIQUE INDEX back_tests_same
    ON desk.back_tests (ward_id, code, base, threshold, threshold_strict, second, third, severity, enabled, visit_breaks, until_on)
    WHERE state IN ('waiting', 'running', 'done');

CREATE TABLE desk.back_test_watches
    ( ward_id uuid NOT NULL
    , back_test_id uuid NOT NULL
    , watch_id uuid NOT NULL
    , alerts_old integer NOT NULL
    , alerts_new integer NOT NULL
    , kept integer NOT NULL
    , leads_old integer[] NOT NULL
    , leads_new integer[] NOT NULL
    , PRIMARY KEY (ward_id, back_test_id, watch_id)
    , FOREIGN KEY (ward_id, back_test_id) REFERENCES desk.back_tests (ward_id, id) ON DELETE CASCADE
    , FOREIGN KEY (ward_id, watch_id) REFERENCES watch.watches (ward_id, id)
    );

ALTER TABLE desk.back_tests ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk.back_test_watches ENABLE ROW LEVEL SECURITY;
-- The rules are the ward's, and so is what is said of them in numbers. Which children is said to the office that asked about them.
CREATE POLICY own_ward ON desk.back_tests TO tsunagi_office, tsunagi_admin, tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY with_the_request ON desk.back_test_watches FOR SELECT TO tsunagi_office
    USING (ward_id = (SELECT hub.ward())
        AND EXISTS (SELECT FROM desk.requests r WHERE r.ward_id = back_test_watches.ward_id AND r.watch_id = back_test_watches.watch_id));
CREATE POLICY on_duty ON desk.back_test_watches TO tsunagi_system USING (ward_id = (SELECT hub.ward()));

GRANT SELECT, INSERT, UPDATE (state, ended_at, why) ON desk.back_tests TO tsunagi_office, tsunagi_admin;
GRANT SELECT ON desk.back_test_watches TO tsunagi_office;
GRANT SELECT, DELETE
    , UPDATE (state, ended_at, total, looked_at, last_watch, alerts_old, alerts_new, kept, children, lead_old, lead_new)
    ON desk.back_tests TO tsunagi_system;
GRANT SELECT, INSERT ON desk.back_test_watches TO tsunagi_system;
