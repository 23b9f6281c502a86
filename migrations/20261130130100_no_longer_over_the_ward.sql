-- Whoever was given a role over the ward at a board of education has it no more, and nothing proposed for one is waiting: the ward's
-- admins propose it anew at the ward's own office, or leave it. A ward cannot be without an admin by this: only those at its own
-- office ever counted as its last ones. Done twice it does nothing more.

UPDATE hub.memberships m
SET until_on = greatest(m.from_on, least(m.until_on, (now() AT TIME ZONE 'Asia/Tokyo')::date))
  , suspended_at = coalesce(m.suspended_at, now()), ended_reason = 'ended', shortened = false, until_before = NULL, revision = m.revision + 1
FROM hub.organizations o
WHERE o.ward_id = m.ward_id AND o.id = m.organization_id AND o.parent_id IS NOT NULL AND m.role IN ('ward_admin', 'auditor', 'operator')
  AND (m.until_on IS NULL OR m.until_on >= (now() AT TIME ZONE 'Asia/Tokyo')::date) AND (m.suspended_at IS NULL OR m.ended_reason = '');

UPDATE hub.proposals c SET state = 'withdrawn' FROM hub.organizations o
WHERE o.ward_id = c.ward_id AND o.id = c.organization_id AND o.parent_id IS NOT NULL AND c.state = 'open';
