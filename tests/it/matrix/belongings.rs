//! Rows that the walks alone need: what hangs on one person, so that it can be asked for by everybody else.

use std::fmt::Write;

use serde_json::json;
use tsunagi::gate::Side;
use uuid::Uuid;

use crate::support::{NOW, Place, Staff, TestApp, World};

/// Something that belongs to one person, each of whom has one of it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Belonging {
    Invitation = 3,
    Proposal,
    Device,
    /// Of those who work at an office.
    Absence,
    /// An account at the ward's service that they came back with.
    Ceremony,
}

impl Belonging {
    /// Told from the id of whose it is, as the ids of passkeys are.
    pub(crate) fn of(self, person: Uuid) -> Uuid {
        Uuid::from_u128(person.as_u128() ^ ((self as u128) << 120))
    }
}

/// Gives everybody in both wards one of each.
pub(super) async fn give(app: &TestApp) {
    let mut sql = String::new();
    for world in [&app.world, &app.other] {
        for (place, staff) in world.people() {
            rows(&mut sql, world, place, staff);
        }
    }
    app.run(&sql).await;
}

fn rows(sql: &mut String, world: &World, place: &Place, staff: &Staff) {
    let (ward, person, root, by) = (world.ward, staff.person, world.root.id, world.double.person);
    let id = |kind: Belonging| kind.of(person.uuid());
    let (invitation, device, ceremony) = (id(Belonging::Invitation), id(Belonging::Device), id(Belonging::Ceremony));
    let identity = json!({ "issuer": "https://accounts.example", "subject": "somebody", "account": "somebody" });
    let kept = json!({ "Back": { "session": staff.session, "person": person, "identity": identity } });
    let _ = writeln!(
        sql,
        "INSERT INTO hub.invitations (ward_id, id, person_id, code_hash, created_at, expires_at, sent_by, created_by)
         VALUES ('{ward}', '{invitation}', '{person}', sha256('{invitation}'), '{NOW}', '2026-12-01T00:00:00Z', 'letter', '{by}');
         INSERT INTO hub.proposals (ward_id, id, person_id, organization_id, role, from_on, proposed_by, proposed_at)
         VALUES ('{ward}', '{}', '{person}', '{root}', 'auditor', '2027-04-01', '{by}', '{NOW}');
         INSERT INTO hub.push_devices (ward_id, id, person_id, endpoint, endpoint_hash, public_key, auth, agent, created_at)
         VALUES ('{ward}', '{device}', '{person}', 'https://push.example/{device}', sha256('{device}'), decode(repeat('04', 65), 'hex')
                 , decode(repeat('00', 16), 'hex'), 'tests', '{NOW}');
         INSERT INTO hub.ceremonies (id, purpose, state, expires_at) VALUES ('{ceremony}', 'provider', '{kept}', '2026-12-01T00:00:00Z');",
        id(Belonging::Proposal)
    );
    if place.side() == Side::Office {
        let _ = writeln!(
            sql,
            "INSERT INTO desk.absences (ward_id, id, office_id, person_id, from_on, until_on, entered_by, entered_at)
             VALUES ('{ward}', '{}', '{}', '{person}', '2027-01-04', '2027-01-08', '{person}', '{NOW}');",
            id(Belonging::Absence),
            place.id
        );
    }
}
