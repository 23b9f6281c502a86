//! The way of an alert: from sending a report to its arrival in every open inbox.

use std::time::{Duration, Instant};

use tokio::{sync::mpsc, time::timeout};

use crate::{
    client::Client,
    ground::{FACILITIES, Ground, id, token},
};

/// How many alerts are sent one after the other.
const ALERTS: usize = 40;

pub(crate) struct Times {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) worst: f64,
    pub(crate) arrived: usize,
    pub(crate) expected: usize,
}

pub(crate) async fn run(ground: &Ground, streams: usize) -> anyhow::Result<Times> {
    let (arrivals, mut arrived) = mpsc::unbounded_channel::<Instant>();
    let mut listening = Vec::new();
    for n in 0..streams {
        let mut client = Client::connect(ground.address).await?;
        client.listen("/alerts/events", &token(FACILITIES + n % 1000)).await?;
        let arrivals = arrivals.clone();
        listening.push(tokio::spawn(async move {
            while client.data().await.is_ok() {
                if arrivals.send(Instant::now()).is_err() {
                    return;
                }
            }
        }));
    }
    let today = ground.app.clock.today();
    let mut teacher = Client::connect(ground.address).await?;
    let mut times = Vec::new();
    let round = match streams {
        1 => 0,
        100 => 1,
        _ => 2,
    };
    for n in 0..ALERTS {
        while arrived.try_recv().is_ok() {}
        let facility = round * ALERTS + n;
        let watch = id(6, facility * crate::ground::CHILDREN);
        let form = format!(
            "idempotency_key={}&version.{watch}=0&status.{watch}=A&contact.{watch}=none&reason.{watch}=unknown",
            tsunagi::domain::ids::Id::<uuid::Uuid>::random()
        );
        let sent = Instant::now();
        let status = teacher.post(&format!("/sheet/{today}"), &token(facility), &form).await?;
        anyhow::ensure!(status == 303, "a sheet answered {status}");
        for _ in 0..streams {
            match timeout(Duration::from_secs(2), arrived.recv()).await {
                Ok(Some(at)) => times.push(at.duration_since(sent).as_secs_f64() * 1000.0),
                _ => break,
            }
        }
        // Twenty a second at the most, as a busy ward's worst minute; what an inbox does in between is its own affair.
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for task in listening {
        task.abort();
    }
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
    Ok(Times { p50: at(0.5), p99: at(0.99), worst: at(1.0), arrived: times.len(), expected: ALERTS * streams })
}
