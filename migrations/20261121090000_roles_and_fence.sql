-- The roles a transaction can stand in, and the settings its fence is made of.
-- Roles belong to the whole server, so another database of the same server may have made them already.
DO $$
DECLARE wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['tsunagi_entry', 'tsunagi_facility', 'tsunagi_office', 'tsunagi_admin', 'tsunagi_system'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END LOOP;
END $$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;

CREATE SCHEMA hub;
CREATE SCHEMA watch;
CREATE SCHEMA desk;

GRANT USAGE ON SCHEMA hub TO tsunagi_entry, tsunagi_facility, tsunagi_office, tsunagi_admin, tsunagi_system;
GRANT USAGE ON SCHEMA watch TO tsunagi_facility, tsunagi_office, tsunagi_admin, tsunagi_system;
GRANT USAGE ON SCHEMA desk TO tsunagi_office, tsunagi_admin, tsunagi_system;

-- The fence: set once at the start of a transaction, unset means no rows. Plain SQL bodies, so that the planner inlines them.
CREATE FUNCTION hub.ward() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(pg_catalog.current_setting('tsunagi.ward', true), '')::uuid;
CREATE FUNCTION hub.organization() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(pg_catalog.current_setting('tsunagi.organization', true), '')::uuid;
-- The actor's own organization and everything below it in the tree.
CREATE FUNCTION hub.organizations() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(pg_catalog.current_setting('tsunagi.organizations', true), '')::uuid[];
CREATE FUNCTION hub.person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(pg_catalog.current_setting('tsunagi.person', true), '')::uuid;
-- The injected clock's day in Japan: a request to watch opens and closes with it.
CREATE FUNCTION hub.today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(pg_catalog.current_setting('tsunagi.today', true), '')::date;
