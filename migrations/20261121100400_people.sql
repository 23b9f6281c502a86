-- The ward's desk for people: the last sign-in of each without walking the log, and a way in for whoever is to get a right that
-- needs two passkeys first.

CREATE INDEX sign_ins_person ON hub.sign_ins (ward_id, person_id, at DESC) WHERE person_id IS NOT NULL;
-- One wish at a time: a second one for the same right would have to be decided twice.
CREATE UNIQUE INDEX proposals_once ON hub.proposals (ward_id, person_id, organization_id, role) WHERE state = 'open';

-- Whoever has been proposed may register passkeys before anybody decides (security B8); acting needs the membership.
CREATE POLICY mine ON hub.proposals FOR SELECT TO tsunagi_entry
    USING (ward_id = (SELECT hub.ward()) AND person_id = (SELECT hub.person()) AND state = 'open');
GRANT SELECT (ward_id, person_id, organization_id, role, state) ON hub.proposals TO tsunagi_entry;
