-- How somebody wants to be told, the devices that show a notice without being asked, and what became of each.

-- Two more kinds of mail ('notice', 'trouble'), neither of which says anything: somebody must look; the hub itself is not well.
-- Which kinds there are the program knows; one it does not know is settled as unreadable.
ALTER TABLE hub.mails DROP CONSTRAINT mails_kind_check;
ALTER TABLE hub.mails ADD CONSTRAINT mails_kind_check CHECK (kind ~ '^[a-z][a-z_]{0,39}$');
-- The clock looks whether a notice to the same person waits already, and holds it until its own is written down.
CREATE POLICY notices_waiting ON hub.mails FOR SELECT TO tsunagi_system USING (ward_id = (SELECT hub.ward()) AND kind = 'notice');
CREATE POLICY notices_held ON hub.mails FOR UPDATE TO tsunagi_system USING (ward_id = (SELECT hub.ward()) AND kind = 'notice');
CREATE POLICY notices_seen ON hub.mails FOR SELECT TO tsunagi_office USING (ward_id = (SELECT hub.ward()) AND kind = 'notice');
GRANT SELECT (ward_id, id, person_id, kind, state, next_at), UPDATE (next_at) ON hub.mails TO tsunagi_system;
GRANT SELECT (ward_id, id, kind, state) ON hub.mails TO tsunagi_office;

-- No row: the program's own choice.
CREATE TABLE hub.notice_choices
    ( ward_id uuid NOT NULL
    , person_id uuid NOT NULL
    , urgent text NOT NULL CHECK (urgent IN ('both', 'mail', 'push'))
    , warning text NOT NULL CHECK (warning IN ('both', 'mail', 'push', 'page'))
    , caution text NOT NULL CHECK (caution IN ('both', 'mail', 'push', 'page'))
    , quiet_from time
    , quiet_until time
    , revision integer NOT NULL
    , PRIMARY KEY (ward_id, person_id)
    , FOREIGN KEY (ward_id, person_id) REFERENCES hub.people (ward_id, id)
    , CHECK ((quiet_from IS NULL) = (quiet_until IS NULL))
    );

-- Whoever knows the address of a subscription can reach the device: it is a secret, read by the sender alone.
CREATE TABLE hub.push_devices
    ( ward_id uuid NOT NULL
    , id uuid NOT NULL
    , person_id uuid NOT NULL
    , endpoint text NOT NULL CHECK (length(endpoint) <= 1000 AND endpoint LIKE 'https://%')
    , endpoint_hash bytea NOT NULL UNIQUE CHECK (length(endpoint_hash) = 32)
    , public_key bytea NOT NULL CHECK (length(public_key) = 65)
    , auth bytea NOT NULL CHECK (length(auth) = 16)
    , agent text NOT NULL CHECK (length(agent) <= 200)
    , created_at timestamptz NOT NULL
    , reached_at timestamptz
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, person_id) REFERENCES hub.people (ward_id, id)
    );
CREATE INDEX push_devices_person ON hub.push_devices (ward_id, person_id);

CREATE TABLE hub.pushes
    ( ward_id uuid NOT NULL
    , id uuid NOT NULL
    , device_id uuid NOT NULL
    , person_id uuid NOT NULL
    -- nothing else tells the person: when it is given up, a mail takes its place
    , alone boolean NOT NULL
    , queued_at timestamptz NOT NULL
    , expires_at timestamptz NOT NULL
    , state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dead'))
    , reason text NOT NULL DEFAULT '' CHECK (reason IN ('', 'refused', 'later', 'unreachable', 'expired', 'gone', 'off', 'elsewhere'))
    , tries integer NOT NULL DEFAULT 0
    , next_at timestamptz NOT NULL
    , settled_at timestamptz
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, person_id) REFERENCES hub.people (ward_id, id)
    , CHECK ((state = 'waiting') = (settled_at IS NULL))
    );
CREATE INDEX pushes_device ON hub.pushes (ward_id, device_id, queued_at);
CREATE INDEX pushes_due ON hub.pushes (next_at) WHERE state = 'waiting';

-- The key pushes are signed with (RFC 8292): made once for all nodes, since every device is bound to it.
CREATE TABLE hub.push_keys
    ( single boolean PRIMARY KEY DEFAULT true CHECK (single)
    , secret bytea NOT NULL CHECK (length(secret) = 32)
    , public bytea NOT NULL CHECK (length(public) = 65)
    , made_at timestamptz NOT NULL
    );

ALTER TABLE hub.notice_choices ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub.push_devices ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub.pushes ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub.push_keys ENABLE ROW LEVEL SECURITY;

CREATE POLICY mine ON hub.notice_choices TO tsunagi_facility, tsunagi_office, tsunagi_admin
    USING (ward_id = (SELECT hub.ward()) AND person_id = (SELECT hub.person()));
CREATE POLICY on_duty ON hub.notice_choices FOR SELECT TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY mine ON hub.push_devices TO tsunagi_facility, tsunagi_office, tsunagi_admin
    USING (ward_id = (SELECT hub.ward()) AND person_id = (SELECT hub.person()));
CREATE POLICY on_duty ON hub.push_devices FOR SELECT TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY on_duty ON hub.pushes TO tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY mine ON hub.pushes TO tsunagi_facility, tsunagi_office, tsunagi_admin
    USING (ward_id = (SELECT hub.ward()) AND person_id = (SELECT hub.person()));
CREATE POLICY seen ON hub.pushes FOR SELECT TO tsunagi_office, tsunagi_admin USING (ward_id = (SELECT hub.ward()));
CREATE POLICY one_key_for_all ON hub.push_keys TO tsunagi_facility, tsunagi_office, tsunagi_admin, tsunagi_system USING (true);

GRANT SELECT, INSERT, UPDATE ON hub.notice_choices TO tsunagi_facility, tsunagi_office, tsunagi_admin;
GRANT SELECT ON hub.notice_choices TO tsunagi_system;
GRANT SELECT (ward_id, id, person_id, endpoint_hash, agent, created_at, reached_at), INSERT, DELETE ON hub.push_devices
    TO tsunagi_facility, tsunagi_office, tsunagi_admin;
GRANT SELECT (ward_id, id, person_id) ON hub.push_devices TO tsunagi_system;
GRANT SELECT, INSERT, UPDATE (next_at) ON hub.pushes TO tsunagi_system;
GRANT SELECT (ward_id, id, device_id, person_id, queued_at, state, reason, tries, settled_at), INSERT ON hub.pushes TO tsunagi_facility, tsunagi_office, tsunagi_admin;
GRANT SELECT (public) ON hub.push_keys TO tsunagi_facility, tsunagi_office, tsunagi_admin;
GRANT SELECT, INSERT ON hub.push_keys TO tsunagi_system;

-- Across the fence ----------------------------------------------------------------------------------------------------------------
-- The push that has waited longest of those that are due, in any ward; no other node gets it until this transaction ends.
CREATE FUNCTION hub.next_push(now timestamptz)
    RETURNS TABLE (ward_id uuid, id uuid, endpoint text, public_key bytea, auth bytea, expires_at timestamptz, tries integer)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT p.ward_id, p.id, d.endpoint, d.public_key, d.auth, p.expires_at, p.tries
        FROM hub.pushes p
        LEFT JOIN hub.push_devices d ON d.ward_id = p.ward_id AND d.id = p.device_id
        WHERE p.state = 'waiting' AND p.next_at <= next_push.now
        ORDER BY p.next_at, p.id
        LIMIT 1
        FOR UPDATE OF p SKIP LOCKED;
END $$;
REVOKE EXECUTE ON FUNCTION hub.next_push(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.next_push(timestamptz) TO tsunagi_system;

-- What became of it. A device that is gone is forgotten; where the push was all there was, a mail takes its place.
CREATE FUNCTION hub.settle_push(ward uuid, push uuid, state text, reason text, at timestamptz, again timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    settled hub.pushes;
BEGIN
    UPDATE hub.pushes p SET
          state = settle_push.state
        , reason = settle_push.reason
        , tries = p.tries + 1
        , next_at = coalesce(settle_push.again, p.next_at)
        , settled_at = CASE WHEN settle_push.state <> 'waiting' THEN settle_push.at END
    WHERE p.ward_id = settle_push.ward AND p.id = settle_push.push AND p.state = 'waiting'
    RETURNING p.* INTO settled;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF settled.state = 'sent' THEN
        UPDATE hub.push_devices d SET reached_at = settle_push.at WHERE d.ward_id = settled.ward_id AND d.id = settled.device_id;
    END IF;
    IF settled.reason = 'gone' THEN
        DELETE FROM hub.push_devices d WHERE d.ward_id = settled.ward_id AND d.id = settled.device_id;
    END IF;
    IF settled.state = 'dead' AND settled.alone AND NOT EXISTS
        ( SELECT FROM hub.pushes o WHERE o.ward_id = settled.ward_id AND o.person_id = settled.person_id AND o.queued_at = settled.queued_at
            AND o.id <> settled.id AND o.state <> 'dead' ) THEN
        INSERT INTO hub.mails (ward_id, id, person_id, kind, queued_at, expires_at, next_at)
        VALUES (settled.ward_id, settled.id, settled.person_id, 'notice', settle_push.at, settle_push.at + interval '1 day', settle_push.at)
        ON CONFLICT DO NOTHING;
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION hub.settle_push(uuid, uuid, text, text, timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.settle_push(uuid, uuid, text, text, timestamptz, timestamptz) TO tsunagi_system;
