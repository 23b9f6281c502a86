-- Identity in full: how strongly somebody proved who they are, from where, what they may act as and until when.

-- People: how the desk tells them apart and reaches them ------------------------------------------------------------------
ALTER TABLE hub.people
      ADD kana text NOT NULL DEFAULT '' CHECK (length(kana) <= 80)
      -- 職員番号: what imports and identity providers know somebody by
    , ADD staff_code text NOT NULL DEFAULT '' CHECK (length(staff_code) <= 32)
    , ADD mail text NOT NULL DEFAULT '' CHECK (length(mail) <= 254)
    , ADD left_on date
    , ADD revision bigint NOT NULL DEFAULT 1;
CREATE UNIQUE INDEX people_staff_code ON hub.people (ward_id, staff_code) WHERE staff_code <> '' AND status <> 'left';

ALTER TABLE hub.memberships
      ADD ended_reason text NOT NULL DEFAULT '' CHECK (ended_reason IN ('', 'moved', 'left', 'ended', 'merged'))
    , ADD revision bigint NOT NULL DEFAULT 1;

-- Rights that need a second person: proposed by one admin, decided by another.
CREATE TABLE hub.proposals
    ( ward_id uuid NOT NULL
    , id uuid NOT NULL
    , person_id uuid NOT NULL
    , organization_id uuid NOT NULL
    , role text NOT NULL CHECK (role IN ('ward_admin', 'auditor', 'operator'))
    , from_on date NOT NULL
    , until_on date
    , proposed_by uuid NOT NULL
    , proposed_at timestamptz NOT NULL
    , state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'approved', 'refused', 'withdrawn'))
    , decided_by uuid
    , decided_at timestamptz
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, person_id) REFERENCES hub.people (ward_id, id)
    , FOREIGN KEY (ward_id, organization_id) REFERENCES hub.organizations (ward_id, id)
    , FOREIGN KEY (ward_id, proposed_by) REFERENCES hub.people (ward_id, id)
    , FOREIGN KEY (ward_id, decided_by) REFERENCES hub.people (ward_id, id)
    , CHECK (state NOT IN ('approved', 'refused') OR (decided_by IS NOT NULL AND decided_at IS NOT NULL))
    , CONSTRAINT proposals_two_people CHECK (state <> 'approved' OR (decided_by <> proposed_by AND decided_by <> person_id))
    , CHECK (until_on IS NULL OR until_on >= from_on)
    );
CREATE INDEX proposals_person ON hub.proposals (ward_id, person_id);
CREATE INDEX proposals_open ON hub.proposals (ward_id, proposed_at) WHERE state = 'open';

-- Organizations: codes, the rest of the day's times, how to sign in, what became of them -----------------------------------
ALTER TABLE hub.organizations
      ADD school_code text NOT NULL DEFAULT '' CHECK (school_code = '' OR school_code ~ '^[A-Z][0-9][0-9]{11}$')
    , ADD phone text NOT NULL DEFAULT '' CHECK (length(phone) <= 40)
    , ADD reminder time
    , ADD deputy_reminder time
    , ADD unreported_list time
    , ADD sign_in text NOT NULL DEFAULT 'any' CHECK (sign_in IN ('any', 'provider'))
    , ADD successor_id uuid
    , ADD revision bigint NOT NULL DEFAULT 1
    , ADD FOREIGN KEY (ward_id, successor_id) REFERENCES hub.organizations (ward_id, id)
    , ADD CONSTRAINT organizations_not_own_successor CHECK (successor_id <> id)
    , ADD CONSTRAINT organizations_not_own_parent CHECK (parent_id <> id);
CREATE UNIQUE INDEX organizations_school_code ON hub.organizations (ward_id, school_code) WHERE school_code <> '' AND closed_on IS NULL;

-- Invitations: how they went out, and which were taken back ----------------------------------------------------------------
ALTER TABLE hub.invitations
      ADD sent_by text NOT NULL DEFAULT 'console' CHECK (sent_by IN ('console', 'letter', 'mail'))
    , ADD created_by uuid
    , ADD revoked_at timestamptz;

-- Passkeys: what they are made of, and when they stopped to count ----------------------------------------------------------
ALTER TABLE hub.passkeys
      ADD kind text NOT NULL DEFAULT 'device' CHECK (kind IN ('device', 'key', 'phone'))
    -- A synced passkey lives on more than one device (WebAuthn flag BE).
    , ADD synced boolean NOT NULL DEFAULT false
    , ADD removed_at timestamptz
    , ADD removed_by uuid;

-- Sessions: how they began, where from, and how long -----------------------------------------------------------------------
ALTER TABLE hub.sessions
      ADD method text NOT NULL DEFAULT 'passkey' CHECK (method IN ('passkey', 'enrolment', 'recovery', 'provider'))
    , ADD address inet
    , ADD agent text NOT NULL DEFAULT '' CHECK (length(agent) <= 200)
    -- 離席: nothing but coming back until the person is verified again
    , ADD locked_at timestamptz
    -- a recovered account changes nothing for an hour
    , ADD read_only_until timestamptz
    , ADD ended_by text NOT NULL DEFAULT '' CHECK (ended_by IN ('', 'self', 'admin', 'change', 'recovery'));

-- Fresh user verification: good for one session and one action (security B2).
CREATE TABLE hub.step_ups
    ( ward_id uuid NOT NULL
    , session_id uuid NOT NULL
    , action text NOT NULL
    , verified_at timestamptz NOT NULL
    , PRIMARY KEY (ward_id, session_id, action)
    , FOREIGN KEY (ward_id, session_id) REFERENCES hub.sessions (ward_id, id)
    );

-- A ward may shorten what security B4 allows, never lengthen it; the program takes the shorter of both.
CREATE TABLE hub.session_limits
    ( ward_id uuid NOT NULL REFERENCES hub.wards
    , side text NOT NULL CHECK (side IN ('facility', 'office', 'administration'))
    , lock_minutes smallint CHECK (lock_minutes BETWEEN 1 AND 30)
    , idle_minutes smallint CHECK (idle_minutes BETWEEN 1 AND 30)
    , whole_hours smallint CHECK (whole_hours BETWEEN 1 AND 24)
    , PRIMARY KEY (ward_id, side)
    );

-- Whoever came back to a locked screen, or was verified again, or got an account back.
ALTER TABLE hub.sign_ins DROP CONSTRAINT sign_ins_outcome_check;
ALTER TABLE hub.sign_ins ADD CHECK (outcome IN ('signed_in', 'enrolled', 'signed_out', 'refused', 'verified', 'recovered'));

ALTER TABLE hub.ceremonies DROP CONSTRAINT ceremonies_purpose_check;
ALTER TABLE hub.ceremonies ADD CHECK (purpose IN ('sign_in', 'enrol', 'verify', 'add', 'provider'));

-- Row-level security -------------------------------------------------------------------------------------------------------
ALTER TABLE hub.proposals ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub.step_ups ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub.session_limits ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_ward ON hub.proposals TO tsunagi_admin USING (ward_id = (SELECT hub.ward()));
CREATE POLICY mine ON hub.step_ups TO tsunagi_entry
    USING (ward_id = (SELECT hub.ward()) AND session_id IN (SELECT s.id FROM hub.sessions s WHERE s.ward_id = (SELECT hub.ward())));
CREATE POLICY own_ward ON hub.session_limits TO tsunagi_admin USING (ward_id = (SELECT hub.ward()));

-- People keep their own passkeys and sessions, whichever side they act on; the ward's desk keeps everybody's.
CREATE POLICY mine_at_work ON hub.passkeys TO tsunagi_facility, tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND person_id = (SELECT hub.person()));
CREATE POLICY mine_at_work ON hub.sessions TO tsunagi_facility, tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND person_id = (SELECT hub.person()));
CREATE POLICY own_ward ON hub.passkeys FOR SELECT TO tsunagi_admin USING (ward_id = (SELECT hub.ward()));
CREATE POLICY own_ward_change ON hub.passkeys FOR UPDATE TO tsunagi_admin USING (ward_id = (SELECT hub.ward()));
-- Nobody registers a passkey for somebody else.
CREATE POLICY mine_by_desk ON hub.passkeys FOR INSERT TO tsunagi_admin WITH CHECK (ward_id = (SELECT hub.ward()) AND person_id = (SELECT hub.person()));
CREATE POLICY own_ward ON hub.sessions TO tsunagi_admin USING (ward_id = (SELECT hub.ward()));

-- Rights: a credential and the hash of a token are the entry's alone --------------------------------------------------------
REVOKE SELECT ON hub.people FROM tsunagi_facility, tsunagi_office;
GRANT SELECT (ward_id, id, display_name, kana, status, language, created_at) ON hub.people TO tsunagi_facility, tsunagi_office;
GRANT SELECT (ward_id, id, person_id, credential_id, name, kind, synced, created_at, last_used_at, removed_at) ON hub.passkeys
    TO tsunagi_facility, tsunagi_office, tsunagi_admin;
GRANT UPDATE (name, kind, removed_at, removed_by) ON hub.passkeys TO tsunagi_facility, tsunagi_office, tsunagi_admin;
GRANT INSERT ON hub.passkeys TO tsunagi_facility, tsunagi_office, tsunagi_admin;
GRANT SELECT (ward_id, id, person_id, membership_id, opened_at, seen_at, verified_at, ended_at, ended_by, method, address, agent, locked_at, read_only_until)
    ON hub.sessions TO tsunagi_facility, tsunagi_office, tsunagi_admin;
GRANT UPDATE (ended_at, ended_by) ON hub.sessions TO tsunagi_facility, tsunagi_office, tsunagi_admin;

GRANT UPDATE (token_hash, verified_at, locked_at, ended_by) ON hub.sessions TO tsunagi_entry;
GRANT UPDATE (removed_at) ON hub.passkeys TO tsunagi_entry;
GRANT SELECT, INSERT, UPDATE, DELETE ON hub.step_ups TO tsunagi_entry;

GRANT INSERT, UPDATE (display_name, kana, staff_code, mail, status, left_on, language, revision) ON hub.people TO tsunagi_admin;
GRANT INSERT, UPDATE (from_on, until_on, suspended_at, ended_reason, organization_id, revision) ON hub.memberships TO tsunagi_admin;
GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at) ON hub.proposals TO tsunagi_admin;
GRANT SELECT (ward_id, id, person_id, created_at, created_by, expires_at, spent_at, revoked_at, sent_by), INSERT, UPDATE (revoked_at)
    ON hub.invitations TO tsunagi_admin;
GRANT INSERT, UPDATE
    ( parent_id, kind, name, code, district, networks, calendar_template, facility_cutoff, worker_notice, free_correction_until
    , reminder, deputy_reminder, unreported_list, opened_on, closed_on, school_code, phone, sign_in, successor_id, revision )
    ON hub.organizations TO tsunagi_admin;
GRANT UPDATE (name, help_phone, help_hours) ON hub.wards TO tsunagi_admin;
GRANT SELECT, INSERT, UPDATE ON hub.session_limits TO tsunagi_admin;

-- Across the fence ----------------------------------------------------------------------------------------------------------
-- The networks an organization may be used from: its own, else those of the nearest organization above that has any.
CREATE FUNCTION hub.networks(ward uuid, organization uuid) RETURNS cidr[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN
        ( WITH RECURSIVE above AS
            ( SELECT o.parent_id, o.networks, 0 AS height FROM hub.organizations o WHERE o.ward_id = networks.ward AND o.id = networks.organization
              UNION ALL
              SELECT o.parent_id, o.networks, above.height + 1 FROM hub.organizations o JOIN above ON o.id = above.parent_id
              WHERE o.ward_id = networks.ward AND above.networks = '{}' )
          SELECT coalesce((SELECT a.networks FROM above a WHERE a.networks <> '{}' ORDER BY a.height LIMIT 1), '{}') );
END $$;

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
        , ward_name text, help_phone text, help_hours text )
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

CREATE OR REPLACE FUNCTION hub.find_passkey(credential bytea)
    RETURNS TABLE (ward_id uuid, person_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT k.ward_id, k.person_id FROM hub.passkeys k WHERE k.credential_id = find_passkey.credential AND k.removed_at IS NULL;
    END;

DROP FUNCTION hub.find_invitation(bytea);
CREATE FUNCTION hub.find_invitation(code bytea)
    RETURNS TABLE (ward_id uuid, person_id uuid, invitation_id uuid, expires_at timestamptz, spent_at timestamptz, revoked_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT i.ward_id, i.person_id, i.id, i.expires_at, i.spent_at, i.revoked_at FROM hub.invitations i WHERE i.code_hash = find_invitation.code;
    END;
GRANT EXECUTE ON FUNCTION hub.find_invitation(bytea) TO tsunagi_entry;

DROP FUNCTION hub.living_sessions(uuid[], uuid[], date);
-- Which of the sessions behind open inboxes still live, as what and from where; asked for all streams of a node at once, so that
-- a revoked one goes quiet within a second. Limits of time and networks are the session layer's business.
CREATE FUNCTION hub.living_sessions(wards uuid[], sessions uuid[], today date)
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
                  AND (o.closed_on IS NULL OR o.closed_on > living_sessions.today) )
        -- once for each organization, not for each listener
        , places AS MATERIALIZED
            ( SELECT h.ward_id, h.organization_id, hub.networks(h.ward_id, h.organization_id) AS networks
              FROM (SELECT DISTINCT held.ward_id, held.organization_id FROM held) h )
        SELECT h.id, h.membership_id, h.role, h.opened_at, h.seen_at, p.networks, l.lock_minutes, l.idle_minutes, l.whole_hours
        FROM held h
        JOIN places p ON p.ward_id = h.ward_id AND p.organization_id = h.organization_id
        LEFT JOIN hub.session_limits l ON l.ward_id = h.ward_id AND l.side = CASE WHEN h.role IN ('caseworker', 'supervisor') THEN 'office' ELSE 'administration' END;
    END;
GRANT EXECUTE ON FUNCTION hub.living_sessions(uuid[], uuid[], date) TO tsunagi_system;
