-- How often something failed lately, so that guessing is slow on all nodes together and stays slow after a restart (security B6).
CREATE TABLE hub.limits
    -- A hash over the kind of limit and an address, account or ward: the table names nobody.
    ( key bytea PRIMARY KEY CHECK (length(key) = 32)
    -- The theoretical arrival time of GCRA: everything taken so far is paid off by then. Once it is past, the row says nothing.
    , tat timestamptz NOT NULL
    -- Rows are few, short-lived and rewritten in place.
    ) WITH (fillfactor = 50);

ALTER TABLE hub.limits ENABLE ROW LEVEL SECURITY;
-- It has no ward: an attempt is counted before anybody is known.
CREATE POLICY nobody_known_yet ON hub.limits TO tsunagi_entry USING (true);
CREATE POLICY paid_off ON hub.limits TO tsunagi_system USING (true);
GRANT SELECT, INSERT, UPDATE (tat) ON hub.limits TO tsunagi_entry;
GRANT SELECT, DELETE ON hub.limits TO tsunagi_system;
