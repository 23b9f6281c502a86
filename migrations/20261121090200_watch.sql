-- The watch zone: all that a facility's session could ever reach. The only free text here is what the facility wrote.
-- No birth date, no address, no reason for listing, no office: tests/it/columns.rs holds the list of columns.

CREATE TABLE watch.watches
    ( ward_id uuid NOT NULL REFERENCES hub.wards
    , id uuid NOT NULL
    , child_id uuid NOT NULL
    , facility_id uuid NOT NULL
    , name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60)
    , kana text NOT NULL DEFAULT '' CHECK (length(kana) <= 80)
    , name_key text NOT NULL
    , grade text NOT NULL
    , class text NOT NULL DEFAULT '' CHECK (length(class) <= 20)
    , from_on date NOT NULL
    , until_on date
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, facility_id) REFERENCES hub.organizations (ward_id, id)
    , CHECK (until_on IS NULL OR until_on >= from_on)
    );
CREATE INDEX watches_facility ON watch.watches (ward_id, facility_id);
CREATE INDEX watches_child ON watch.watches (ward_id, child_id);
-- Finds a child who is already asked about. Not unique: two children of one name in one class do occur.
CREATE INDEX watches_same_name ON watch.watches (ward_id, facility_id, name_key, grade);

-- One sent sheet. The key makes a repeated submit harmless.
CREATE TABLE watch.submissions
    ( ward_id uuid NOT NULL
    , id uuid NOT NULL
    , facility_id uuid NOT NULL
    , day date NOT NULL
    , idempotency_key uuid NOT NULL
    , sent_by uuid NOT NULL
    , sent_at timestamptz NOT NULL
    , late boolean NOT NULL
    , children smallint NOT NULL
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, facility_id) REFERENCES hub.organizations (ward_id, id)
    );
CREATE UNIQUE INDEX submissions_idempotency_key ON watch.submissions (ward_id, facility_id, idempotency_key);
CREATE INDEX submissions_day ON watch.submissions (ward_id, facility_id, day);

-- Append-only: a correction is a new version.
CREATE TABLE watch.reports
    ( ward_id uuid NOT NULL
    , watch_id uuid NOT NULL
    , day date NOT NULL
    , version integer NOT NULL CHECK (version >= 1)
    , submission_id uuid NOT NULL
    , facility_id uuid NOT NULL
    , child_id uuid NOT NULL
    , mark jsonb NOT NULL
    , correction_reason text NOT NULL DEFAULT '' CHECK (length(correction_reason) <= 200)
    , reported_by uuid NOT NULL
    , reported_at timestamptz NOT NULL
    , PRIMARY KEY (ward_id, watch_id, day, version)
    , FOREIGN KEY (ward_id, watch_id) REFERENCES watch.watches (ward_id, id)
    );
CREATE INDEX reports_submission ON watch.reports (ward_id, submission_id);

-- The latest version of each day, kept beside the versions so that streaks and boards read one row a day.
CREATE TABLE watch.days
    ( ward_id uuid NOT NULL
    , child_id uuid NOT NULL
    , day date NOT NULL
    , watch_id uuid NOT NULL
    , facility_id uuid NOT NULL
    , version integer NOT NULL
    , status text NOT NULL
    -- came to the facility (ends an absence) / was seen by somebody (ends "not seen"): domain 4.2
    , attended boolean NOT NULL
    , seen boolean NOT NULL
    , mark jsonb NOT NULL
    , PRIMARY KEY (ward_id, watch_id, day)
    , FOREIGN KEY (ward_id, watch_id) REFERENCES watch.watches (ward_id, id)
    );
CREATE INDEX days_child ON watch.days (ward_id, child_id, day DESC);
CREATE INDEX days_attended ON watch.days (ward_id, child_id, day DESC) WHERE attended;
CREATE INDEX days_facility ON watch.days (ward_id, facility_id, day);

-- What the facility may know about what became of its report: received (no row) or being handled.
CREATE TABLE watch.replies
    ( ward_id uuid NOT NULL
    , watch_id uuid NOT NULL
    , day date NOT NULL
    , state text NOT NULL CHECK (state IN ('handling'))
    , at timestamptz NOT NULL
    , PRIMARY KEY (ward_id, watch_id, day)
    , FOREIGN KEY (ward_id, watch_id) REFERENCES watch.watches (ward_id, id)
    );

-- Calendars, in layers: holidays, ward templates, facility, class (domain 4.3).
CREATE TABLE watch.holidays
    ( ward_id uuid NOT NULL REFERENCES hub.wards
    , day date NOT NULL
    , name text NOT NULL CHECK (length(name) BETWEEN 1 AND 40)
    , PRIMARY KEY (ward_id, day)
    );

CREATE TABLE watch.calendar_templates
    ( ward_id uuid NOT NULL REFERENCES hub.wards
    , code text NOT NULL
    , name text NOT NULL
    -- ISO weekdays, 1 is Monday
    , open_weekdays smallint[] NOT NULL
    , open_on_holidays boolean NOT NULL DEFAULT false
    , PRIMARY KEY (ward_id, code)
    );

CREATE TABLE watch.template_days
    ( ward_id uuid NOT NULL
    , template text NOT NULL
    , from_on date NOT NULL
    , until_on date NOT NULL
    , is_open boolean NOT NULL
    , label text NOT NULL CHECK (length(label) BETWEEN 1 AND 40)
    , PRIMARY KEY (ward_id, template, from_on, until_on)
    , FOREIGN KEY (ward_id, template) REFERENCES watch.calendar_templates (ward_id, code)
    , CHECK (until_on >= from_on)
    );

-- A facility's own closed or extra open days; with a class, only that class (学級閉鎖).
CREATE TABLE watch.calendar_days
    ( ward_id uuid NOT NULL
    , id uuid NOT NULL
    , facility_id uuid NOT NULL
    , class text NOT NULL DEFAULT '' CHECK (length(class) <= 20)
    , from_on date NOT NULL
    , until_on date NOT NULL
    , is_open boolean NOT NULL
    , label text NOT NULL CHECK (length(label) BETWEEN 1 AND 40)
    , entered_at timestamptz NOT NULL
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, facility_id) REFERENCES hub.organizations (ward_id, id)
    , CHECK (until_on >= from_on)
    );
CREATE INDEX calendar_days_facility ON watch.calendar_days (ward_id, facility_id, from_on);

-- Template and own days of a facility that matter from `since` on, as `store::calendars` reads them; NULL without a template.
-- With the rights of whoever asks. plpgsql keeps its plan from call to call.
CREATE FUNCTION watch.layers(facility uuid, since date) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN
        ( SELECT jsonb_build_object
            ( 'open_weekdays', t.open_weekdays
            , 'open_on_holidays', t.open_on_holidays
            , 'template_days',
                ( SELECT coalesce(jsonb_agg(jsonb_build_object('from', d.from_on, 'until', d.until_on, 'open', d.is_open)), '[]')
                  FROM watch.template_days d
                  WHERE d.ward_id = o.ward_id AND d.template = o.calendar_template AND d.until_on >= layers.since )
            , 'own_days',
                ( SELECT coalesce(jsonb_agg(jsonb_build_object('class', d.class, 'from', d.from_on, 'until', d.until_on, 'open', d.is_open) ORDER BY d.entered_at), '[]')
                  FROM watch.calendar_days d
                  WHERE d.ward_id = o.ward_id AND d.facility_id = o.id AND d.until_on >= layers.since ) )
          FROM hub.organizations o
          JOIN watch.calendar_templates t ON t.ward_id = o.ward_id AND t.code = o.calendar_template
          WHERE o.ward_id = hub.ward() AND o.id = layers.facility );
END $$;
