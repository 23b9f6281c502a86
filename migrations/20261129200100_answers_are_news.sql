-- 様子の確認の依頼: what a facility answers is news to the office that asked.

ALTER TABLE desk.events DROP CONSTRAINT events_kind_check;
ALTER TABLE desk.events ADD CONSTRAINT events_kind_check CHECK (kind IN ('raised', 'risen', 'changed', 'answered'));

-- Of every alert for which the question was asked; the facility learns neither of them nor how many there are.
CREATE FUNCTION hub.announce_answer(watch uuid, day date)
    RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    INSERT INTO desk.events (ward_id, at, office_id, alert_id, kind, severity)
    SELECT a.ward_id, i.answered_at, a.office_id, a.id, 'answered', a.severity
    FROM watch.inquiries i
    JOIN watch.watches w ON w.ward_id = i.ward_id AND w.id = i.watch_id AND w.facility_id = hub.organization()
    JOIN desk.inquiries q ON q.ward_id = i.ward_id AND q.watch_id = i.watch_id AND q.day = i.day
    JOIN desk.alerts a ON a.ward_id = q.ward_id AND a.id = q.alert_id
    WHERE i.ward_id = hub.ward() AND i.watch_id = announce_answer.watch AND i.day = announce_answer.day AND i.answered_at IS NOT NULL;
$$;
REVOKE ALL ON FUNCTION hub.announce_answer(uuid, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.announce_answer(uuid, date) TO tsunagi_facility;
