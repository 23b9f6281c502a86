-- What was sent to a session that was over: for the person it belonged to and what they acted as, for an hour. --------------------

CREATE TABLE hub.kept_forms
    ( ward_id uuid NOT NULL
    , id uuid NOT NULL
    , person_id uuid NOT NULL
    -- nobody sends on as one role what they typed as another
    , membership_id uuid NOT NULL
    -- the path it was sent to
    , action text NOT NULL CHECK (action LIKE '/%' AND length(action) <= 2000)
    -- the fields as a browser writes them
    , body bytea NOT NULL CHECK (octet_length(body) <= 262144)
    , kept_at timestamptz NOT NULL
    -- shown once, it leads nobody away from their first page again
    , shown_at timestamptz
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, person_id) REFERENCES hub.people (ward_id, id)
    , FOREIGN KEY (ward_id, membership_id) REFERENCES hub.memberships (ward_id, id)
    );
CREATE INDEX kept_forms_of_person ON hub.kept_forms (ward_id, person_id, kept_at);
CREATE INDEX kept_forms_by_age ON hub.kept_forms (kept_at);

ALTER TABLE hub.kept_forms ENABLE ROW LEVEL SECURITY;
-- One's own, at the entry: no side of the house reads what somebody else has typed, the ward's desk neither.
CREATE POLICY mine ON hub.kept_forms TO tsunagi_entry USING (ward_id = (SELECT hub.ward()) AND person_id = (SELECT hub.person()));
CREATE POLICY outlived ON hub.kept_forms TO tsunagi_system USING (true);
GRANT SELECT, INSERT, UPDATE (shown_at), DELETE ON hub.kept_forms TO tsunagi_entry;
GRANT SELECT (kept_at), DELETE ON hub.kept_forms TO tsunagi_system;
