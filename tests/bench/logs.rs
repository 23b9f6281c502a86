//! The first pages of logs that have grown for years: a million sign-ins and a million lines of the trail.

use std::time::Instant;

use anyhow::Context;
use sqlx::AssertSqlSafe;

use crate::{
    client::Client,
    ground::{Ground, WARD, id},
    say,
};

const ADMIN: &str = "bench-admin";
const AUDITOR: &str = "bench-auditor";

/// Fills both logs and prints how long pages of them take, in milliseconds.
pub(crate) async fn run(ground: &Ground) -> anyhow::Result<()> {
    let mut owner = ground.owner().await?;
    sqlx::raw_sql(AssertSqlSafe(rows())).execute(&mut owner).await.context("a million lines of each log")?;
    let mut client = Client::connect(ground.address).await?;
    for (token, path) in [
        (ADMIN, "/sign-ins"),
        (ADMIN, "/sign-ins?outcome=refused"),
        (ADMIN, "/sign-ins?reason=synced_passkey"),
        (ADMIN, "/sign-ins?since=2025-12-10&until=2025-12-11"),
        (ADMIN, "/sign-ins?page=1000"),
        (ADMIN, "/sign-ins?page=20000"),
        (ADMIN, "/organizations"),
        (ADMIN, "/people"),
        (AUDITOR, "/trail"),
        (AUDITOR, "/trail?action=exportTrail"),
        (AUDITOR, "/trail?since=2025-12-10&until=2025-12-11"),
    ] {
        let begun = Instant::now();
        let status = client.get(path, token).await?;
        anyhow::ensure!(status == 200, "{path} answered {status}");
        say(&format!("  {:>8.1}  {path}", begun.elapsed().as_secs_f64() * 1000.0));
    }
    Ok(())
}

/// Two people of the ward's own office with sessions, and the lines.
fn rows() -> String {
    let root = id(9, 1);
    let member = |number: usize, role: &str, token: &str| {
        let (person, membership, session) = (id(9, 10 + number), id(9, 20 + number), id(9, 30 + number));
        format!(
            "INSERT INTO hub.people (ward_id, id, display_name, status, created_at) VALUES ('{WARD}', '{person}', '計測 {role}', 'active', now());
             INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on) VALUES ('{WARD}', '{membership}', '{person}', '{root}', '{role}', '2020-01-01');
             INSERT INTO hub.sessions (ward_id, id, token_hash, person_id, membership_id, opened_at, seen_at, verified_at)
             VALUES ('{WARD}', '{session}', sha256('{token}'), '{person}', '{membership}', now(), now(), now());"
        )
    };
    format!(
        "INSERT INTO hub.organizations (ward_id, id, kind, name, opened_on) VALUES ('{WARD}', '{root}', 'ward_office', '計測区役所', '2000-01-01');
         {} {}
         INSERT INTO hub.sign_ins (id, ward_id, at, outcome, reason, person_id, address, agent)
         SELECT gen_random_uuid(), '{WARD}', timestamptz '2026-11-20' - n * interval '30 seconds', CASE WHEN n % 100 = 0 THEN 'refused' ELSE 'signed_in' END
              , CASE WHEN n % 100000 = 0 THEN 'synced_passkey' WHEN n % 100 = 0 THEN 'bad_passkey' ELSE '' END, '{person}', '192.0.2.7', 'Mozilla/5.0'
         FROM generate_series(1, 1000000) n;
         INSERT INTO hub.trail (ward_id, id, at, action, principal, person_id, resource_kind)
         SELECT '{WARD}', gen_random_uuid(), timestamptz '2026-11-20' - n * interval '30 seconds', 'readSheet', 'reporter', '{person}', 'Organization'
         FROM generate_series(1, 1000000) n;
         ANALYZE hub.sign_ins; ANALYZE hub.trail;",
        member(1, "ward_admin", ADMIN),
        member(2, "auditor", AUDITOR),
        person = id(9, 11),
    )
}
