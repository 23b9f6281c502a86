-- What the office adds to a watch: why, whose, how strict; rules, alerts and what was done. No facility session has any right here.

CREATE TABLE desk.sibling_groups
    ( ward_id uuid NOT NULL REFERENCES hub.wards
    , id uuid NOT NULL
    , PRIMARY KEY (ward_id, id)
    );

CREATE TABLE desk.requests
    ( ward_id uuid NOT NULL
    , watch_id uuid NOT NULL
    , office_id uuid NOT NULL
    , ground text NOT NULL CHECK (ground IN ('guideline_registered', 'guidance_centre_request', 'council_support', 'act_13_4', 'other'))
    , strictness text NOT NULL DEFAULT 'normal' CHECK (strictness IN ('normal', 'strict'))
    , sibling_group_id uuid
    , assigned_to uuid
    , revision integer NOT NULL DEFAULT 1
    , created_by uuid
    , created_at timestamptz NOT NULL
    , ended_by uuid
    , ended_at timestamptz
    , end_reason text NOT NULL DEFAULT '' CHECK (length(end_reason) <= 200)
    , PRIMARY KEY (ward_id, watch_id)
    , FOREIGN KEY (ward_id, watch_id) REFERENCES watch.watches (ward_id, id)
    , FOREIGN KEY (ward_id, office_id) REFERENCES hub.organizations (ward_id, id)
    , FOREIGN KEY (ward_id, sibling_group_id) REFERENCES desk.sibling_groups (ward_id, id)
    , FOREIGN KEY (ward_id, assigned_to) REFERENCES hub.people (ward_id, id)
    );
CREATE INDEX requests_office ON desk.requests (ward_id, office_id, watch_id);
CREATE INDEX requests_siblings ON desk.requests (ward_id, sibling_group_id) WHERE sibling_group_id IS NOT NULL;

-- The life of a request after it was made: whom it was given to, who ended it. One row for each revision from the second on.
CREATE TABLE desk.request_steps
    ( ward_id uuid NOT NULL
    , watch_id uuid NOT NULL
    , revision integer NOT NULL
    , event text NOT NULL CHECK (event IN ('assigned', 'ended'))
    , by_person uuid
    , to_person uuid
    , at timestamptz NOT NULL
    , PRIMARY KEY (ward_id, watch_id, revision)
    , FOREIGN KEY (ward_id, watch_id) REFERENCES desk.requests (ward_id, watch_id)
    );

CREATE TABLE desk.rules
    ( ward_id uuid NOT NULL REFERENCES hub.wards
    , code text NOT NULL
    , version integer NOT NULL
    , threshold integer NOT NULL CHECK (threshold BETWEEN 1 AND 400)
    , threshold_strict integer NOT NULL CHECK (threshold_strict BETWEEN 1 AND 400)
    , severity text NOT NULL CHECK (severity IN ('urgent', 'warning', 'caution', 'notice'))
    , enabled boolean NOT NULL
    , visit_breaks boolean NOT NULL DEFAULT false
    , from_at timestamptz NOT NULL
    , PRIMARY KEY (ward_id, code, version)
    );

CREATE TABLE desk.alerts
    ( ward_id uuid NOT NULL
    , id uuid NOT NULL
    , watch_id uuid NOT NULL
    , facility_id uuid NOT NULL
    , office_id uuid NOT NULL
    , rule text NOT NULL
    , severity text NOT NULL CHECK (severity IN ('urgent', 'warning', 'caution', 'notice'))
    -- 1 urgent … 4 notice: the order of the inbox
    , severity_rank smallint GENERATED ALWAYS AS (CASE severity WHEN 'urgent' THEN 1 WHEN 'warning' THEN 2 WHEN 'caution' THEN 3 ELSE 4 END) STORED
    -- how many times over the threshold was reached, and of the newest finding the count and the day it was judged for
    , level integer NOT NULL
    , count integer NOT NULL
    , as_of date NOT NULL
    , condition text NOT NULL CHECK (condition IN ('met', 'not_met'))
    , state text NOT NULL CHECK (state IN ('open', 'taken', 'closed'))
    , holder_id uuid
    , raised_at timestamptz NOT NULL
    , due_at timestamptz NOT NULL
    , closed_at timestamptz
    , outcome text CHECK (outcome IN ('handled', 'watching', 'false_alarm', 'referred', 'reported_later'))
    , revision bigint NOT NULL
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, watch_id) REFERENCES watch.watches (ward_id, id)
    , FOREIGN KEY (ward_id, holder_id) REFERENCES hub.people (ward_id, id)
    , CHECK ((state = 'closed') = (closed_at IS NOT NULL))
    , CHECK ((state = 'closed') = (outcome IS NOT NULL))
    );
-- One open alert per (watch, rule): later days raise its level and append evidence.
CREATE UNIQUE INDEX alerts_one_open ON desk.alerts (ward_id, watch_id, rule) WHERE state <> 'closed';
CREATE INDEX alerts_inbox ON desk.alerts (ward_id, office_id, severity_rank, due_at) WHERE state <> 'closed';
CREATE INDEX alerts_closed ON desk.alerts (ward_id, office_id, closed_at DESC) WHERE state = 'closed';
CREATE INDEX alerts_watch ON desk.alerts (ward_id, watch_id, rule, raised_at DESC);

-- Why it fired: the finding with rule, version, threshold and the days it looked at, one row each time it was found anew.
CREATE TABLE desk.evidence
    ( ward_id uuid NOT NULL
    , alert_id uuid NOT NULL
    , revision bigint NOT NULL
    , at timestamptz NOT NULL
    , finding jsonb NOT NULL
    , PRIMARY KEY (ward_id, alert_id, revision)
    , FOREIGN KEY (ward_id, alert_id) REFERENCES desk.alerts (ward_id, id)
    );

-- The life of an alert, step by step. `kind` is the kind of action of an 'acted', the outcome of a 'closed'.
CREATE TABLE desk.alert_steps
    ( ward_id uuid NOT NULL
    , alert_id uuid NOT NULL
    , revision bigint NOT NULL
    , event text NOT NULL CHECK (event IN ('taken', 'acted', 'handed_on', 'closed', 'rose', 'continued', 'condition_lost', 'condition_restored'))
    , kind text NOT NULL DEFAULT ''
    , note text NOT NULL DEFAULT '' CHECK (length(note) <= 1000)
    , by_person uuid
    , to_person uuid
    , at timestamptz NOT NULL
    , PRIMARY KEY (ward_id, alert_id, revision)
    , FOREIGN KEY (ward_id, alert_id) REFERENCES desk.alerts (ward_id, id)
    );

-- What open inboxes are told: nothing personal. Read by the transaction id, so that a late commit is never skipped.
CREATE TABLE desk.events
    ( ward_id uuid NOT NULL
    , id bigint GENERATED ALWAYS AS IDENTITY
    , xid xid8 NOT NULL DEFAULT pg_current_xact_id()
    , at timestamptz NOT NULL
    , office_id uuid NOT NULL
    , alert_id uuid NOT NULL
    , kind text NOT NULL CHECK (kind IN ('raised', 'risen', 'changed'))
    , severity text NOT NULL
    , PRIMARY KEY (ward_id, id)
    );
CREATE INDEX events_xid ON desk.events (xid);
CREATE INDEX events_at ON desk.events (at);

-- Which clock duty was done for which facility and day; a second node finds the row and goes on.
CREATE TABLE desk.sweeps
    ( ward_id uuid NOT NULL
    , facility_id uuid NOT NULL
    , day date NOT NULL
    , phase text NOT NULL CHECK (phase IN ('cutoff', 'worker_notice'))
    , done_at timestamptz NOT NULL
    , PRIMARY KEY (ward_id, facility_id, day, phase)
    , FOREIGN KEY (ward_id, facility_id) REFERENCES hub.organizations (ward_id, id)
    );

-- A roster between upload and acceptance. The file goes when it is accepted, thrown away or a day old.
CREATE TABLE desk.roster_imports
    ( ward_id uuid NOT NULL
    , id uuid NOT NULL
    , office_id uuid NOT NULL
    , file_name text NOT NULL CHECK (length(file_name) <= 200)
    , file bytea
    , mapping jsonb NOT NULL
    , state text NOT NULL CHECK (state IN ('uploaded', 'accepted', 'discarded'))
    , result jsonb
    , uploaded_by uuid NOT NULL
    , uploaded_at timestamptz NOT NULL
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, office_id) REFERENCES hub.organizations (ward_id, id)
    );
