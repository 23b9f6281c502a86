//! Whoever comes in, or adds a passkey, and whoever changes their rights at the desk take turns: nobody waits for ever, and nothing is slipped in.

use std::time::Duration;

use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio::time::timeout;
use tsunagi::gate::Role;

use super::{
    caller,
    letters::{code, come_in, links},
    post, second_admin, somebody, verified,
};
use crate::support::{Authenticator, TestApp};

const FOREVER: Duration = Duration::from_secs(30);

/// Somebody at the desk who has the person locked, as whoever changes rights or codes does first of all.
async fn desk(app: &TestApp, person: &str, lock: &str) -> PgConnection {
    let mut desk = PgConnection::connect_with(&app.scratch.owner()).await.unwrap();
    let held = format!("BEGIN; SELECT FROM hub.people WHERE id = '{person}' FOR {lock}");
    sqlx::raw_sql(AssertSqlSafe(held)).execute(&mut desk).await.unwrap();
    desk
}

/// Goes on with the desk's transaction once somebody waits for it, and ends it.
async fn go_on(app: &TestApp, desk: &mut PgConnection, statement: &str) {
    let waits = "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE NOT l.granted AND a.datname = current_database()";
    while app.value::<i64>(waits).await == 0 {
        tokio::task::yield_now().await;
    }
    sqlx::raw_sql(AssertSqlSafe(format!("{statement}; COMMIT"))).execute(desk).await.expect("no deadlock");
}

#[tokio::test]
async fn whoever_comes_in_by_a_letter_and_whoever_takes_it_back_take_the_same_locks_in_the_same_order() {
    let app = verified().await;
    let person = somebody(&app, 20, "新任　教諭", "invited").await;
    let (path, nursery) = (format!("/people/{person}"), app.world.nursery.id.to_string());
    app.admin().post(&format!("{path}/memberships"), &post(&nursery, Role::Reporter)).await.expect(303);
    let printed = links(&app.admin().post(&format!("{path}/invitation"), &[]).await.expect(200));

    // As who prints anew: a lock for which no new passkey waits by itself, but whoever becomes active does.
    let mut desk = desk(&app, &person, "NO KEY UPDATE").await;
    let void = format!("UPDATE hub.invitations SET revoked_at = created_at WHERE person_id = '{person}'");
    let (code, mut key) = (code(&printed[0]), Authenticator::new(20));
    let both = async { tokio::join!(come_in(&app, &code, &mut key), go_on(&app, &mut desk, &void)) };
    let (came, ()) = timeout(FOREVER, both).await.expect("one waits for the other");
    came.expect(422);
    assert_eq!(app.value::<i64>(&format!("SELECT count(*) FROM hub.passkeys WHERE person_id = '{person}'")).await, 0);
}

#[tokio::test]
async fn a_passkey_added_while_the_desk_ends_the_sessions_is_none() {
    let app = verified().await;
    let staff = second_admin(&app, 10).await;
    let (me, person) = (caller(&app, &staff), staff.person.to_string());
    let keys = format!("SELECT count(*) FROM hub.passkeys WHERE person_id = '{person}'");
    let before: i64 = app.value(&keys).await;
    let begun = me.post_json("/me/passkeys/options", &json!({ "kind": "key" })).await.expect(200).json();
    let answer = json!({ "ceremony": begun["ceremony"], "credential": Authenticator::new(11).register(&begun["publicKey"]) });

    let mut desk = desk(&app, &person, "UPDATE").await;
    let out = format!("UPDATE hub.sessions SET ended_at = opened_at, ended_by = 'change' WHERE person_id = '{person}'");
    let both = async { tokio::join!(me.post_json("/me/passkeys", &answer), go_on(&app, &mut desk, &out)) };
    let (added, ()) = timeout(FOREVER, both).await.expect("one waits for the other");
    assert!(added.expect(303).location().starts_with("/sign-in"));
    assert_eq!(app.value::<i64>(&keys).await, before);
}
