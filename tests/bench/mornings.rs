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
    ground::{Ground, WARD, id, of},
    say,
};

const CLASSES: usize = 1_000;
const CHILDREN: usize = 30;
/// One child in so many is away without a word, so that there is something to judge.
const AWAY: usize = 60;
/// Numbers of this ward's rows begin here; the wards of the nights end before.
const BASE: usize = 9_000_000;

/// Prints how long it took from the first sheet sent to the last one answered, which is after its commit.
pub(crate) async fn run(ground: &Ground) -> anyhow::Result<()> {
    let today = ground.app.clock.today();
    let mut owner = ground.owner().await?;
    sqlx::raw_sql(AssertSqlSafe(ward(&today.to_string()))).execute(&mut owner).await.context("a city")?;
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
    let alerts = format!("SELECT count(*) FROM desk.alerts WHERE ward_id = '{}'", id(0x21, BASE));
    let alerts: i64 = sqlx::query_scalar(AssertSqlSafe(alerts)).fetch_one(&mut owner).await?;
    say(&format!("  {CLASSES} classes of {CHILDREN} children: {lasted:.2} s to the last commit, {alerts} alerts raised"));
    Ok(())
}

fn token(class: usize) -> String {
    format!("bench-morning-{class:06}")
}

fn form(class: usize) -> String {
    let mut form = format!("idempotency_key={}", Id::<Uuid>::random());
    for child in 0..CHILDREN {
        let nth = class * CHILDREN + child;
        let watch = id(0x26, BASE + nth);
        let mark = if nth.is_multiple_of(AWAY) { "A" } else { "P" };
        let _ = write!(form, "&version.{watch}=0&status.{watch}={mark}");
        if mark == "A" {
            let _ = write!(form, "&contact.{watch}=none&reason.{watch}=unknown");
        }
    }
    form
}

/// A ward of classes with a teacher and a session each; every child came on the ten days before and has a caseworker.
fn ward(today: &str) -> String {
    let (ward, office, worker) = (id(0x21, BASE), id(0x22, BASE), id(0x24, BASE));
    let place = of(0x23, &format!("{BASE} + f"));
    let teacher = of(0x25, &format!("{BASE} + f"));
    let (watch, child) = (of(0x26, &format!("{BASE} + n")), of(0x27, &format!("{BASE} + n")));
    let facility = of(0x23, &format!("{BASE} + n / {CHILDREN}"));
    let children = CLASSES * CHILDREN;
    let mut sql = format!(
        "INSERT INTO hub.wards (id, code, name, created_at) VALUES ('{ward}', 'morning', '計測市', now());
         INSERT INTO hub.organizations (ward_id, id, kind, name, opened_on) VALUES ('{ward}', '{office}', 'child_family_centre', '計測センター', '2020-04-01');
         INSERT INTO watch.calendar_templates (ward_id, code, name, open_weekdays, open_on_holidays) VALUES ('{ward}', 'every', '年中無休', '{{1,2,3,4,5,6,7}}', true);
         INSERT INTO desk.rules (ward_id, code, version, threshold, threshold_strict, second, third, severity, enabled, from_at)
         SELECT '{ward}', code, version, threshold, threshold_strict, second, third, severity, enabled, from_at FROM desk.rules WHERE ward_id = '{WARD}';
         INSERT INTO hub.organizations (ward_id, id, parent_id, kind, name, calendar_template, opened_on)
         SELECT '{ward}', {place}, '{office}', 'elementary_school', '計測校' || f, 'every', '2020-04-01' FROM generate_series(0, {CLASSES} - 1) f;
         INSERT INTO hub.people (ward_id, id, display_name, status, created_at) VALUES ('{ward}', '{worker}', '計測 担当', 'active', now());
         INSERT INTO hub.people (ward_id, id, display_name, status, created_at)
         SELECT '{ward}', {teacher}, '計測 ' || f, 'active', now() FROM generate_series(0, {CLASSES} - 1) f;
         INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on)
         VALUES ('{ward}', '{worker}', '{worker}', '{office}', 'caseworker', '2020-04-01');
         INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on)
         SELECT '{ward}', {teacher}, {teacher}, {place}, 'reporter', '2020-04-01' FROM generate_series(0, {CLASSES} - 1) f;
         INSERT INTO watch.watches (ward_id, id, child_id, facility_id, name, name_key, grade, from_on)
         SELECT '{ward}', {watch}, {child}, {facility}, '計測 児童' || n, '計測児童' || n, 'e3', '{today}'::date - 300 FROM generate_series(0, {children} - 1) n;
         INSERT INTO desk.requests (ward_id, watch_id, office_id, ground, assigned_to, created_at)
         SELECT '{ward}', w.id, '{office}', 'guideline_registered', '{worker}', now() - interval '300 days' FROM watch.watches w WHERE w.ward_id = '{ward}';
         INSERT INTO watch.days (ward_id, child_id, day, watch_id, facility_id, version, status, attended, seen, mark)
         SELECT '{ward}', {child}, '{today}'::date - back, {watch}, {facility}, 1, 'P', true, true, '{{\"status\": \"P\"}}'
         FROM generate_series(0, {children} - 1) n, generate_series(1, 10) back;\n"
    );
    for class in 0..CLASSES {
        let hash = Secret::received(&token(class)).hash().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        let teacher = id(0x25, BASE + class);
        let _ = write!(
            sql,
            "INSERT INTO hub.sessions (ward_id, id, token_hash, person_id, membership_id, opened_at, seen_at, verified_at)
             VALUES ('{ward}', '{teacher}', '\\x{hash}', '{teacher}', '{teacher}', now(), now(), now());\n"
        );
    }
    sql.push_str("ANALYZE;");
    sql
}
