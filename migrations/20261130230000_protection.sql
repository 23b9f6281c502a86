-- DV等支援措置: where such a child is must not be told to whoever asks, and a facility it has left must not learn the next one. The mark
-- goes with the child to every facility it is asked about at.

-- What the facility has to know, and all it gets to know: nobody is told whether the child is here.
ALTER TABLE watch.watches ADD discreet boolean NOT NULL DEFAULT false;
GRANT UPDATE (discreet) ON watch.watches TO tsunagi_office;

CREATE INDEX watches_discreet ON watch.watches (ward_id, name_key) WHERE discreet;

-- Until when the municipality has decided so (mostly a year, and renewed). Nothing ends with that day by itself.
ALTER TABLE desk.requests ADD protected_until date;

-- Registered anew, by hand or from a roster, a child is another child to the hub: it is marked where the office asks about a protected
-- one of the same name, and whoever knows better takes it off. Another stay of a child that is known here keeps what its child has.
-- Its last day stays unknown until somebody has entered it. A plan made while a ward has few children would read them all through for each
-- row of its first roster, which enable_seqscan = off keeps it from.
CREATE FUNCTION watch.stay_discreet() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
BEGIN
    NEW.discreet := NEW.discreet OR EXISTS
        (SELECT FROM watch.watches w WHERE w.ward_id = NEW.ward_id AND w.child_id = NEW.child_id AND w.discreet)
        OR EXISTS (SELECT FROM watch.watches w WHERE w.ward_id = NEW.ward_id AND w.name_key = NEW.name_key AND w.discreet)
           AND NOT EXISTS (SELECT FROM watch.watches w WHERE w.ward_id = NEW.ward_id AND w.child_id = NEW.child_id);
    RETURN NEW;
END
$$;
CREATE TRIGGER stay_discreet BEFORE INSERT ON watch.watches FOR EACH ROW EXECUTE FUNCTION watch.stay_discreet();

CREATE FUNCTION desk.stay_protected() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
BEGIN
    SELECT r.protected_until INTO NEW.protected_until FROM desk.requests r
    WHERE r.ward_id = NEW.ward_id AND r.watch_id = coalesce(NEW.continues, NEW.carried_from);
    RETURN NEW;
END
$$;
CREATE TRIGGER stay_protected BEFORE INSERT ON desk.requests FOR EACH ROW
    WHEN (NEW.continues IS NOT NULL OR NEW.carried_from IS NOT NULL) EXECUTE FUNCTION desk.stay_protected();
