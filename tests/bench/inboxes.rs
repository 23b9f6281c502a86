//! The way of an alert: from the commit of a report, and from its sending, to its arrival in every open inbox.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::Context;
use sqlx::{AssertSqlSafe, PgConnection};
use tokio::{
    runtime::{Builder, Runtime},
    sync::Notify,
    time::timeout,
};
use tsunagi::domain::ids::Id;
use uuid::Uuid;

use crate::{
    client::Client,
    commits,
    ground::{FACILITIES, Ground, id, token},
    processors::{Apart, keep_this_thread},
    say,
};

/// Streams at once, each of a session of its own, and how many alerts are sent to them one after the other. All streams of one alert are
/// quick or slow together, so the last hundredth of a few alerts is the worst of them.
pub(crate) const ROUNDS: [(usize, usize); 4] = [(1, 40), (100, 40), (1_000, 200), (5_000, 40)];
/// How long the last inbox may take; a beat is heard every five seconds whatever happens.
const PATIENCE: Duration = Duration::from_secs(10);
/// Streams at the most.
pub(crate) const MOST: usize = 5_000;

/// When the event that is waited for came to each stream. The one who waits is woken once, by the last of them.
#[derive(Default)]
struct Arrivals {
    came: Mutex<(Vec<SystemTime>, usize)>,
    last: Notify,
}

impl Arrivals {
    /// Waits for so many from now on; those that came until now.
    fn begin(&self, expected: usize) -> Vec<SystemTime> {
        let mut came = self.came.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *came, (Vec::with_capacity(expected.min(MOST)), expected)).0
    }

    fn note(&self, at: impl Iterator<Item = SystemTime>) {
        let mut came = self.came.lock().unwrap_or_else(PoisonError::into_inner);
        came.0.extend(at);
        if came.0.len() >= came.1 {
            self.last.notify_one();
        }
    }

    fn are_missing(&self) -> bool {
        let came = self.came.lock().unwrap_or_else(PoisonError::into_inner);
        came.0.len() < came.1
    }

    /// Until all have come.
    async fn all(&self) {
        // A call may be left over from the event before.
        while self.are_missing() {
            self.last.notified().await;
        }
    }
}

/// To the arrival, from each of these moments.
pub(crate) struct Times {
    /// The hub that took the report heard that it is committed.
    pub(crate) commit: Spread,
    /// PostgreSQL stamped the transaction; it is written to the disk afterwards.
    pub(crate) stamp: Spread,
    pub(crate) sending: Spread,
    pub(crate) arrived: usize,
    pub(crate) expected: usize,
}

/// Milliseconds.
pub(crate) struct Spread {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) worst: f64,
}

/// Each alert from a facility of its own, counted from `first`.
pub(crate) async fn run(ground: &Ground, streams: usize, alerts: usize, first: usize) -> anyhow::Result<Times> {
    let arrivals = Arc::new(Arrivals::default());
    let mut owner = ground.owner().await?;
    let apart = Apart::keep([std::process::id(), ground.neighbour.process()?])?;
    // Browsers are elsewhere: here they have threads of their own, so that no hub's thread serves them.
    let [here, there] = apart.processors().map(browsers);
    let (here, there) = (here?, there?);
    arrivals.begin(streams);
    for n in 0..streams {
        // Every other one at the hub that did not take the report.
        let (browsers, address) = if n.is_multiple_of(2) { (&here, ground.address) } else { (&there, ground.neighbour.address) };
        let client = browsers.spawn(opened(address, token(FACILITIES + n))).await??;
        browsers.spawn(heard(client, Arc::clone(&arrivals)));
    }
    // Each stream begins with a greeting.
    let _ = timeout(Duration::from_secs(2), arrivals.all()).await;
    let today = ground.app.clock.today();
    let mut teacher = Client::connect(ground.address).await?;
    let (mut from_commit, mut from_stamp, mut from_sending) = (Vec::new(), Vec::new(), Vec::new());
    commits::note(true);
    for facility in first..first + alerts {
        commits::noted();
        arrivals.begin(streams);
        let watch = id(6, facility * crate::ground::CHILDREN);
        let key = Id::<Uuid>::random();
        let form = format!("idempotency_key={key}&version.{watch}=0&status.{watch}=A&contact.{watch}=none&reason.{watch}=unknown");
        let sent = SystemTime::now();
        let status = teacher.post(&format!("/sheet/{today}"), &token(facility), &form).await?;
        anyhow::ensure!(status == 303, "a sheet answered {status}");
        // What comes later would count for the next alert.
        timeout(PATIENCE, arrivals.all()).await.context("an inbox heard nothing")?;
        let came = arrivals.begin(usize::MAX);
        let stamped = stamped_at(&mut owner, key).await?;
        // The hub commits little else while there is one report after the other, and what it does makes the time longer.
        let committed = commits::noted().into_iter().filter(|at| *at >= stamped).min().context("a commit was not noted")?;
        anyhow::ensure!(came.iter().all(|at| *at >= committed), "an alert arrived before its commit");
        from_sending.extend(came.iter().map(|at| milliseconds(sent, *at)));
        from_stamp.extend(came.iter().map(|at| milliseconds(stamped, *at)));
        from_commit.extend(came.iter().map(|at| milliseconds(committed, *at)));
        // Twenty a second at the most, as a busy ward's worst minute; what an inbox does in between is its own affair.
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    commits::note(false);
    here.shutdown_background();
    there.shutdown_background();
    apart.end()?;
    let (arrived, expected) = (from_sending.len(), alerts * streams);
    let [commit, stamp, sending] = [from_commit, from_stamp, from_sending].map(Spread::of);
    Ok(Times { commit, stamp, sending, arrived, expected })
}

fn browsers(on: &'static str) -> anyhow::Result<Runtime> {
    let kept = move || {
        if let Err(error) = keep_this_thread(on) {
            say(&format!("  a thread of browsers goes its own way: {error}"));
        }
    };
    Ok(Builder::new_multi_thread().worker_threads(1).on_thread_start(kept).enable_all().build()?)
}

async fn opened(address: SocketAddr, token: String) -> anyhow::Result<Client> {
    let mut client = Client::connect(address).await?;
    client.listen("/alerts/events", &token).await?;
    Ok(client)
}

async fn heard(mut client: Client, arrivals: Arc<Arrivals>) {
    while let Ok(events) = client.events().await {
        let at = SystemTime::now();
        arrivals.note(std::iter::repeat_n(at, events));
    }
}

/// When the sheet with this key was stamped, by the server's clock, which is this machine's.
async fn stamped_at(owner: &mut PgConnection, key: Id<Uuid>) -> anyhow::Result<SystemTime> {
    let sql = format!(
        "SELECT (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::bigint FROM watch.submissions WHERE idempotency_key = '{key}'"
    );
    let microseconds: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(owner).await?;
    Ok(UNIX_EPOCH + Duration::from_micros(microseconds.try_into()?))
}

fn milliseconds(from: SystemTime, to: SystemTime) -> f64 {
    to.duration_since(from).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}

impl Spread {
    fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        let at = |share: f64| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "an index into a list of measured times"
            )]
            let index = ((times.len() as f64 - 1.0) * share) as usize;
            times.get(index).copied().unwrap_or(f64::NAN)
        };
        Self { p50: at(0.5), p99: at(0.99), worst: at(1.0) }
    }
}
