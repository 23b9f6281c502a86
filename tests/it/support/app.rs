//! A hub of its own for one test: database, clock, router, and the people who call it.

use std::{
    collections::HashSet,
    sync::{Arc, LazyLock, Mutex},
};

use axum::Router;
use sqlx::{AssertSqlSafe, Decode, PgPool, Postgres, Type, postgres::PgPoolOptions};
use tsunagi::{
    config::Config,
    domain::clock::Clock,
    gate::{Gate, Role},
    http,
    store::Db,
    vault::Seal,
    web::{App, Assets, Help, Limits, Parts, Passkeys, Providers, Route, SESSION_COOKIE, live::Live},
};

use super::{
    NOW,
    caller::Caller,
    server::Scratch,
    world::{Place, World},
};

/// Read and checked once for all tests.
static GATE: LazyLock<Arc<Gate>> = LazyLock::new(|| Arc::new(Gate::new().expect("the policies hold")));

/// Compressed once for all tests.
static ASSETS: LazyLock<Assets> = LazyLock::new(Assets::load);

/// The hub, and the world its database holds.
#[derive(Debug)]
pub(crate) struct TestApp {
    /// Where most tests happen.
    pub(crate) world: World,
    /// The ward next door, with the same shape and other children.
    pub(crate) other: World,
    pub(crate) app: App,
    pub(crate) routes: Vec<Route>,
    pub(crate) scratch: Scratch,
    /// One connection as the owner, kept: each new one costs a password exchange.
    owner: PgPool,
    pub(super) router: Router,
    /// Forms that went well: path, body, and where they led.
    pub(super) sent: Mutex<HashSet<(String, Vec<u8>, String)>>,
}

impl TestApp {
    /// A hub on a database with both wards.
    pub(crate) async fn new() -> Self {
        Self::with_settings(&[]).await
    }

    /// A hub with both wards and settings of the environment besides.
    pub(crate) async fn with_settings(settings: &[(&str, &str)]) -> Self {
        Self::on(Scratch::peopled().await, Arc::clone(&GATE), settings)
    }

    /// A hub on a database without any ward.
    pub(crate) async fn empty() -> Self {
        Self::on(Scratch::empty().await, Arc::clone(&GATE), &[])
    }

    /// A hub with both wards and other policies.
    pub(crate) async fn with_gate(gate: Gate) -> Self {
        Self::on(Scratch::peopled().await, Arc::new(gate), &[])
    }

    fn on(scratch: Scratch, gate: Arc<Gate>, settings: &[(&str, &str)]) -> Self {
        let set = |name: &str| settings.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned());
        let config = Config::read(|name| set(name).or_else(|| (name == "TSUNAGI_DATA").then(|| "/nonexistent".to_owned())));
        let config = config.expect("the settings hold");
        let clock = Clock::set_to(NOW.parse().expect("an instant"));
        let app = App::new(Parts {
            db: Db::open(scratch.app(), 4),
            gate,
            limits: Limits::new(&clock),
            seal: Seal::fresh("localhost").expect("a name"),
            clock,
            passkeys: Passkeys::new(&config).expect("origin and name fit"),
            providers: Providers::new(&config).expect("the public authorities are known"),
            config,
            live: Live::default(),
            help: Help::default(),
            assets: ASSETS.clone(),
        });
        let (router, routes) = http::router(&app);
        let owner = PgPoolOptions::new().max_connections(1).connect_lazy_with(scratch.owner());
        let [world, other] = World::both();
        Self { world, other, app, routes, scratch, owner, router, sent: Mutex::default() }
    }

    /// A second hub on the same database, with its own clock, doors and open inboxes.
    pub(crate) fn second_node(&self) -> (App, Router) {
        self.node_with(Live::default())
    }

    /// The same, whose streams are these.
    pub(crate) fn node_with(&self, live: Live) -> (App, Router) {
        let config = self.app.config.clone();
        let app = App::new(Parts {
            db: Db::open(self.scratch.app(), 4),
            gate: Arc::clone(&GATE),
            limits: Limits::new(&self.app.clock),
            seal: Seal::fresh("localhost").expect("a name"),
            clock: self.app.clock.clone(),
            passkeys: Passkeys::new(&config).expect("origin and name fit"),
            providers: Providers::new(&config).expect("the public authorities are known"),
            config,
            live,
            help: Help::default(),
            assets: self.app.assets.clone(),
        });
        let (router, _) = http::router(&app);
        (app, router)
    }

    /// Listens on a port of its own, as the program does.
    pub(crate) async fn listen(&self) -> anyhow::Result<http::Running> {
        http::serve(self.router.clone(), ([127, 0, 0, 1], 0).into(), self.app.config.tls.as_ref()).await
    }

    /// Moves the clock: "2026-11-21T09:00" in Japan.
    pub(crate) fn at(&self, wall_clock: &str) -> &Self {
        let at = wall_clock.parse().expect("a date and time such as 2026-11-21T09:00");
        self.app.clock.move_to(tsunagi::domain::clock::japan_instant(at));
        self
    }

    pub(crate) fn stranger(&self) -> Caller<'_> {
        Caller { app: self, cookies: Vec::new(), address: None, bearer: None }
    }

    /// The person with this role at this place, signed in at [`NOW`].
    pub(crate) fn signed_in(&self, place: &Place, role: Role) -> Caller<'_> {
        self.with_session(&place.staff(role).token)
    }

    /// Whoever holds this token.
    pub(crate) fn with_session(&self, token: &str) -> Caller<'_> {
        Caller { app: self, cookies: vec![format!("{SESSION_COOKIE}={token}")], address: None, bearer: None }
    }

    /// The nursery's system.
    pub(crate) fn system(&self) -> Caller<'_> {
        self.stranger().with_bearer(self.world.api_token().text())
    }

    /// 入力担当 of the nursery that is open every day.
    pub(crate) fn reporter(&self) -> Caller<'_> {
        self.signed_in(&self.world.nursery, Role::Reporter)
    }

    /// 園長 of the same nursery.
    pub(crate) fn head(&self) -> Caller<'_> {
        self.signed_in(&self.world.nursery, Role::FacilityHead)
    }

    /// 相談員 of the child family centre, which has a branch below it.
    pub(crate) fn caseworker(&self) -> Caller<'_> {
        self.signed_in(&self.world.centre, Role::Caseworker)
    }

    pub(crate) fn supervisor(&self) -> Caller<'_> {
        self.signed_in(&self.world.centre, Role::Supervisor)
    }

    pub(crate) fn admin(&self) -> Caller<'_> {
        self.signed_in(&self.world.root, Role::WardAdmin)
    }

    pub(crate) fn auditor(&self) -> Caller<'_> {
        self.signed_in(&self.world.root, Role::Auditor)
    }

    /// Lets the session keepers forget how long somebody rested: after moving the clock by days.
    pub(crate) async fn refresh_sessions(&self) {
        let now = self.app.clock.now();
        self.run(&format!("UPDATE hub.sessions SET opened_at = '{now}', seen_at = '{now}', verified_at = '{now}'")).await;
    }

    /// Does something to the rows as their owner, whom no fence stops.
    pub(crate) async fn run(&self, sql: &str) {
        if let Err(error) = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&self.owner).await {
            panic!("{error}: {sql}");
        }
    }

    /// The rows of a query, each as a JSON object; read as their owner.
    pub(crate) async fn sql(&self, query: &str) -> Vec<serde_json::Value> {
        let query = AssertSqlSafe(format!("SELECT to_jsonb(q) FROM ({query}) q"));
        sqlx::query_scalar(query).fetch_all(&self.owner).await.expect("the query runs")
    }

    /// The one value of a query; read as the owner.
    pub(crate) async fn value<T>(&self, query: &str) -> T
    where
        T: Send + Unpin + Type<Postgres> + for<'r> Decode<'r, Postgres>,
    {
        sqlx::query_scalar(AssertSqlSafe(query.to_owned())).fetch_one(&self.owner).await.expect("the query has a row")
    }

    /// All that is in the database, in short: equal before and after when nothing was touched.
    pub(crate) async fn fingerprint(&self) -> Vec<serde_json::Value> {
        let tables = "SELECT format('SELECT %L AS name, md5(string_agg(t::text, '','' ORDER BY t::text)) AS rows FROM %I.%I t', c.relname, n.nspname, c.relname) AS query
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('hub', 'watch', 'desk') AND c.relkind = 'r' ORDER BY 1";
        let tables = self.sql(tables).await;
        let queries: Vec<&str> = tables.iter().filter_map(|table| table["query"].as_str()).collect();
        self.sql(&queries.join(" UNION ALL ")).await
    }

    /// The newest line of the trail: its action and its id.
    pub(crate) async fn last_deed(&self) -> Option<String> {
        let newest = "SELECT action || ' ' || id AS line FROM hub.trail ORDER BY xmin::text::bigint DESC, id DESC LIMIT 1";
        self.sql(newest).await.first().and_then(|row| row["line"].as_str().map(ToOwned::to_owned))
    }

    /// How many lines the trail has.
    pub(crate) async fn trail_lines(&self) -> i64 {
        self.value("SELECT count(*) FROM hub.trail").await
    }
}
