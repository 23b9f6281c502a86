-- Mail on its way out, and accounts given back by two people.

-- Mails: queued in the transaction of the deed that causes them, sent by a worker -----------------------------------------
CREATE TABLE hub.mails
    ( ward_id uuid NOT NULL REFERENCES hub.wards
    , id uuid NOT NULL
    -- the address is looked up when it is sent, and kept nowhere else
    , person_id uuid NOT NULL
    , kind text NOT NULL CHECK (kind IN ('invitation', 'recovery_asked', 'recovery_approved', 'recovery_done', 'recovery_cancelled'))
    -- a link lets people in: gone as soon as the mail is sent or given up
    , fields jsonb
    , queued_at timestamptz NOT NULL
    -- news that came too late is none
    , expires_at timestamptz NOT NULL
    , state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dead'))
    -- why it was not taken, last of all
    , reason text NOT NULL DEFAULT ''
        CHECK (reason IN ('', 'refused', 'later', 'unreachable', 'expired', 'no_address', 'off', 'unreadable'))
    , tries integer NOT NULL DEFAULT 0
    , next_at timestamptz NOT NULL
    , settled_at timestamptz
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, person_id) REFERENCES hub.people (ward_id, id)
    , CONSTRAINT mails_keep_no_secret CHECK (state = 'waiting' OR fields IS NULL)
    , CHECK ((state = 'waiting') = (settled_at IS NULL))
    );
CREATE INDEX mails_person ON hub.mails (ward_id, person_id, queued_at);
CREATE INDEX mails_due ON hub.mails (next_at) WHERE state = 'waiting';

-- Recoveries: asked by one person, approved by another, spent by the third -------------------------------------------------
CREATE TABLE hub.recoveries
    ( ward_id uuid NOT NULL REFERENCES hub.wards
    , id uuid NOT NULL
    , person_id uuid NOT NULL
    , reason text NOT NULL CHECK (reason IN ('lost', 'broken', 'replaced', 'other'))
    -- As what each of the two spoke: head of the facility, ward admin, or the operator with a written form.
    , asked_as text NOT NULL CHECK (asked_as IN ('head', 'admin', 'operator'))
    , asked_by uuid
    , asked_at timestamptz NOT NULL
    -- Whose word is still needed.
    , second text NOT NULL CHECK (second IN ('head', 'admin', 'operator'))
    , approved_as text CHECK (approved_as IN ('head', 'admin', 'operator'))
    , approved_by uuid
    , approved_at timestamptz
    -- Number of the written form the operator acts by.
    , form_number text NOT NULL DEFAULT '' CHECK (form_number ~ '^[0-9A-Za-z-]{0,20}$')
    , code_hash bytea UNIQUE
    -- The code works from here …
    , opens_at timestamptz
    -- … to here; before the approval, how long the asking stands.
    , expires_at timestamptz NOT NULL
    , state text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'approved', 'spent', 'cancelled', 'lapsed'))
    , closed_at timestamptz
    , closed_by uuid
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, person_id) REFERENCES hub.people (ward_id, id)
    , FOREIGN KEY (ward_id, asked_by) REFERENCES hub.people (ward_id, id)
    , FOREIGN KEY (ward_id, approved_by) REFERENCES hub.people (ward_id, id)
    , CONSTRAINT recoveries_not_oneself CHECK (asked_by <> person_id AND approved_by <> person_id)
    , CONSTRAINT recoveries_two_people CHECK (approved_by <> asked_by)
    , CONSTRAINT recoveries_operator_has_a_form
        CHECK ((form_number <> '') = (asked_as = 'operator' OR coalesce(approved_as, '') = 'operator'))
    , CONSTRAINT recoveries_people_have_names
        CHECK ((asked_as = 'operator') = (asked_by IS NULL) AND (approved_as IS NULL OR (approved_as = 'operator') = (approved_by IS NULL)))
    , CHECK ((approved_as IS NULL) = (approved_at IS NULL) AND (approved_as IS NULL) = (code_hash IS NULL) AND (approved_as IS NULL) = (opens_at IS NULL))
    , CHECK (state NOT IN ('approved', 'spent') OR approved_as IS NOT NULL)
    , CHECK (state <> 'asked' OR approved_as IS NULL)
    , CHECK ((state IN ('asked', 'approved')) = (closed_at IS NULL))
    );
CREATE UNIQUE INDEX recoveries_one_open ON hub.recoveries (ward_id, person_id) WHERE state IN ('asked', 'approved');
CREATE UNIQUE INDEX recoveries_form ON hub.recoveries (ward_id, form_number) WHERE form_number <> '';
CREATE INDEX recoveries_person ON hub.recoveries (ward_id, person_id);

-- Row-level security -------------------------------------------------------------------------------------------------------
ALTER TABLE hub.mails ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub.recoveries ENABLE ROW LEVEL SECURITY;

CREATE POLICY queue ON hub.mails FOR INSERT TO tsunagi_entry, tsunagi_facility, tsunagi_office, tsunagi_admin, tsunagi_system
    WITH CHECK (ward_id = (SELECT hub.ward()));
CREATE POLICY own_ward ON hub.mails FOR SELECT TO tsunagi_admin USING (ward_id = (SELECT hub.ward()));

CREATE POLICY own_ward ON hub.recoveries TO tsunagi_admin, tsunagi_system USING (ward_id = (SELECT hub.ward()));
CREATE POLICY colleagues ON hub.recoveries TO tsunagi_facility
    USING (ward_id = (SELECT hub.ward())
        AND person_id IN (SELECT m.person_id FROM hub.memberships m WHERE m.ward_id = (SELECT hub.ward())));
-- Everybody hears of their own, and may put an end to it.
CREATE POLICY mine ON hub.recoveries TO tsunagi_entry, tsunagi_office
    USING (ward_id = (SELECT hub.ward()) AND person_id = (SELECT hub.person()));

-- Rights: the hash of a code is the entry's alone -----------------------------------------------------------------------------
GRANT INSERT ON hub.mails TO tsunagi_entry, tsunagi_facility, tsunagi_office, tsunagi_admin, tsunagi_system;
GRANT SELECT (ward_id, id, person_id, kind, queued_at, state, reason, tries, settled_at) ON hub.mails TO tsunagi_admin;

GRANT SELECT
    ( ward_id, id, person_id, reason, asked_as, asked_by, asked_at, second, approved_as, approved_by, approved_at, form_number
    , opens_at, expires_at, state, closed_at, closed_by )
    ON hub.recoveries TO tsunagi_facility, tsunagi_office, tsunagi_admin, tsunagi_system, tsunagi_entry;
GRANT INSERT ON hub.recoveries TO tsunagi_facility, tsunagi_admin, tsunagi_system;
GRANT UPDATE (approved_as, approved_by, approved_at, form_number, code_hash, opens_at, expires_at, state, closed_at, closed_by)
    ON hub.recoveries TO tsunagi_facility, tsunagi_admin, tsunagi_system;
GRANT UPDATE (state, closed_at, closed_by) ON hub.recoveries TO tsunagi_entry, tsunagi_office;
-- Whoever gets an account back takes every other way into it away.
GRANT UPDATE (revoked_at) ON hub.invitations TO tsunagi_entry;

-- Across the fence ----------------------------------------------------------------------------------------------------------
-- Whose code this is; before it is known there is no ward to fence with.
CREATE FUNCTION hub.find_recovery(code bytea)
    RETURNS TABLE (ward_id uuid, person_id uuid, recovery_id uuid, state text, opens_at timestamptz, expires_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT r.ward_id, r.person_id, r.id, r.state, r.opens_at, r.expires_at FROM hub.recoveries r WHERE r.code_hash = find_recovery.code;
    END;
REVOKE EXECUTE ON FUNCTION hub.find_recovery(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.find_recovery(bytea) TO tsunagi_entry;

-- The mail that has waited longest of those that are due, in any ward; no other node gets it until this transaction ends.
CREATE FUNCTION hub.next_mail(now timestamptz)
    RETURNS TABLE
        ( ward_id uuid, id uuid, address text, kind text, fields jsonb, expires_at timestamptz, tries integer )
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT m.ward_id, m.id, p.mail, m.kind, m.fields, m.expires_at, m.tries
        FROM hub.mails m
        JOIN hub.people p ON p.ward_id = m.ward_id AND p.id = m.person_id
        WHERE m.state = 'waiting' AND m.next_at <= next_mail.now
        ORDER BY m.next_at, m.id
        LIMIT 1
        FOR UPDATE OF m SKIP LOCKED;
END $$;
REVOKE EXECUTE ON FUNCTION hub.next_mail(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.next_mail(timestamptz) TO tsunagi_system;

-- What became of it: sent, dead, or still waiting until `again`.
CREATE FUNCTION hub.settle_mail(ward uuid, mail uuid, state text, reason text, at timestamptz, again timestamptz) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        UPDATE hub.mails m SET
              state = settle_mail.state
            , reason = settle_mail.reason
            , tries = m.tries + 1
            , next_at = coalesce(settle_mail.again, m.next_at)
            , fields = CASE WHEN settle_mail.state = 'waiting' THEN m.fields END
            , settled_at = CASE WHEN settle_mail.state <> 'waiting' THEN settle_mail.at END
        WHERE m.ward_id = settle_mail.ward AND m.id = settle_mail.mail AND m.state = 'waiting';
    END;
REVOKE EXECUTE ON FUNCTION hub.settle_mail(uuid, uuid, text, text, timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.settle_mail(uuid, uuid, text, text, timestamptz, timestamptz) TO tsunagi_system;
