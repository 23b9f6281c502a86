-- Who keeps what is told there: whether a facility belongs to the council (要対協), so that 児童福祉法第25条の5 binds its people, or has
-- pledged in writing. In a table of its own: the ward's desk writes it, offices read it, and a facility and its systems have no right to it.

CREATE TABLE hub.council_ties
    ( ward_id uuid NOT NULL REFERENCES hub.wards
    , organization_id uuid NOT NULL
    -- 'public': its people are bound as public servants
    , tie text NOT NULL CHECK (tie IN ('unknown', 'public', 'member', 'none'))
    , member_since date
    -- the day of a signed pledge (誓約書), where there is one
    , pledged_on date
    , PRIMARY KEY (ward_id, organization_id)
    , FOREIGN KEY (ward_id, organization_id) REFERENCES hub.organizations (ward_id, id)
    , CHECK ((tie = 'member') = (member_since IS NOT NULL))
    );
ALTER TABLE hub.council_ties ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_ward ON hub.council_ties TO tsunagi_admin, tsunagi_office, tsunagi_system USING (ward_id = (SELECT hub.ward()));
GRANT SELECT, INSERT, UPDATE (tie, member_since, pledged_on) ON hub.council_ties TO tsunagi_admin;
GRANT SELECT ON hub.council_ties TO tsunagi_office;
-- The console reads it with the facilities a roster names, and writes that of the demo ward.
GRANT SELECT, INSERT ON hub.council_ties TO tsunagi_system;
