-- What both zones stand on: wards, organizations, people, credentials, sessions, trail.

CREATE TABLE hub.wards
    ( id uuid PRIMARY KEY
    , code text NOT NULL UNIQUE CHECK (code ~ '^[0-9A-Za-z-]{1,16}$')
    , name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60)
    , help_phone text NOT NULL DEFAULT ''
    , help_hours text NOT NULL DEFAULT ''
    , is_demo boolean NOT NULL DEFAULT false
    , created_at timestamptz NOT NULL
    );

-- A demo ward hands out sign-in links, so no ward may become one later.
CREATE FUNCTION hub.keep_demo_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.is_demo IS DISTINCT FROM OLD.is_demo THEN
        RAISE EXCEPTION 'the demo mark of a ward can never be changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_demo_mark BEFORE UPDATE ON hub.wards FOR EACH ROW EXECUTE FUNCTION hub.keep_demo_mark();

CREATE TABLE hub.organizations
    ( ward_id uuid NOT NULL REFERENCES hub.wards
    , id uuid NOT NULL
    , parent_id uuid
    , kind text NOT NULL
    , name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80)
    , code text
    , district text NOT NULL DEFAULT ''
    , networks cidr[] NOT NULL DEFAULT '{}'
    , calendar_template text NOT NULL DEFAULT ''
    -- Times of the day (design 4); NULL takes the default of the kind.
    , facility_cutoff time
    , worker_notice time
    , free_correction_until time
    , opened_on date NOT NULL
    , closed_on date
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, parent_id) REFERENCES hub.organizations (ward_id, id)
    );
CREATE UNIQUE INDEX organizations_name_key ON hub.organizations (ward_id, name) WHERE closed_on IS NULL;
CREATE INDEX organizations_parent ON hub.organizations (ward_id, parent_id);

CREATE TABLE hub.people
    ( ward_id uuid NOT NULL REFERENCES hub.wards
    , id uuid NOT NULL
    , display_name text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 60)
    , status text NOT NULL CHECK (status IN ('invited', 'active', 'suspended', 'left'))
    , language text NOT NULL DEFAULT 'ja' CHECK (language IN ('ja', 'en'))
    , created_at timestamptz NOT NULL
    , PRIMARY KEY (ward_id, id)
    );

CREATE TABLE hub.memberships
    ( ward_id uuid NOT NULL
    , id uuid NOT NULL
    , person_id uuid NOT NULL
    , organization_id uuid NOT NULL
    , role text NOT NULL CHECK (role IN ('reporter', 'facility_head', 'caseworker', 'supervisor', 'ward_admin', 'auditor', 'operator'))
    , from_on date NOT NULL
    , until_on date
    , suspended_at timestamptz
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, person_id) REFERENCES hub.people (ward_id, id)
    , FOREIGN KEY (ward_id, organization_id) REFERENCES hub.organizations (ward_id, id)
    , CHECK (until_on IS NULL OR until_on >= from_on)
    );
CREATE INDEX memberships_person ON hub.memberships (ward_id, person_id);
CREATE INDEX memberships_organization ON hub.memberships (ward_id, organization_id);

CREATE TABLE hub.invitations
    ( ward_id uuid NOT NULL
    , id uuid NOT NULL
    , person_id uuid NOT NULL
    , code_hash bytea NOT NULL UNIQUE CHECK (length(code_hash) = 32)
    , created_at timestamptz NOT NULL
    , expires_at timestamptz NOT NULL
    , spent_at timestamptz
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, person_id) REFERENCES hub.people (ward_id, id)
    );
CREATE INDEX invitations_person ON hub.invitations (ward_id, person_id);

CREATE TABLE hub.passkeys
    ( ward_id uuid NOT NULL
    , id uuid NOT NULL
    , person_id uuid NOT NULL
    , credential_id bytea NOT NULL UNIQUE CHECK (length(credential_id) BETWEEN 16 AND 1023)
    , credential jsonb NOT NULL
    , name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60)
    , created_at timestamptz NOT NULL
    , last_used_at timestamptz
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, person_id) REFERENCES hub.people (ward_id, id)
    );
CREATE INDEX passkeys_person ON hub.passkeys (ward_id, person_id);

-- A challenge waiting for its answer. It has no ward: whoever signs in is not known yet. Taken once, five minutes at most.
CREATE TABLE hub.ceremonies
    ( id uuid PRIMARY KEY
    , purpose text NOT NULL CHECK (purpose IN ('sign_in', 'enrol'))
    , state jsonb NOT NULL
    , expires_at timestamptz NOT NULL
    );
CREATE INDEX ceremonies_expiry ON hub.ceremonies (expires_at);

CREATE TABLE hub.sessions
    ( ward_id uuid NOT NULL
    , id uuid NOT NULL
    , token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32)
    , person_id uuid NOT NULL
    , membership_id uuid
    , opened_at timestamptz NOT NULL
    , seen_at timestamptz NOT NULL
    , verified_at timestamptz NOT NULL
    , ended_at timestamptz
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, person_id) REFERENCES hub.people (ward_id, id)
    , FOREIGN KEY (ward_id, membership_id) REFERENCES hub.memberships (ward_id, id)
    );
CREATE INDEX sessions_person ON hub.sessions (ward_id, person_id) WHERE ended_at IS NULL;

-- Every attempt to get in, also one that belongs to no ward we know.
CREATE TABLE hub.sign_ins
    ( id uuid PRIMARY KEY
    , ward_id uuid
    , at timestamptz NOT NULL
    , outcome text NOT NULL CHECK (outcome IN ('signed_in', 'enrolled', 'signed_out', 'refused'))
    , reason text NOT NULL DEFAULT ''
    , person_id uuid
    , address inet
    , agent text NOT NULL DEFAULT '' CHECK (length(agent) <= 200)
    );
CREATE INDEX sign_ins_ward ON hub.sign_ins (ward_id, at DESC);

-- Who did what, appended in the transaction that did it (design 3.4, 8).
CREATE TABLE hub.trail
    ( ward_id uuid NOT NULL
    , id uuid NOT NULL
    , at timestamptz NOT NULL
    , action text NOT NULL
    , principal text NOT NULL
    , person_id uuid
    , organization_id uuid
    , resource_kind text NOT NULL
    , resource_id uuid
    , detail jsonb NOT NULL DEFAULT '{}'
    , PRIMARY KEY (ward_id, id)
    );
CREATE INDEX trail_at ON hub.trail (ward_id, at DESC);
