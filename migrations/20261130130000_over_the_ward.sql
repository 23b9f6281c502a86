-- Roles over the ward are held in its own office alone: what they do there reaches every school and every centre.
-- The second lock behind the rule of the program; organizations have no policy that looks back here.
CREATE POLICY over_the_ward ON hub.memberships AS RESTRICTIVE FOR INSERT TO tsunagi_admin, tsunagi_system
    WITH CHECK (ward_id = (SELECT hub.ward())
        AND (role NOT IN ('ward_admin', 'auditor', 'operator')
            OR EXISTS (SELECT FROM hub.organizations o WHERE o.ward_id = memberships.ward_id AND o.id = memberships.organization_id
                           AND o.parent_id IS NULL)));
