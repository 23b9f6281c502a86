-- Ways into an account that one person alone must not open: what outlived a recovery, a staff code rewritten under its owner, and a
-- letter for somebody who had a passkey before.

-- Whoever gets an account back takes every other way into it away, accounts of the sign-in service too.
CREATE POLICY mine_ended ON hub.bindings FOR UPDATE TO tsunagi_entry
    USING (ward_id = (SELECT hub.ward()) AND person_id = (SELECT hub.person()) AND state = 'active')
    WITH CHECK (ward_id = (SELECT hub.ward()) AND person_id = (SELECT hub.person()) AND state = 'ended');
GRANT UPDATE (ended_at) ON hub.bindings TO tsunagi_entry;

-- When the staff code last became another one: whoever had come in before that is bound by nobody's claim any more.
ALTER TABLE hub.people ADD code_changed_at timestamptz;
GRANT UPDATE (code_changed_at) ON hub.people TO tsunagi_admin;

-- Whoever once had a passkey comes back by a recovery, which asks for an account in use, and by no letter that is out.
UPDATE hub.people p SET status = 'active'
    WHERE p.status = 'invited' AND EXISTS (SELECT FROM hub.passkeys k WHERE k.ward_id = p.ward_id AND k.person_id = p.id AND k.removed_at IS NOT NULL);
UPDATE hub.invitations i SET revoked_at = statement_timestamp()
    WHERE i.spent_at IS NULL AND i.revoked_at IS NULL
      AND EXISTS (SELECT FROM hub.passkeys k WHERE k.ward_id = i.ward_id AND k.person_id = i.person_id AND k.removed_at IS NOT NULL);
