-- 月次の情報提供が未提出 for the wards already there: what domain::rule::default_rules says of it.

INSERT INTO desk.rules (ward_id, code, version, threshold, threshold_strict, second, third, severity, enabled, from_at)
SELECT w.id, r.code, 1, r.threshold, r.threshold_strict, r.second, r.third, r.severity, true, now()
FROM hub.wards w
CROSS JOIN (VALUES ('I3', 7, 7, 0, 0, 'caution')) AS r (code, threshold, threshold_strict, second, third, severity)
ON CONFLICT DO NOTHING;
