-- Logs that can be searched and taken away, and tokens for the systems of schools: one facility each, and nothing but its attendance.

-- The role such a system stands in. Roles belong to the whole server, so another database of it may have made it already.
DO $$ BEGIN
    CREATE ROLE tsunagi_client NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
GRANT USAGE ON SCHEMA hub, watch TO tsunagi_client;

-- The token in use, set with the rest of the fence.
CREATE FUNCTION hub.client() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(pg_catalog.current_setting('tsunagi.client', true), '')::uuid;
GRANT EXECUTE ON FUNCTION hub.client() TO tsunagi_client;

CREATE TABLE hub.api_tokens
    ( ward_id uuid NOT NULL
    , id uuid NOT NULL
    , organization_id uuid NOT NULL
    -- the school's system, as the desk calls it
    , name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60)
    , token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32)
    -- where it may be used from; empty is everywhere
    , networks cidr[] NOT NULL DEFAULT '{}'
    , created_by uuid NOT NULL
    , created_at timestamptz NOT NULL
    , expires_at timestamptz NOT NULL
    , last_used_at timestamptz
    , revoked_at timestamptz
    , revoked_by uuid
    , PRIMARY KEY (ward_id, id)
    , FOREIGN KEY (ward_id, organization_id) REFERENCES hub.organizations (ward_id, id)
    , FOREIGN KEY (ward_id, created_by) REFERENCES hub.people (ward_id, id)
    , FOREIGN KEY (ward_id, revoked_by) REFERENCES hub.people (ward_id, id)
    , CONSTRAINT api_tokens_a_year_at_most CHECK (expires_at > created_at AND expires_at <= created_at + interval '366 days')
    );
CREATE INDEX api_tokens_organization ON hub.api_tokens (ward_id, organization_id, created_at);

ALTER TABLE hub.api_tokens ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_ward ON hub.api_tokens TO tsunagi_admin USING (ward_id = (SELECT hub.ward()));
CREATE POLICY itself ON hub.api_tokens TO tsunagi_client USING (ward_id = (SELECT hub.ward()) AND id = (SELECT hub.client()));
GRANT SELECT (ward_id, id, organization_id, name, networks, created_by, created_at, expires_at, last_used_at, revoked_at, revoked_by)
    , INSERT, UPDATE (revoked_at, revoked_by) ON hub.api_tokens TO tsunagi_admin;
GRANT SELECT (ward_id, id, organization_id, name, expires_at, last_used_at), UPDATE (last_used_at) ON hub.api_tokens TO tsunagi_client;

-- A system sees its own facility and the calendar it goes by, and adds to the trail. No person, no child.
CREATE POLICY own_facility ON hub.organizations FOR SELECT TO tsunagi_client
    USING (ward_id = (SELECT hub.ward()) AND id = (SELECT hub.organization()));
CREATE POLICY by_token ON hub.trail FOR INSERT TO tsunagi_client WITH CHECK (ward_id = (SELECT hub.ward()));
CREATE POLICY of_the_ward ON watch.holidays FOR SELECT TO tsunagi_client USING (ward_id = (SELECT hub.ward()));
CREATE POLICY of_the_ward ON watch.calendar_templates FOR SELECT TO tsunagi_client USING (ward_id = (SELECT hub.ward()));
CREATE POLICY of_the_ward ON watch.template_days FOR SELECT TO tsunagi_client USING (ward_id = (SELECT hub.ward()));
CREATE POLICY own_facility ON watch.calendar_days FOR SELECT TO tsunagi_client
    USING (ward_id = (SELECT hub.ward()) AND facility_id = (SELECT hub.organization()));
GRANT SELECT ON hub.organizations, watch.holidays, watch.calendar_templates, watch.template_days, watch.calendar_days TO tsunagi_client;
GRANT INSERT ON hub.trail TO tsunagi_client;

-- What a token opens; before it is known there is no ward to fence with. Nothing here says what the token is: only its hash finds it.
CREATE FUNCTION hub.find_token(token bytea)
    RETURNS TABLE
        ( ward_id uuid, token_id uuid, organization_id uuid, expires_at timestamptz, revoked_at timestamptz, last_used_at timestamptz
        , networks cidr[], closed_on date )
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT t.ward_id, t.id, t.organization_id, t.expires_at, t.revoked_at, t.last_used_at, t.networks, o.closed_on
        FROM hub.api_tokens t
        JOIN hub.organizations o ON o.ward_id = t.ward_id AND o.id = t.organization_id
        WHERE t.token_hash = find_token.token;
    END;

CREATE OR REPLACE FUNCTION hub.admit_runtime(login text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT tsunagi_entry, tsunagi_facility, tsunagi_office, tsunagi_admin, tsunagi_system, tsunagi_client TO %I', login);
    EXECUTE format('GRANT USAGE ON SCHEMA hub TO %I', login);
    EXECUTE format('GRANT EXECUTE ON FUNCTION hub.find_session(bytea, date), hub.find_token(bytea) TO %I', login);
END $$;

-- The sign-in log ------------------------------------------------------------------------------------------------------------
-- The token that was turned away, where it was one of the ward's.
ALTER TABLE hub.sign_ins ADD token_id uuid;

-- The one ward of an installation, or nothing where there are several.
CREATE FUNCTION hub.only_ward() RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    RETURN (SELECT CASE WHEN count(*) = 1 THEN (array_agg(w.id))[1] END FROM hub.wards w);
GRANT EXECUTE ON FUNCTION hub.only_ward() TO tsunagi_admin;

-- An unknown passkey or invitation belongs to no ward; where there is only one, it was tried at its door.
CREATE POLICY at_the_only_door ON hub.sign_ins FOR SELECT TO tsunagi_admin
    USING (ward_id IS NULL AND (SELECT hub.only_ward()) = (SELECT hub.ward()));

-- Pages go backwards in time; a line's place among those of the same moment is its id.
CREATE INDEX sign_ins_newest ON hub.sign_ins (ward_id, at DESC, id DESC);
DROP INDEX hub.sign_ins_ward;
CREATE INDEX trail_newest ON hub.trail (ward_id, at DESC, id DESC);
CREATE INDEX trail_person ON hub.trail (ward_id, person_id, at DESC, id DESC);
DROP INDEX hub.trail_at;
-- Since when somebody is suspended is in the trail alone; the monthly lists ask for it.
CREATE INDEX trail_suspensions ON hub.trail (ward_id, resource_id, at DESC) WHERE action = 'suspendPerson';
