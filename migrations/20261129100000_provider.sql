-- OpenID Connect: the sign-in service of a ward, which of its accounts is whose here, and where it is the only way in.

-- The client's secret stands in no table: the operator keeps it in a file, with the one issuer it may be shown to.
CREATE TABLE hub.providers
    ( ward_id uuid PRIMARY KEY REFERENCES hub.wards
    , issuer text NOT NULL CHECK (length(issuer) BETWEEN 1 AND 300)
    , client_id text NOT NULL CHECK (length(client_id) BETWEEN 1 AND 200)
    -- what the button calls it
    , name text NOT NULL CHECK (length(name) BETWEEN 1 AND 40)
    -- acr or amr values of which one must be asserted, by spaces
    , strength text NOT NULL CHECK (length(strength) BETWEEN 1 AND 200)
    , max_age_minutes smallint NOT NULL CHECK (max_age_minutes BETWEEN 5 AND 720)
    -- the claim that is a verified staff code; empty when there is none
    , staff_claim text NOT NULL DEFAULT '' CHECK (length(staff_claim) <= 60)
    , passkeys_when_down boolean NOT NULL
    -- NULL until somebody tried these settings: nobody is sent there before
    , tested_at timestamptz
    -- the last time nobody could sign in there
    , down_from timestamptz
    , down_until timestamptz
    , revision bigint NOT NULL DEFAULT 1
    );

CREATE TABLE hub.bindings
    ( ward_id uuid NOT NULL
    , id uuid NOT NULL
    , person_id uuid NOT NULL
    , issuer text NOT NULL CHECK (length(issuer) <= 300)
    , subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 255)
    -- what the provider calls the account: for the eyes of whoever approves, never to find anybody by
    , account text NOT NULL DEFAULT '' CHECK (length(account) <= 254)
    , state text NOT NULL CHECK (state IN ('proposed', 'active', 'refused', 'withdrawn', 'ended'))
    -- bound by the verified staff code, not by a proposal
    , by_claim boolean NOT NULL DEFAULT false
    , proposed_at timestamptz NOT NULL
    , decided_by uuid
    , decided_at timestamptz
    , ended_at timestamptz
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, person_id) REFERENCES hub.people (ward_id, id)
    , FOREIGN KEY (ward_id, decided_by) REFERENCES hub.people (ward_id, id)
    , CONSTRAINT bindings_two_people CHECK (state <> 'active' OR by_claim OR coalesce(decided_by <> person_id, false))
    );
CREATE UNIQUE INDEX bindings_identity ON hub.bindings (ward_id, issuer, subject) WHERE state = 'active';
CREATE UNIQUE INDEX bindings_active ON hub.bindings (ward_id, person_id) WHERE state = 'active';
CREATE UNIQUE INDEX bindings_proposed ON hub.bindings (ward_id, person_id) WHERE state = 'proposed';

ALTER TABLE hub.providers ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub.bindings ENABLE ROW LEVEL SECURITY;

-- Nobody is known yet where a button leads to the provider of a ward.
CREATE POLICY at_the_door ON hub.providers FOR SELECT TO tsunagi_entry USING (true);
CREATE POLICY noticed_at_the_door ON hub.providers FOR UPDATE TO tsunagi_entry USING (ward_id = (SELECT hub.ward()));
CREATE POLICY own_ward ON hub.providers TO tsunagi_admin USING (ward_id = (SELECT hub.ward()));

-- Whose an identity is must be asked before anybody is known; a new one belongs to the person at the door.
CREATE POLICY at_the_door ON hub.bindings FOR SELECT TO tsunagi_entry USING (ward_id = (SELECT hub.ward()));
CREATE POLICY mine ON hub.bindings FOR INSERT TO tsunagi_entry
    WITH CHECK (ward_id = (SELECT hub.ward()) AND person_id = (SELECT hub.person()) AND (state = 'proposed' OR by_claim));
CREATE POLICY mine_taken_back ON hub.bindings FOR UPDATE TO tsunagi_entry
    USING (ward_id = (SELECT hub.ward()) AND person_id = (SELECT hub.person()) AND state = 'proposed')
    WITH CHECK (ward_id = (SELECT hub.ward()) AND person_id = (SELECT hub.person()) AND state = 'withdrawn');
CREATE POLICY own_ward ON hub.bindings FOR SELECT TO tsunagi_admin USING (ward_id = (SELECT hub.ward()));
CREATE POLICY own_ward_change ON hub.bindings FOR UPDATE TO tsunagi_admin USING (ward_id = (SELECT hub.ward()));

GRANT SELECT, UPDATE (down_from, down_until) ON hub.providers TO tsunagi_entry;
GRANT SELECT, INSERT, UPDATE (issuer, client_id, name, strength, max_age_minutes, staff_claim, passkeys_when_down, tested_at, revision)
    ON hub.providers TO tsunagi_admin;
GRANT SELECT, INSERT, UPDATE (state) ON hub.bindings TO tsunagi_entry;
GRANT SELECT, UPDATE (state, decided_by, decided_at, ended_at) ON hub.bindings TO tsunagi_admin;

-- Whose staff code it is, inside the ward of the fence; the door sees nobody's row before.
CREATE FUNCTION hub.find_staff(code text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT p.id FROM hub.people p
        WHERE p.ward_id = hub.ward() AND p.staff_code = find_staff.code AND p.staff_code <> '' AND p.status = 'active';
    END;
REVOKE EXECUTE ON FUNCTION hub.find_staff(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.find_staff(text) TO tsunagi_entry;

-- Whether a session that began like this may act for an organization. Facilities have no provider. A recovered account is the way
-- back when nobody can sign in any more: it took two people, or the operator with a form. A passkey serves while the provider is
-- down, if the ward says so: the session that was opened then lives on.
CREATE FUNCTION hub.came_in_as_asked(ward uuid, sign_in text, role text, method text, opened_at timestamptz) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN came_in_as_asked.sign_in <> 'provider'
        OR came_in_as_asked.role IN ('reporter', 'facility_head')
        OR came_in_as_asked.method IN ('provider', 'recovery')
        OR (came_in_as_asked.method = 'passkey' AND EXISTS
            ( SELECT FROM hub.providers p
              WHERE p.ward_id = came_in_as_asked.ward AND p.passkeys_when_down
                AND came_in_as_asked.opened_at BETWEEN p.down_from AND p.down_until ));
END $$;
REVOKE EXECUTE ON FUNCTION hub.came_in_as_asked(uuid, text, text, text, timestamptz) FROM PUBLIC;

DROP FUNCTION hub.find_session(bytea, date);
-- Who is behind a session token; before it is known there is no ward to fence with.
CREATE FUNCTION hub.find_session(token bytea, today date)
    RETURNS TABLE
        ( ward_id uuid, session_id uuid, person_id uuid, person_name text, language text
        , opened_at timestamptz, seen_at timestamptz, verified_at timestamptz
        , method text, locked_at timestamptz, read_only_until timestamptz, passkeys bigint, verified_for text[], verified_for_at bigint[]
        , membership_id uuid, role text, organization_id uuid, organization_name text, organization_kind text
        , organizations uuid[], networks cidr[], facility_cutoff time, worker_notice time, free_correction_until time
        , lock_minutes smallint, idle_minutes smallint, whole_hours smallint
        , ward_name text, help_phone text, help_hours text, came_in_as_asked boolean )
    -- plpgsql keeps its plan from call to call; a function in SQL is planned anew for every request.
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT s.ward_id, s.id, s.person_id, p.display_name, p.language
             , s.opened_at, s.seen_at, s.verified_at
             , s.method, s.locked_at, s.read_only_until
             , (SELECT count(*) FROM hub.passkeys k WHERE k.ward_id = s.ward_id AND k.person_id = s.person_id AND k.removed_at IS NULL)
             , ARRAY(SELECT u.action FROM hub.step_ups u WHERE u.ward_id = s.ward_id AND u.session_id = s.id ORDER BY u.action)
             -- milliseconds since 1970
             , ARRAY(SELECT (extract(epoch FROM u.verified_at) * 1000)::bigint FROM hub.step_ups u WHERE u.ward_id = s.ward_id AND u.session_id = s.id ORDER BY u.action)
             , m.id, m.role, o.id, o.name, o.kind
             -- A facility acts for itself alone, whatever is below it; an office for all below.
             , CASE WHEN o.id IS NULL THEN NULL WHEN m.role IN ('reporter', 'facility_head') THEN ARRAY[o.id] ELSE hub.below(o.ward_id, o.id) END
             -- Facilities stand on the internet; the network rule is for the ward's own rooms.
             , CASE WHEN o.id IS NULL OR m.role IN ('reporter', 'facility_head') THEN '{}' ELSE hub.networks(o.ward_id, o.id) END
             , o.facility_cutoff, o.worker_notice, o.free_correction_until
             , l.lock_minutes, l.idle_minutes, l.whole_hours
             , w.name, w.help_phone, w.help_hours
             , o.id IS NULL OR hub.came_in_as_asked(s.ward_id, o.sign_in, m.role, s.method, s.opened_at)
        FROM hub.sessions s
        JOIN hub.wards w ON w.id = s.ward_id
        JOIN hub.people p ON p.ward_id = s.ward_id AND p.id = s.person_id AND p.status = 'active'
        LEFT JOIN hub.memberships m ON m.ward_id = s.ward_id AND m.id = s.membership_id
            AND m.suspended_at IS NULL AND m.from_on <= find_session.today AND (m.until_on IS NULL OR m.until_on >= find_session.today)
        LEFT JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id
            AND (o.closed_on IS NULL OR o.closed_on > find_session.today)
        LEFT JOIN hub.session_limits l ON l.ward_id = s.ward_id AND l.side = CASE
            WHEN m.role IN ('reporter', 'facility_head') THEN 'facility' WHEN m.role IN ('caseworker', 'supervisor') THEN 'office' ELSE 'administration' END
        WHERE s.token_hash = find_session.token AND s.ended_at IS NULL;
END $$;

-- Open inboxes: as before, and none whose session came in by another way than its organization asks.
CREATE OR REPLACE FUNCTION hub.living_sessions(wards uuid[], sessions uuid[], today date)
    RETURNS TABLE
        ( session_id uuid, membership_id uuid, role text, opened_at timestamptz, seen_at timestamptz, networks cidr[]
        , lock_minutes smallint, idle_minutes smallint, whole_hours smallint )
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        WITH held AS
            ( SELECT s.id, m.id AS membership_id, m.role, s.opened_at, s.seen_at, o.ward_id, o.id AS organization_id
              FROM (SELECT DISTINCT a.ward_id, a.id FROM unnest(living_sessions.wards, living_sessions.sessions) AS a (ward_id, id)) asked
              JOIN hub.sessions s ON s.ward_id = asked.ward_id AND s.id = asked.id AND s.ended_at IS NULL AND s.locked_at IS NULL
              JOIN hub.people p ON p.ward_id = s.ward_id AND p.id = s.person_id AND p.status = 'active'
              JOIN hub.memberships m ON m.ward_id = s.ward_id AND m.id = s.membership_id AND m.suspended_at IS NULL
                  AND m.from_on <= living_sessions.today AND (m.until_on IS NULL OR m.until_on >= living_sessions.today)
              JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id
                  AND (o.closed_on IS NULL OR o.closed_on > living_sessions.today)
                  AND hub.came_in_as_asked(s.ward_id, o.sign_in, m.role, s.method, s.opened_at) )
        -- once for each organization, not for each listener
        , places AS MATERIALIZED
            ( SELECT h.ward_id, h.organization_id, hub.networks(h.ward_id, h.organization_id) AS networks
              FROM (SELECT DISTINCT held.ward_id, held.organization_id FROM held) h )
        SELECT h.id, h.membership_id, h.role, h.opened_at, h.seen_at, p.networks, l.lock_minutes, l.idle_minutes, l.whole_hours
        FROM held h
        JOIN places p ON p.ward_id = h.ward_id AND p.organization_id = h.organization_id
        LEFT JOIN hub.session_limits l ON l.ward_id = h.ward_id AND l.side = CASE WHEN h.role IN ('caseworker', 'supervisor') THEN 'office' ELSE 'administration' END;
    END;
