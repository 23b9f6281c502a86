//! What is measured on: a fresh embedded PostgreSQL, a ward with many facilities of ten children, the hub listening.

use std::{
    fmt::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;
use tsunagi::{
    config::Config,
    domain::{clock::Clock, rule::default_rules},
    gate::Gate,
    http,
    store::{
        Db,
        cluster::{Cluster, Running},
        connections, migrate,
    },
    vault::Seal,
    web::{App, Assets, Help, Limits, Parts, Passkeys, Providers, Secret, live::Live},
    work,
};

use crate::{inboxes, neighbour::Neighbour};

pub(crate) const FACILITIES: usize = 800;
pub(crate) const CHILDREN: usize = 10;
pub(crate) const WARD: &str = "00000000-0000-4000-8000-000000000001";
pub(crate) const OFFICE: &str = "00000000-0000-4000-8000-000000000002";
pub(crate) const PASSWORD: &str = "bench";

pub(crate) struct Ground {
    running: Running,
    serving: Serving,
    pub(crate) neighbour: Neighbour,
    pub(crate) socket: PathBuf,
    pub(crate) address: SocketAddr,
    pub(crate) app: App,
    _data: TempDir,
}

impl Ground {
    pub(crate) async fn new() -> anyhow::Result<Self> {
        let data = TempDir::new()?;
        let running = with_commit_times(data.path()).await?;
        migrate::run(&running.access().owner(), "tsunagi_app").await?;
        let mut owner = PgConnection::connect_with(&running.access().owner()).await?;
        sqlx::raw_sql(AssertSqlSafe(world())).execute(&mut owner).await.context("the ward")?;
        // As it would have been long since: the server's own cleaning would begin in the middle of what is measured.
        sqlx::raw_sql("VACUUM ANALYZE").execute(&mut owner).await?;
        let mut admin = PgConnection::connect_with(&running.access().admin()).await?;
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE ROLE bench LOGIN SUPERUSER PASSWORD '{PASSWORD}'; CHECKPOINT")))
            .execute(&mut admin)
            .await?;

        let app = hub(Db::open(running.access().app(), connections()), Clock::system())?;
        let serving = Serving::begin(&app).await?;
        let neighbour = Neighbour::start(data.path()).await?;
        let (socket, address) = (running.access().socket().to_owned(), serving.http.address);
        Ok(Self { running, serving, neighbour, socket, address, app, _data: data })
    }

    /// Looks at the hub's own database past every fence.
    pub(crate) async fn owner(&self) -> anyhow::Result<PgConnection> {
        Ok(PgConnection::connect_with(&self.running.access().owner()).await?)
    }

    /// Writes everything out, so that no turn pays for the one before.
    pub(crate) async fn settle(&self) -> anyhow::Result<()> {
        let mut admin = PgConnection::connect_with(&self.running.access().admin()).await?;
        sqlx::raw_sql("CHECKPOINT").execute(&mut admin).await?;
        Ok(())
    }

    pub(crate) async fn leave(self) -> anyhow::Result<()> {
        self.neighbour.leave().await?;
        self.serving.end().await?;
        self.app.db.close().await;
        self.running.stop().await?;
        Ok(())
    }
}

/// A hub that answers and tells its open inboxes the news; the duties of the clock rest, since they would raise alerts of their own.
pub(crate) struct Serving {
    pub(crate) http: http::Running,
    news: tokio::task::JoinHandle<()>,
}

impl Serving {
    pub(crate) async fn begin(app: &App) -> anyhow::Result<Self> {
        let (router, _) = http::router(app);
        let http = http::serve(router, SocketAddr::from(([127, 0, 0, 1], 0)), None).await?;
        Ok(Self { http, news: tokio::spawn(work::news::run(app.clone())) })
    }

    pub(crate) async fn end(self) -> anyhow::Result<()> {
        self.news.abort();
        self.http.stop().await?;
        Ok(())
    }
}

/// A hub of its own over a database, with its own hands.
pub(crate) fn hub(db: Db, clock: Clock) -> anyhow::Result<App> {
    let config = Config::read(|name| (name == "TSUNAGI_DATA").then(|| "/nonexistent".to_owned()))?;
    Ok(App::new(Parts {
        db,
        gate: Arc::new(Gate::new()?),
        limits: Limits::new(&clock),
        seal: Seal::fresh("localhost")?,
        clock,
        passkeys: Passkeys::new(&config)?,
        providers: Providers::new(&config)?,
        config,
        live: Live::default(),
        help: Help::default(),
        assets: Assets::load(),
    }))
}

/// A server that remembers when each transaction was committed.
async fn with_commit_times(data: &Path) -> anyhow::Result<Running> {
    let running = Cluster::start(data, &|_| {}).await?;
    let mut admin = PgConnection::connect_with(&running.access().admin()).await?;
    sqlx::raw_sql("ALTER SYSTEM SET track_commit_timestamp = on").execute(&mut admin).await?;
    admin.close().await?;
    running.stop().await?;
    Ok(Cluster::start(data, &|_| {}).await?)
}

/// The nth id of a kind, as the statements of pgbench build it too.
pub(crate) fn id(kind: u16, n: usize) -> String {
    format!("00000000-{kind:04x}-4000-8000-{n:012x}")
}

/// The token of the teacher of facility `n`, or of the caseworker `n` beyond them.
pub(crate) fn token(n: usize) -> String {
    format!("bench-session-{n:06}")
}

/// Everything as one script: facilities with a teacher each, children without any history, the office with its caseworker.
fn world() -> String {
    let mut sql = format!(
        "INSERT INTO hub.wards (id, code, name, created_at) VALUES ('{WARD}', 'bench', '計測区', now());
         INSERT INTO hub.organizations (ward_id, id, kind, name, opened_on) VALUES ('{WARD}', '{OFFICE}', 'child_family_centre', '計測センター', '2020-04-01');
         INSERT INTO watch.calendar_templates (ward_id, code, name, open_weekdays, open_on_holidays) VALUES ('{WARD}', 'every', '年中無休', '{{1,2,3,4,5,6,7}}', true);
         INSERT INTO hub.organizations (ward_id, id, parent_id, kind, name, calendar_template, opened_on)
         SELECT '{WARD}', {facility}, '{OFFICE}', 'nursery', '計測園' || f, 'every', '2020-04-01' FROM generate_series(0, {FACILITIES} - 1) f;
         INSERT INTO hub.people (ward_id, id, display_name, status, created_at) SELECT '{WARD}', {person}, '計測 ' || f, 'active', now() FROM generate_series(0, {FACILITIES}) f;
         INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on)
         SELECT '{WARD}', {membership}, {person}, {facility}, 'reporter', '2020-04-01' FROM generate_series(0, {FACILITIES} - 1) f;
         INSERT INTO watch.watches (ward_id, id, child_id, facility_id, name, name_key, grade, from_on)
         SELECT '{WARD}', {watch}, {child}, {facility}, '計測 児童' || c, '計測児童' || c, 'n4', current_date - 100
         FROM generate_series(0, {FACILITIES} - 1) f, generate_series(0, {CHILDREN} - 1) c;
         INSERT INTO desk.requests (ward_id, watch_id, office_id, ground, created_at)
         SELECT '{WARD}', id, '{OFFICE}', 'guideline_registered', now() FROM watch.watches;
         INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on)
         VALUES ('{WARD}', '{worker_membership}', '{worker}', '{OFFICE}', 'caseworker', '2020-04-01');\n",
        facility = of(3, "f"),
        person = of(4, "f"),
        membership = of(5, "f"),
        watch = of(6, &format!("f * {CHILDREN} + c")),
        child = of(7, &format!("f * {CHILDREN} + c")),
        worker = id(4, FACILITIES),
        worker_membership = id(5, FACILITIES),
    );
    for rule in default_rules() {
        let _ = write!(
            sql,
            "INSERT INTO desk.rules (ward_id, code, version, threshold, threshold_strict, second, third, severity, route, enabled, from_at)
             VALUES ('{WARD}', '{}', 1, {}, {}, {}, {}, '{}', '{}', {}, now());\n",
            rule.code.code(),
            rule.threshold,
            rule.threshold_strict,
            rule.second,
            rule.third,
            rule.severity.code(),
            rule.route.code(),
            rule.enabled
        );
    }
    for n in 0..FACILITIES + inboxes::MOST {
        let person = n.min(FACILITIES);
        let hash = Secret::received(&token(n)).hash().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        let _ = write!(
            sql,
            "INSERT INTO hub.sessions (ward_id, id, token_hash, person_id, membership_id, opened_at, seen_at, verified_at)
             VALUES ('{WARD}', '{}', '\\x{hash}', '{}', '{}', now(), now(), now());\n",
            id(8, n),
            id(4, person),
            id(5, person)
        );
    }
    sql.push_str(&history());
    sql
}

/// Two months of sheets before the days that are measured: a hub is planned for by what its tables hold.
fn history() -> String {
    format!(
        "INSERT INTO watch.days (ward_id, child_id, day, watch_id, facility_id, version, status, attended, seen, mark)
         SELECT w.ward_id, w.child_id, current_date - back, w.id, w.facility_id, 1, 'P', true, true, '{{\"status\": \"P\"}}'
         FROM watch.watches w, generate_series(31, 90) back;
         INSERT INTO watch.submissions (ward_id, id, facility_id, day, idempotency_key, sent_by, sent_at, late, children)
         SELECT '{WARD}', gen_random_uuid(), {facility}, current_date - back, gen_random_uuid(), {person}, now(), false, {CHILDREN}
         FROM generate_series(0, {FACILITIES} - 1) f, generate_series(31, 90) back;
         INSERT INTO watch.reports (ward_id, watch_id, day, version, submission_id, facility_id, child_id, mark, reported_by, reported_at)
         SELECT d.ward_id, d.watch_id, d.day, 1, s.id, d.facility_id, d.child_id, d.mark, s.sent_by, s.sent_at
         FROM watch.days d JOIN watch.submissions s ON s.ward_id = d.ward_id AND s.facility_id = d.facility_id AND s.day = d.day;\n",
        facility = of(3, "f"),
        person = of(4, "f"),
    )
}

/// An SQL expression for the id of a kind; the same layout as [`id`].
pub(crate) fn of(kind: u16, number: &str) -> String {
    format!("('00000000-{kind:04x}-4000-8000-' || lpad(to_hex(({number})::integer), 12, '0'))::uuid")
}
