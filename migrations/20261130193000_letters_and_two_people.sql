-- One person alone opens no account that is in use, and hands nobody the rights that a second one approves: letters are for who never
-- came in by anything, for who is proposed by whoever proposes, and whoever made one does not decide.

-- Also what has ended is asked for.
CREATE INDEX bindings_person ON hub.bindings (ward_id, person_id);

-- The second lock behind the rule of the program. None of these tables has a policy that looks back here.
CREATE POLICY newcomers_alone ON hub.invitations AS RESTRICTIVE FOR INSERT TO tsunagi_admin
    WITH CHECK (ward_id = (SELECT hub.ward()) AND sent_by IN ('letter', 'mail') AND created_by = (SELECT hub.person()) AND person_id <> (SELECT hub.person())
        -- a second passkey by letter is for who never acted as anything
        AND (SELECT count(*) FROM hub.passkeys k WHERE k.ward_id = invitations.ward_id AND k.person_id = invitations.person_id)
            <= CASE WHEN EXISTS (SELECT FROM hub.memberships m WHERE m.ward_id = invitations.ward_id AND m.person_id = invitations.person_id)
                   THEN 0 ELSE 1 END
        AND NOT EXISTS (SELECT FROM hub.passkeys k WHERE k.ward_id = invitations.ward_id AND k.person_id = invitations.person_id
                            AND k.removed_at IS NOT NULL)
        AND NOT EXISTS (SELECT FROM hub.bindings b WHERE b.ward_id = invitations.ward_id AND b.person_id = invitations.person_id
                            AND b.state IN ('active', 'ended'))
        -- whoever makes the letter has proposed, and so does not approve; a mail goes where an admin has written down
        AND (NOT EXISTS (SELECT FROM hub.proposals c WHERE c.ward_id = invitations.ward_id AND c.person_id = invitations.person_id
                             AND c.state = 'open')
            OR sent_by = 'letter' AND EXISTS (SELECT FROM hub.proposals c WHERE c.ward_id = invitations.ward_id AND c.person_id = invitations.person_id
                           AND c.state = 'open' AND c.proposed_by = (SELECT hub.person()))));

-- Nobody approves for an account that they hold the code of: a letter of theirs that was used, or the code of the last recovery, which
-- took away all that came before.
CREATE POLICY approved_by_another ON hub.proposals AS RESTRICTIVE FOR UPDATE TO tsunagi_admin
    USING (ward_id = (SELECT hub.ward()))
    WITH CHECK (ward_id = (SELECT hub.ward()) AND (state <> 'approved'
        OR NOT EXISTS
            ( SELECT FROM hub.invitations i
              WHERE i.ward_id = proposals.ward_id AND i.person_id = proposals.person_id AND i.created_by = proposals.decided_by
                AND i.spent_at IS NOT NULL
                AND NOT EXISTS (SELECT FROM hub.recoveries r WHERE r.ward_id = i.ward_id AND r.person_id = i.person_id AND r.state = 'spent'
                                    AND r.closed_at > i.spent_at) )
        AND NOT EXISTS
            ( SELECT FROM hub.recoveries r
              WHERE r.ward_id = proposals.ward_id AND r.person_id = proposals.person_id AND r.approved_by = proposals.decided_by
                AND r.state = 'spent'
                AND NOT EXISTS (SELECT FROM hub.recoveries o WHERE o.ward_id = r.ward_id AND o.person_id = r.person_id AND o.state = 'spent'
                                    AND o.closed_at > r.closed_at) )));

-- Whoever once came in by the sign-in service comes back by a recovery, which asks for an account in use, and by no letter that is
-- out. Nor does anybody who is proposed by what somebody else than whoever proposed them has made, or by a mail.
UPDATE hub.people p SET status = 'active'
    WHERE p.status = 'invited'
      AND EXISTS (SELECT FROM hub.bindings b WHERE b.ward_id = p.ward_id AND b.person_id = p.id AND b.state IN ('active', 'ended'));
UPDATE hub.invitations i SET revoked_at = statement_timestamp()
    WHERE i.spent_at IS NULL AND i.revoked_at IS NULL AND i.sent_by <> 'console'
      AND (EXISTS (SELECT FROM hub.bindings b WHERE b.ward_id = i.ward_id AND b.person_id = i.person_id AND b.state IN ('active', 'ended'))
          OR (EXISTS (SELECT FROM hub.proposals c WHERE c.ward_id = i.ward_id AND c.person_id = i.person_id AND c.state = 'open')
              AND NOT EXISTS (SELECT FROM hub.proposals c WHERE c.ward_id = i.ward_id AND c.person_id = i.person_id AND c.state = 'open'
                                  AND c.proposed_by = i.created_by AND i.sent_by = 'letter')));
