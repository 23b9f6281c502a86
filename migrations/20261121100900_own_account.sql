-- One's own account: which passkey a session was opened, or last verified, with.
ALTER TABLE hub.sessions
      ADD passkey_id uuid
    , ADD FOREIGN KEY (ward_id, passkey_id) REFERENCES hub.passkeys (ward_id, id);
CREATE INDEX sessions_passkey ON hub.sessions (ward_id, passkey_id) WHERE passkey_id IS NOT NULL;

GRANT UPDATE (passkey_id) ON hub.sessions TO tsunagi_entry;
GRANT SELECT (passkey_id) ON hub.sessions TO tsunagi_facility, tsunagi_office, tsunagi_admin;
