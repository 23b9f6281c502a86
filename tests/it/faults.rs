//! Faults of the ground the hub stands on: a killed hub, a killed and a frozen database. Against the real program.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;
use tokio::time::sleep;
use tsunagi::{
    domain::ids::Id,
    gate::Role,
    store::cluster::{Access, Cluster, Joined},
};
use uuid::Uuid;

use crate::support::{MailServer, Manners, Process, Wire, World};

/// A hub in a process of its own that brings its database along, with a world in it.
struct Hub {
    // Ends before its folder goes.
    process: Process,
    data: TempDir,
    wire: Wire,
    world: World,
}

impl Hub {
    async fn start() -> Self {
        Self::with(Vec::new()).await
    }

    async fn with(settings: Vec<(&'static str, String)>) -> Self {
        let data = TempDir::new().unwrap();
        let process = Process::serve(data.path(), settings);
        let [world, _] = World::both();
        let wire = process.browser().with_session(&world.elementary.staff(Role::Reporter).token);
        let hub = Self { process, data, wire, world };
        hub.process.ready().await;
        // The hub's clock is the real one here: requests and sessions begin now.
        let now = jiff_now(&hub).await;
        let sql =
            format!("{} UPDATE hub.sessions SET opened_at = '{now}', seen_at = '{now}', verified_at = '{now}';", hub.world.sql());
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut hub.owner().await).await.unwrap();
        sqlx::raw_sql("UPDATE hub.organizations SET calendar_template = 'every_day' WHERE calendar_template <> ''")
            .execute(&mut hub.owner().await)
            .await
            .unwrap();
        hub
    }

    async fn access(&self) -> Access {
        match Cluster::connect_or_start(self.data.path(), &|_| {}).await.unwrap() {
            Joined::Guest(access) => access,
            Joined::Started(_) => panic!("the hub's own server runs"),
        }
    }

    async fn owner(&self) -> PgConnection {
        PgConnection::connect_with(&self.access().await.owner()).await.unwrap()
    }

    async fn count(&self, query: &str) -> i64 {
        sqlx::query_scalar(sqlx::AssertSqlSafe(query.to_owned())).fetch_one(&mut self.owner().await).await.unwrap()
    }

    fn postmaster(&self) -> Pid {
        let file = self.data.path().join("postgres/cluster/postmaster.pid");
        let pid = std::fs::read_to_string(file).unwrap().lines().next().unwrap().parse().unwrap();
        Pid::from_raw(pid)
    }

    /// One child's report for a day, as the sheet sends it.
    fn form(&self, key: Uuid) -> String {
        let watch = self.world.watch(&self.world.centre, &self.world.elementary).id;
        format!("idempotency_key={key}&version.{watch}=0&status.{watch}=P&note.{watch}=%E3%83%A1%E3%83%A2")
    }
}

/// The database's clock is the hub's clock here: one machine.
async fn jiff_now(hub: &Hub) -> String {
    sqlx::query_scalar("SELECT now()::text").fetch_one(&mut hub.owner().await).await.unwrap()
}

/// The last days a sheet can still be sent for, oldest first.
async fn days(hub: &Hub) -> Vec<String> {
    let query = "SELECT d::date::text FROM generate_series((now() AT TIME ZONE 'Asia/Tokyo')::date - 30, (now() AT TIME ZONE 'Asia/Tokyo')::date, '1 day') d";
    sqlx::query_scalar(query).fetch_all(&mut hub.owner().await).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_killed_while_reports_come_in_keeps_every_acknowledged_one_once() {
    let mut hub = Hub::start().await;
    let planned: BTreeMap<String, Uuid> = days(&hub).await.into_iter().map(|day| (day, Id::<Uuid>::random().uuid())).collect();
    let (wire, forms) = (hub.wire.clone(), planned.iter().map(|(day, key)| (day.clone(), hub.form(*key))).collect::<Vec<_>>());
    let sending = tokio::spawn(async move {
        let mut acknowledged = Vec::new();
        for (day, form) in forms {
            match wire.post(&format!("/sheet/{day}"), &form).await {
                Some(answer) if answer.status == 303 => acknowledged.push(day),
                _ => break,
            }
        }
        acknowledged
    });
    sleep(Duration::from_millis(120)).await;
    hub.process.kill();
    let acknowledged = sending.await.unwrap();
    assert!(acknowledged.len() < planned.len(), "the hub was killed in the middle of it");

    hub.process.again();
    hub.process.ready().await;
    for (day, key) in &planned {
        if acknowledged.contains(day) {
            assert_eq!(
                hub.count(&format!("SELECT count(*) FROM watch.submissions WHERE idempotency_key = '{key}'")).await,
                1,
                "{day} was acknowledged"
            );
        }
        // What was not acknowledged is sent again, with the same key: there once in the end, whatever happened.
        let answer = hub.wire.post(&format!("/sheet/{day}"), &hub.form(*key)).await.unwrap();
        assert_eq!(answer.status, 303, "{day}");
    }
    let centre = hub.world.watch(&hub.world.centre, &hub.world.elementary).id;
    assert_eq!(hub.count(&format!("SELECT count(*) FROM watch.reports WHERE watch_id = '{centre}'")).await, 31);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_killed_between_sending_a_mail_and_writing_it_down_loses_none_and_repeats_it_under_the_same_id() {
    let server = MailServer::wrapped("localhost", Manners { falls_silent_at: Some("DATA"), ..Manners::default() }).await;
    let mut hub = Hub::with(server.settings("localhost", true).to_vec()).await;
    // Somebody whom nothing else is sent to: two mails, and the server takes the first without ever saying so.
    let (ward, person) = (hub.world.ward, hub.world.root.staff(Role::Auditor).person);
    let sql = format!(
        "UPDATE hub.people SET mail = 'auditor@example.jp' WHERE id = '{person}';
         INSERT INTO hub.mails (ward_id, id, person_id, kind, queued_at, expires_at, next_at)
         SELECT '{ward}', gen_random_uuid(), '{person}', 'notice', now(), now() + interval '1 day', now() FROM generate_series(1, 2)"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut hub.owner().await).await.unwrap();
    let begun = Instant::now();
    while !server.fell_silent() {
        assert!(begun.elapsed() < Duration::from_mins(1), "the queue is looked at");
        sleep(Duration::from_millis(20)).await;
    }
    hub.process.kill();
    hub.process.again();
    hub.process.ready().await;
    let sent = format!("SELECT count(*) FROM hub.mails WHERE person_id = '{person}' AND state = 'sent'");
    while hub.count(&sent).await < 2 {
        assert!(begun.elapsed() < Duration::from_mins(2), "the next one goes on");
        sleep(Duration::from_millis(100)).await;
    }
    let id = |text: &str| text.lines().find(|line| line.starts_with("Message-ID:")).map(str::to_owned);
    let ids: Vec<_> = server.received().iter().map(|mail| id(&mail.text)).collect();
    assert_eq!(ids.len(), 3, "the one that was in hand twice, the other once");
    assert_eq!(ids.iter().filter(|id| **id == ids[0]).count(), 2, "{ids:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_freezes_is_said_and_nothing_typed_is_lost() {
    let hub = Hub::start().await;
    let (day, key) = (days(&hub).await.pop().unwrap(), Id::<Uuid>::random().uuid());
    hub.wire.get(&format!("/sheet/{day}")).await.filter(|answer| answer.status == 200).expect("the sheet opens");

    let postmaster = hub.postmaster();
    let group = Pid::from_raw(-postmaster.as_raw());
    let frozen = kill(group, Signal::SIGSTOP).and_then(|()| freeze_children(postmaster, Signal::SIGSTOP));
    frozen.unwrap();
    let away = hub.wire.post(&format!("/sheet/{day}"), &hub.form(key)).await.expect("an answer in time");
    freeze_children(postmaster, Signal::SIGCONT).and_then(|()| kill(group, Signal::SIGCONT)).unwrap();

    assert_eq!(away.status, 503);
    assert!(away.text().contains("ただいま保存できません"), "it says what happened");
    assert!(
        away.text().contains(&format!("name=\"idempotency_key\" value=\"{key}\"")) && away.text().contains("メモ"),
        "what was typed is in the page"
    );
    let sent = hub.wire.post(&format!("/sheet/{day}"), &hub.form(key)).await.unwrap();
    assert_eq!(sent.status, 303, "and then it works");
    assert_eq!(hub.count(&format!("SELECT count(*) FROM watch.submissions WHERE idempotency_key = '{key}'")).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_database_comes_back_by_itself_and_the_report_gets_through_once() {
    let hub = Hub::start().await;
    let (day, key) = (days(&hub).await.pop().unwrap(), Id::<Uuid>::random().uuid());
    kill(hub.postmaster(), Signal::SIGKILL).unwrap();
    let begun = Instant::now();
    loop {
        match hub.wire.post(&format!("/sheet/{day}"), &hub.form(key)).await.map(|answer| answer.status.as_u16()) {
            Some(303) => break,
            Some(503) => sleep(Duration::from_millis(200)).await,
            other => panic!("either saved or said to be away, not {other:?}"),
        }
        assert!(begun.elapsed() < Duration::from_mins(1));
    }
    assert_eq!(hub.count(&format!("SELECT count(*) FROM watch.submissions WHERE idempotency_key = '{key}'")).await, 1);
}

/// Signals every process the postmaster started; each has a process group of its own.
fn freeze_children(postmaster: Pid, signal: Signal) -> nix::Result<()> {
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<i32>().ok()) else { continue };
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let parent =
            stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1)).and_then(|parent| parent.parse::<i32>().ok());
        if parent == Some(postmaster.as_raw()) {
            kill(Pid::from_raw(pid), signal)?;
        }
    }
    Ok(())
}
