-- Files of organizations and people between upload and acceptance, and for a day the answer to each row.

CREATE TABLE hub.directory_imports
    ( ward_id uuid NOT NULL REFERENCES hub.wards
    , id uuid NOT NULL
    , file_name text NOT NULL CHECK (length(file_name) <= 200)
    -- Goes when it is accepted or thrown away.
    , file bytea
    -- Encoding, meaning of the columns, values for rows that leave them empty.
    , reading jsonb NOT NULL
    , state text NOT NULL CHECK (state IN ('uploaded', 'accepted', 'discarded'))
    -- What was done with every row.
    , result jsonb
    , uploaded_by uuid NOT NULL
    , uploaded_at timestamptz NOT NULL
    , ended_at timestamptz
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, uploaded_by) REFERENCES hub.people (ward_id, id)
    , CHECK ((state = 'uploaded') = (file IS NOT NULL AND ended_at IS NULL))
    );

ALTER TABLE hub.directory_imports ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_ward ON hub.directory_imports TO tsunagi_admin USING (ward_id = (SELECT hub.ward()));
CREATE POLICY outlived ON hub.directory_imports TO tsunagi_system USING (true);
GRANT SELECT, INSERT, UPDATE (file, reading, state, result, ended_at) ON hub.directory_imports TO tsunagi_admin;
-- The whole row goes a day after the last step; what was done stays in the trail, in numbers.
GRANT SELECT (uploaded_at, ended_at), DELETE ON hub.directory_imports TO tsunagi_system;
