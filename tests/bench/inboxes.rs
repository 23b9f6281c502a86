//! The way of an alert: from the commit of a report, and from its sending, to its arrival in every open inbox.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use sqlx::{AssertSqlSafe, PgConnection};
use tokio::{sync::Notify, time::timeout};
use tsunagi::domain::ids::Id;
use uuid::Uuid;

use crate::{
    client::Client,
    ground::{FACILITIES, Ground, id, token},
};

/// How many alerts are sent one after the other.
const ALERTS: usize = 40;
/// Streams at the most.
const MOST: usize = 5_000;

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

pub(crate) struct Times {
    pub(crate) from_commit: Spread,
    pub(crate) from_sending: Spread,
    pub(crate) arrived: usize,
    pub(crate) expected: usize,
}

/// Milliseconds.
pub(crate) struct Spread {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) worst: f64,
}

pub(crate) async fn run(ground: &Ground, streams: usize) -> anyhow::Result<Times> {
    let arrivals = Arc::new(Arrivals::default());
    let mut owner = ground.owner().await?;
    let mut listening = Vec::new();
    arrivals.begin(streams);
    for n in 0..streams {
        // Every other one at the hub that did not take the report.
        let address = if n.is_multiple_of(2) { ground.address } else { ground.neighbour.address };
        let mut client = Client::connect(address).await?;
        client.listen("/alerts/events", &token(FACILITIES + n % 1000)).await?;
        let arrivals = Arc::clone(&arrivals);
        listening.push(tokio::spawn(async move {
            while let Ok(events) = client.events().await {
                let at = SystemTime::now();
                arrivals.note(std::iter::repeat_n(at, events));
            }
        }));
    }
    // Each stream begins with a greeting.
    let _ = timeout(Duration::from_secs(2), arrivals.all()).await;
    let today = ground.app.clock.today();
    let mut teacher = Client::connect(ground.address).await?;
    let (mut from_commit, mut from_sending) = (Vec::new(), Vec::new());
    let round = match streams {
        1 => 0,
        100 => 1,
        1000 => 2,
        _ => 3,
    };
    for n in 0..ALERTS {
        arrivals.begin(streams);
        let facility = round * ALERTS + n;
        let watch = id(6, facility * crate::ground::CHILDREN);
        let key = Id::<Uuid>::random();
        let form = format!("idempotency_key={key}&version.{watch}=0&status.{watch}=A&contact.{watch}=none&reason.{watch}=unknown");
        let sent = SystemTime::now();
        let status = teacher.post(&format!("/sheet/{today}"), &token(facility), &form).await?;
        anyhow::ensure!(status == 303, "a sheet answered {status}");
        // What has not come by then is missing in the count.
        let _ = timeout(Duration::from_secs(2), arrivals.all()).await;
        let came = arrivals.begin(usize::MAX);
        let committed = committed_at(&mut owner, key).await?;
        from_sending.extend(came.iter().map(|at| milliseconds(sent, *at)));
        from_commit.extend(came.iter().map(|at| milliseconds(committed, *at)));
        // Twenty a second at the most, as a busy ward's worst minute; what an inbox does in between is its own affair.
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for task in listening {
        task.abort();
    }
    let (arrived, expected) = (from_sending.len(), ALERTS * streams);
    Ok(Times { from_commit: Spread::of(from_commit), from_sending: Spread::of(from_sending), arrived, expected })
}

/// When the sheet with this key was committed, by the server's clock, which is this machine's.
async fn committed_at(owner: &mut PgConnection, key: Id<Uuid>) -> anyhow::Result<SystemTime> {
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
