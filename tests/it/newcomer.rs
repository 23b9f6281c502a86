//! The first minute of whoever tries the hub: the demo ward is born with alerts of days ago, and nothing frightening is said of them.

use std::{
    fs::{self, File},
    time::{Duration, Instant},
};

use tempfile::TempDir;
use tokio::time::sleep;

use crate::support::Process;

/// Making the ward takes a while where nothing is optimized.
const PATIENCE: Duration = Duration::from_mins(3);

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_s_first_minute_is_calm() {
    let data = TempDir::new().unwrap();
    let said = data.path().join("said");
    let hub = Process::quickstart(data.path(), File::create(&said).unwrap());
    let (begun, browser) = (Instant::now(), hub.browser());
    let said = || fs::read_to_string(&said).unwrap();
    // Every duty has been done once, and nothing waits any more.
    while browser.get("/healthz").await.is_none_or(|answer| answer.text() != "ok") {
        assert!(begun.elapsed() < PATIENCE, "the hub is well within a few minutes: {}", said());
        sleep(Duration::from_millis(50)).await;
    }
    let said = said();
    assert!(said.contains("架空区"), "{said}");
    let frightening = said.lines().filter(|line| line.contains("ERROR") || line.contains("WARN") && !line.contains("TSUNAGI_SMTP"));
    assert_eq!(frightening.collect::<Vec<_>>(), Vec::<&str>::new());
    assert!(said.contains("TSUNAGI_SMTP"), "whoever serves a ward must know that no mail goes out: {said}");
}
