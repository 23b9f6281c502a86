-- Registers of a month on their way in: the cells of children asked about and nothing else of a file; and how a facility's files are read.

CREATE TABLE watch.attendance_imports
    ( ward_id uuid NOT NULL
    , id uuid NOT NULL
    , facility_id uuid NOT NULL
    -- its first day
    , month date NOT NULL
    -- Request, day, and the mark as written, of children asked about. Goes when it is accepted or thrown away.
    , cells jsonb
    -- What each mark means, as chosen so far.
    , marks jsonb NOT NULL
    -- How many rows of the file were nobody's here, and how many children could not be told apart.
    , others integer NOT NULL
    , unclear integer NOT NULL
    , state text NOT NULL CHECK (state IN ('uploaded', 'accepted', 'discarded'))
    -- What was done, by request and day.
    , result jsonb
    , uploaded_by uuid NOT NULL
    , uploaded_at timestamptz NOT NULL
    , ended_at timestamptz
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, facility_id) REFERENCES hub.organizations (ward_id, id)
    , CHECK ((state = 'uploaded') = (cells IS NOT NULL AND ended_at IS NULL))
    );
CREATE INDEX attendance_imports_facility ON watch.attendance_imports (ward_id, facility_id);

-- Places of columns and meanings of marks, never the words of a file.
CREATE TABLE watch.attendance_layouts
    ( ward_id uuid NOT NULL
    , facility_id uuid NOT NULL
    , columns jsonb NOT NULL
    , marks jsonb NOT NULL
    , changed_at timestamptz NOT NULL
    , PRIMARY KEY (ward_id, facility_id)
    , FOREIGN KEY (ward_id, facility_id) REFERENCES hub.organizations (ward_id, id)
    );

ALTER TABLE watch.attendance_imports ENABLE ROW LEVEL SECURITY;
ALTER TABLE watch.attendance_layouts ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_facility ON watch.attendance_imports TO tsunagi_facility
    USING (ward_id = (SELECT hub.ward()) AND facility_id = (SELECT hub.organization()));
CREATE POLICY own_facility ON watch.attendance_layouts TO tsunagi_facility
    USING (ward_id = (SELECT hub.ward()) AND facility_id = (SELECT hub.organization()));
CREATE POLICY outlived ON watch.attendance_imports TO tsunagi_system USING (true);
GRANT SELECT, INSERT, UPDATE (cells, marks, state, result, ended_at) ON watch.attendance_imports TO tsunagi_facility;
GRANT SELECT, INSERT, UPDATE (columns, marks, changed_at) ON watch.attendance_layouts TO tsunagi_facility;
-- The whole row goes a day after the last step; what was done stays in the trail, in numbers, and in the reports.
GRANT SELECT (uploaded_at, ended_at), DELETE ON watch.attendance_imports TO tsunagi_system;
