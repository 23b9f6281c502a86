//! Watching over the server while the hub runs: started again with growing pauses when it dies, stopped when asked.

use std::time::{Duration, Instant};

use tokio::sync::{oneshot, watch};

use super::lock::Lock;
use super::postmaster::{Plan, Postmaster};

/// The first pause before a new start, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));
/// A server that lived this long has earned a fresh, short pause.
const STEADY: Duration = Duration::from_mins(1);

/// Whether the database takes connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It does.
    Up,
    /// It died; a new start is under way.
    Down,
    /// It was stopped on purpose and stays so.
    Stopped,
}

/// Runs until `leave` is used or dropped. Owns the lock, so the folder is free only when the server is gone.
pub(super) async fn watch_over(
    plan: Plan,
    server: Postmaster,
    lock: Lock,
    condition: watch::Sender<Condition>,
    mut leave: oneshot::Receiver<()>,
) {
    let mut running = Some(server);
    let mut pause = PAUSES.0;
    while let Some(mut server) = running.take() {
        let since = Instant::now();
        tokio::select! {
            _ = &mut leave => {
                server.stop().await;
                break;
            }
            status = server.exited() => {
                condition.send_replace(Condition::Down);
                let status = status.map(|status| status.to_string()).unwrap_or_default();
                tracing::error!(server.status = status, "the database server ended; starting it again");
            }
        }
        if since.elapsed() > STEADY {
            pause = PAUSES.0;
        }
        running = tokio::select! {
            _ = &mut leave => None,
            server = revive(&plan, &mut pause) => Some(server),
        };
        if running.is_some() {
            condition.send_replace(Condition::Up);
            tracing::info!("the database server is up again");
        }
    }
    condition.send_replace(Condition::Stopped);
    drop(lock);
}

/// Start the server again, for as long as it takes: a full disk may be emptied, the last sessions of the dead server
/// need a moment to let go of their memory.
async fn revive(plan: &Plan, pause: &mut Duration) -> Postmaster {
    loop {
        tokio::time::sleep(*pause).await;
        *pause = (*pause * 2).min(PAUSES.1);
        match Postmaster::launch(plan, &|line| tracing::info!("{line}")).await {
            Ok(server) => return server,
            Err(error) => tracing::error!(%error, "the database server did not start; trying again"),
        }
    }
}
