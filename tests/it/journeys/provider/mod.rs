//! Signing in through the ward's own sign-in service (`OpenID` Connect): against a real one, and against everything it can get wrong.

mod answers;
mod authority;
mod binding;
mod claims;
mod required;
mod settings;

use tsunagi::domain::ids::{Id, Person};

use crate::support::{Service, TestApp};

/// The refusals so far, oldest first.
pub(super) async fn reasons(app: &TestApp) -> Vec<String> {
    let rows = app.sql("SELECT reason FROM hub.sign_ins WHERE outcome = 'refused' ORDER BY xmin::text::bigint, id").await;
    rows.iter().map(|row| row["reason"].as_str().unwrap_or_default().to_owned()).collect()
}

/// How many came in.
async fn signed_in(app: &TestApp) -> i64 {
    app.value("SELECT count(*) FROM hub.sign_ins WHERE outcome = 'signed_in'").await
}

/// The account is the person's, as if somebody had approved it.
pub(super) async fn bind(app: &TestApp, service: &Service, person: Id<Person>, subject: &str) {
    app.run(&format!(
        "INSERT INTO hub.bindings (ward_id, id, person_id, issuer, subject, account, state, proposed_at, decided_by, decided_at)
         SELECT p.ward_id, gen_random_uuid(), p.id, '{}', '{subject}', '{subject}', 'active', now(), o.id, now()
         FROM hub.people p, hub.people o WHERE p.id = '{person}' AND o.ward_id = p.ward_id AND o.id <> p.id LIMIT 1",
        service.issuer
    ))
    .await;
}
