-- 様子の確認の依頼: a report answers a question too, and is news to the office that asked; whatever comes is told once.

ALTER TABLE watch.inquiries
    -- what whoever asked was told last: that a report has come, or the short answer
      ADD COLUMN told text CHECK (told IN ('reported', 'answered'))
    , ADD COLUMN told_at timestamptz
    , ADD CONSTRAINT inquiries_told CHECK ((told IS NULL) = (told_at IS NULL));

-- What came before today is no news.
UPDATE watch.inquiries SET told = 'answered', told_at = answered_at WHERE answer IS NOT NULL;
UPDATE watch.inquiries i SET told = 'reported', told_at = came.at
FROM ( SELECT q.ward_id, q.watch_id, q.day, min(v.reported_at) AS at
       FROM watch.inquiries q
       JOIN ( SELECT ward_id, watch_id, day, reported_at FROM watch.reports
              UNION ALL SELECT ward_id, watch_id, day, reported_at FROM watch.urgent_reports ) v
         ON v.ward_id = q.ward_id AND v.watch_id = q.watch_id AND v.day = q.day AND v.reported_at >= q.asked_at
       WHERE q.answer IS NULL
       GROUP BY q.ward_id, q.watch_id, q.day ) came
WHERE i.ward_id = came.ward_id AND i.watch_id = came.watch_id AND i.day = came.day;

-- Every sheet looks here whether anybody waits for one of its children: only open questions stand in it, a handful a day.
CREATE INDEX inquiries_open ON watch.inquiries (ward_id, day, watch_id) WHERE told IS NULL;

ALTER TABLE desk.events DROP CONSTRAINT events_kind_check;
ALTER TABLE desk.events ADD CONSTRAINT events_kind_check CHECK (kind IN ('raised', 'risen', 'changed', 'answered', 'reported'));

-- Of every alert for which one of these children was asked about: a report at first, or the short answer, each once. The facility learns
-- neither of the alerts nor how many there are, only whether somebody should be woken.
DROP FUNCTION hub.announce_answer(uuid, date);
CREATE FUNCTION hub.announce_answer(watches uuid[], day date, at timestamptz)
    RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    is_news boolean;
BEGIN
    WITH came AS
        ( UPDATE watch.inquiries i
          SET told = CASE WHEN i.answer IS NULL THEN 'reported' ELSE 'answered' END, told_at = announce_answer.at
          FROM watch.watches w
          WHERE i.ward_id = hub.ward() AND i.watch_id = ANY (announce_answer.watches) AND i.day = announce_answer.day
            AND w.ward_id = i.ward_id AND w.id = i.watch_id AND w.facility_id = hub.organization()
            -- a short answer also after a report; a report only after the question, and once
            AND (i.answer IS NOT NULL AND i.told IS DISTINCT FROM 'answered' OR i.told IS NULL AND i.asked_at <= announce_answer.at)
          RETURNING i.ward_id, i.watch_id, i.day, i.told )
    , news AS
        ( INSERT INTO desk.events (ward_id, at, office_id, alert_id, kind, severity)
          SELECT a.ward_id, announce_answer.at, a.office_id, a.id, came.told, a.severity
          FROM came
          JOIN desk.inquiries q ON q.ward_id = came.ward_id AND q.watch_id = came.watch_id AND q.day = came.day
          JOIN desk.alerts a ON a.ward_id = q.ward_id AND a.id = q.alert_id
          RETURNING 1 )
    SELECT EXISTS (SELECT FROM news) INTO is_news;
    RETURN is_news;
END $$;
REVOKE ALL ON FUNCTION hub.announce_answer(uuid[], date, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.announce_answer(uuid[], date, timestamptz) TO tsunagi_facility, tsunagi_client;
