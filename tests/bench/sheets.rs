//! Sheets through the whole hub: session, permit, fence, rules, deed, commit.

use std::{
    fmt::Write,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::Span;
use tsunagi::domain::ids::Id;
use uuid::Uuid;

use crate::{
    CLIENTS,
    client::Client,
    ground::{CHILDREN, FACILITIES, Ground, id, token},
};

/// Long enough to pass a checkpoint's noise, short enough for the days there are.
const LASTS: Duration = Duration::from_secs(4);

/// Sheets per second, each a first report of ten children who came.
pub(crate) async fn run(ground: &Ground, round: usize) -> anyhow::Result<f64> {
    let begun = Instant::now();
    // Each round has ten days of its own; the newest day is left to the inboxes.
    let next = Arc::new(AtomicUsize::new(0));
    let today = ground.app.clock.today();
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let (next, address) = (Arc::clone(&next), ground.address);
        clients.push(tokio::spawn(async move {
            let mut client = Client::connect(address).await?;
            let mut sent = 0_usize;
            while begun.elapsed() < LASTS {
                let n = next.fetch_add(1, Ordering::Relaxed);
                let (facility, back) = (n % FACILITIES, n / FACILITIES);
                anyhow::ensure!(back < 9, "more sheets than days: raise FACILITIES");
                let day = today.checked_sub(Span::new().days(i64::try_from(1 + round * 9 + back)?))?;
                let status = client.post(&format!("/sheet/{day}"), &token(facility), &form(facility, "P")).await?;
                anyhow::ensure!(status == 303, "a sheet answered {status}");
                sent += 1;
            }
            Ok(sent)
        }));
    }
    let mut sent = 0_usize;
    for client in clients {
        sent += client.await??;
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of sheets fits")]
    Ok(sent as f64 / begun.elapsed().as_secs_f64())
}

/// The form of a facility's ten children, all with one status.
pub(crate) fn form(facility: usize, status: &str) -> String {
    let mut form = format!("idempotency_key={}", Id::<Uuid>::random());
    for child in 0..CHILDREN {
        let watch = id(6, facility * CHILDREN + child);
        let _ = write!(form, "&version.{watch}=0&status.{watch}={status}");
    }
    form
}
