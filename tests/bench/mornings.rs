//! A city's morning: every class sends its sheet at once, each child judged by the rules before its sheet is committed.

use std::{
    fmt::Write,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use anyhow::Context;
use sqlx::AssertSqlSafe;
use tsunagi::{domain::ids::Id, web::Secret};
use uuid::Uuid;

use crate::{
    CLIENTS,
    client::Client,
    ground::{Ground, id, of},
    pgbench, say,
    wards::{CLASS, Ward},
};

const CLASSES: usize = 1_000;
/// One child in so many is away without a word, so that there is something to judge.
const AWAY: usize = 60;
/// The wards of the nights end before its numbers.
const CITY: Ward = Ward { base: 9_000_000, children: CLASSES * CLASS };

/// Prints how long it took from the first sheet sent to the last one answered, which is after its commit.
pub(crate) async fn run(ground: &Ground) -> anyhow::Result<()> {
    let today = ground.app.clock.today();
    let mut owner = ground.owner().await?;
    sqlx::raw_sql(AssertSqlSafe(city(&today.to_string()))).execute(&mut owner).await.context("a city")?;
    let bare = pgbench::classes(ground).await?;
    ground.settle().await?;
    let next = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let (next, address) = (Arc::clone(&next), ground.address);
        clients.push(tokio::spawn(async move {
            let mut client = Client::connect(address).await?;
            loop {
                let class = next.fetch_add(1, Ordering::Relaxed);
                if class >= CLASSES {
                    return anyhow::Ok(());
                }
                let status = client.post(&format!("/sheet/{today}"), &token(class), &form(class)).await?;
                anyhow::ensure!(status == 303, "a sheet answered {status}");
            }
        }));
    }
    for client in clients {
        client.await??;
    }
    let lasted = begun.elapsed().as_secs_f64();
    let alerts =
        format!("SELECT count(*) FROM desk.alerts WHERE ward_id = '{}' AND raised_at > now() - interval '1 hour'", CITY.id());
    let alerts: i64 = sqlx::query_scalar(AssertSqlSafe(alerts)).fetch_one(&mut owner).await?;
    #[expect(clippy::cast_precision_loss, reason = "a count of classes fits")]
    let least = CLASSES as f64 / bare;
    say(&format!(
        "  {CLASSES} classes of {CLASS} children: {lasted:.2} s to the last commit, {alerts} alerts raised; the children's rows alone, by pgbench: {least:.2} s   ratio {:.1}",
        lasted / least
    ));
    Ok(())
}

fn token(class: usize) -> String {
    format!("bench-morning-{class:06}")
}

fn form(class: usize) -> String {
    let mut form = format!("idempotency_key={}", Id::<Uuid>::random());
    for child in 0..CLASS {
        let nth = class * CLASS + child;
        let watch = id(0x26, CITY.base + nth);
        let mark = if nth.is_multiple_of(AWAY) { "A" } else { "P" };
        let _ = write!(form, "&version.{watch}=0&status.{watch}={mark}");
        if mark == "A" {
            let _ = write!(form, "&contact.{watch}=none&reason.{watch}=unknown");
        }
    }
    form
}

/// Each class has a teacher with a session; every child came on the ten days before, and behind the city lies a year of alerts: of one
/// child in five one that was closed, of one in thirty one in hand. A city without any would make the database plan for none.
fn city(today: &str) -> String {
    let (ward, place, (watch, child, facility)) = (CITY.id(), CITY.place(), CITY.of_child());
    let (teacher, office, alert) =
        (of(0x25, &format!("{} + f", CITY.base)), CITY.office(), of(0x28, &format!("{} + n", CITY.base)));
    let mut sql = CITY.script("morning", "計測市", today);
    let _ = write!(
        sql,
        "INSERT INTO hub.people (ward_id, id, display_name, status, created_at)
         SELECT '{ward}', {teacher}, '計測 ' || f, 'active', now() FROM generate_series(0, {CLASSES} - 1) f;
         INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on)
         SELECT '{ward}', {teacher}, {teacher}, {place}, 'reporter', '2020-04-01' FROM generate_series(0, {CLASSES} - 1) f;
         INSERT INTO watch.days (ward_id, child_id, day, watch_id, facility_id, version, status, attended, seen, mark)
         SELECT '{ward}', {child}, '{today}'::date - back, {watch}, {facility}, 1, 'P', true, true, '{{\"status\": \"P\"}}'
         FROM generate_series(0, {children} - 1) n, generate_series(1, 10) back;
         INSERT INTO desk.alerts (ward_id, id, watch_id, facility_id, office_id, rule, severity, level, count, as_of, condition, state, raised_at, due_at, closed_at, outcome, revision)
         SELECT '{ward}', {alert}, {watch}, {facility}, '{office}', 'A3', 'caution', 1, 3, '{today}'::date - 20, 'met'
              , CASE WHEN n % 30 = 0 THEN 'open' ELSE 'closed' END, now() - interval '20 days', now() - interval '19 days'
              , CASE WHEN n % 30 = 0 THEN NULL ELSE now() - interval '15 days' END, CASE WHEN n % 30 = 0 THEN NULL ELSE 'handled' END, 1
         FROM generate_series(0, {children} - 1, 5) n;\n",
        children = CITY.children
    );
    for class in 0..CLASSES {
        let hash = Secret::received(&token(class)).hash().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        let teacher = id(0x25, CITY.base + class);
        let _ = write!(
            sql,
            "INSERT INTO hub.sessions (ward_id, id, token_hash, person_id, membership_id, opened_at, seen_at, verified_at)
             VALUES ('{ward}', '{teacher}', '\\x{hash}', '{teacher}', '{teacher}', now(), now(), now());\n"
        );
    }
    sql.push_str("ANALYZE;");
    sql
}
