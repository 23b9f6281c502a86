//! The ward's desk for people: who works where, how they come in, and how nobody gets or keeps a right alone.

mod letters;
mod lists;
mod new_admins;
mod rights;
mod stopping;
mod table;
mod turns;
mod two_people;

use tsunagi::gate::Role;

use crate::support::{Answer, Caller, Staff, TestApp, World};

/// The ids of people a test adds.
fn id(number: u32) -> String {
    format!("00000009-0000-4000-8000-{number:012}")
}

/// One more person of the ward, without a membership.
async fn somebody(app: &TestApp, number: u32, name: &str, status: &str) -> String {
    let person = id(number);
    app.run(&format!(
        "INSERT INTO hub.people (ward_id, id, display_name, status, created_at) VALUES ('{}', '{person}', '{name}', '{status}', '2026-04-01T00:00:00Z')",
        app.world.ward
    ))
    .await;
    person
}

/// Gives a person passkeys, synced or not.
async fn keys(app: &TestApp, person: &str, synced: &[bool]) {
    for (number, synced) in synced.iter().enumerate() {
        app.run(&format!(
            "INSERT INTO hub.passkeys (ward_id, id, person_id, credential_id, credential, name, created_at, kind, synced)
             VALUES ('{}', gen_random_uuid(), '{person}', sha256('{person}{number}'), '{{}}', '鍵{number}', '2026-04-01T00:00:00Z', 'key', {synced})",
            app.world.ward
        ))
        .await;
    }
}

/// Approves a proposal as its page asks for it: with the passkeys that are shown, and the person met.
pub(super) async fn approve(app: &TestApp, caller: &Caller<'_>, person: &str, proposal: &str) -> Answer {
    let shown: String = app
        .value(&format!(
            "SELECT coalesce(string_agg(id::text, ' ' ORDER BY created_at, id), '') FROM hub.passkeys
             WHERE person_id = '{person}' AND removed_at IS NULL"
        ))
        .await;
    let fields = [("decision", "approve"), ("keys", shown.as_str()), ("met", "yes")];
    caller.post(&format!("/people/{person}/proposals/{proposal}"), &fields).await
}

/// A second admin of the ward, signed in; from now on the first one has a passkey too.
pub(super) async fn second_admin(app: &TestApp, number: u32) -> Staff {
    let person = somebody(app, number, "第二　管理", "active").await;
    let (ward, root, membership, session) = (app.world.ward, app.world.root.id, id(number + 1), id(number + 2));
    let token = format!("test-session-{session}");
    app.run(&format!(
        "INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on) VALUES ('{ward}', '{membership}', '{person}', '{root}', 'ward_admin', '2026-04-01');
         INSERT INTO hub.sessions (ward_id, id, token_hash, person_id, membership_id, opened_at, seen_at, verified_at)
         SELECT '{ward}', '{session}', sha256('{token}'), '{person}', '{membership}', s.opened_at, s.seen_at, s.verified_at FROM hub.sessions s WHERE s.id = '{}'",
        app.world.root.staff(Role::WardAdmin).session
    ))
    .await;
    app.run(&format!(
        "INSERT INTO hub.passkeys (ward_id, id, person_id, credential_id, credential, name, created_at, kind, synced)
         SELECT p.ward_id, gen_random_uuid(), p.id, sha256(('admin ' || p.id)::bytea), '{{}}', '鍵', '2026-04-01T00:00:00Z', 'key', false
         FROM hub.people p WHERE p.id IN ('{person}', '{}') ON CONFLICT DO NOTHING",
        app.world.root.staff(Role::WardAdmin).person
    ))
    .await;
    app.verify_everybody().await;
    Staff {
        person: person.parse().unwrap(),
        membership: membership.parse().unwrap(),
        session: session.parse().unwrap(),
        role: Role::WardAdmin,
        name: "第二　管理".to_owned(),
        token,
    }
}

/// A board of education below the ward's own office.
pub(super) async fn board(app: &TestApp) -> String {
    let board = id(900);
    app.run(&format!(
        "INSERT INTO hub.organizations (ward_id, id, parent_id, kind, name, opened_on)
         VALUES ('{}', '{board}', '{}', 'board_of_education', '架空区教育委員会', '2020-04-01')",
        app.world.ward, app.world.root.id
    ))
    .await;
    board
}

/// A hub on which everybody has just been verified.
async fn verified() -> TestApp {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    app
}

/// The fields of a post somebody shall get.
fn post(organization: &str, role: Role) -> [(&str, &str); 4] {
    [("organization", organization), ("role", role.code()), ("from_on", "2026-11-20"), ("end", "")]
}

async fn status(app: &TestApp, person: impl std::fmt::Display) -> String {
    app.value(&format!("SELECT status FROM hub.people WHERE id = '{person}'")).await
}

async fn open_sessions(app: &TestApp, person: impl std::fmt::Display) -> i64 {
    app.value(&format!("SELECT count(*) FROM hub.sessions WHERE person_id = '{person}' AND ended_at IS NULL")).await
}

fn root(world: &World) -> String {
    world.root.id.to_string()
}

fn caller<'a>(app: &'a TestApp, staff: &Staff) -> Caller<'a> {
    app.with_session(&staff.token)
}
