-- How the alerts of a rule are told first: one after the other, or several at once.

ALTER TABLE desk.rules
    ADD COLUMN route text NOT NULL DEFAULT 'ladder' CHECK (route IN ('ladder', 'worker_and_supervisor', 'all_at_once'));

-- What domain::rule::RuleCode::route says, for the wards already there; a test holds the two together. A version more, because until
-- now these rules told one person after the other, and a later review must be able to see that.
INSERT INTO desk.rules
    (ward_id, code, version, threshold, threshold_strict, second, third, severity, route, enabled, visit_breaks, from_at, why)
SELECT r.ward_id, r.code, r.version + 1, r.threshold, r.threshold_strict, r.second, r.third, r.severity, n.route, r.enabled, r.visit_breaks, now()
     , '「はじめの知らせ方」が加わり、担当と係長に同時に知らせるようになりました'
FROM (SELECT DISTINCT ON (o.ward_id, o.code) o.* FROM desk.rules o ORDER BY o.ward_id, o.code, o.version DESC) r
JOIN (VALUES
      ('A4', 'worker_and_supervisor')
    , ('A5', 'worker_and_supervisor')
    , ('A6', 'worker_and_supervisor')
    , ('S1', 'worker_and_supervisor')
    , ('S2', 'worker_and_supervisor')
    , ('S3', 'worker_and_supervisor')
    , ('S5', 'worker_and_supervisor')
    , ('T4', 'worker_and_supervisor')
    , ('K8', 'worker_and_supervisor')
    ) AS n (code, route) ON n.code = r.code;

-- A rule that is tried over the past comes back into the form as it was typed, its route too.
ALTER TABLE desk.back_tests
    ADD COLUMN route text NOT NULL DEFAULT 'ladder' CHECK (route IN ('ladder', 'worker_and_supervisor', 'all_at_once'));
DROP INDEX desk.back_tests_same;
CREATE UNIQUE INDEX back_tests_same
    ON desk.back_tests (ward_id, code, base, threshold, threshold_strict, second, third, severity, route, enabled, visit_breaks, until_on)
    WHERE state IN ('waiting', 'running', 'done');
