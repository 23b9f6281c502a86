//! Measures the hub on this machine in one run: sheets per second beside pgbench with the same statements on the same server,
//! and the way of an alert into open inboxes. Prints figures; asserts nothing, since machines differ.

mod client;
mod ground;
mod hidden;
mod inboxes;
mod logs;
mod mornings;
mod neighbour;
mod nights;
mod pgbench;
mod sheets;
mod wards;
mod years;

use ground::Ground;
use inboxes::Times;

/// How many browsers send at once.
pub(crate) const CLIENTS: usize = 8;

fn main() -> anyhow::Result<()> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    // A figure without the fault behind it helps nobody.
    tracing_subscriber::fmt().with_max_level(tracing::Level::ERROR).with_writer(std::io::stderr).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut arguments = std::env::args_os().skip(1);
    match (arguments.next(), arguments.next()) {
        (Some(role), Some(data)) if role == neighbour::ROLE => runtime.block_on(neighbour::run(data.as_ref())),
        _ => runtime.block_on(run(&chosen())),
    }
}

/// The parts named on the command line; all of them where none is. Cargo adds `--bench` of its own.
fn chosen() -> Vec<String> {
    std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect()
}

async fn run(chosen: &[String]) -> anyhow::Result<()> {
    let ground = Ground::new().await?;
    let wanted = |part: &str| chosen.is_empty() || chosen.iter().any(|name| name == part);
    if wanted("sheets") {
        beside_pgbench(&ground).await?;
    }
    if wanted("inboxes") {
        to_every_inbox(&ground).await?;
    }
    if wanted("mornings") {
        say("\nA city's morning, every class at once from 8 clients");
        mornings::run(&ground).await?;
    }
    if wanted("nights") {
        say("\nA night's sweep, every rule asked of every watch, by one process");
        ground.settle().await?;
        nights::run(&ground).await?;
    }
    if wanted("years") {
        say("\nA changed rule tried over a year of the demo ward, by one process");
        years::run(&ground).await?;
    }
    if wanted("hidden") {
        let (others, nowhere) = hidden::run(&ground).await?;
        say(&format!("\nA child of another facility {others:.3} ms, no child at all {nowhere:.3} ms: medians of answers in turns"));
    }
    if wanted("logs") {
        say("\nLogs of a million lines each, milliseconds to a page");
        logs::run(&ground).await?;
    }
    ground.leave().await
}

async fn beside_pgbench(ground: &Ground) -> anyhow::Result<()> {
    say("The hub and pgbench in turns on one PostgreSQL, 8 clients, sheets of 10 children");
    say(&pgbench::script());
    let (mut hub, mut bare) = (Vec::new(), Vec::new());
    for round in 0..3 {
        ground.settle().await?;
        bare.push(pgbench::run(ground, round)?);
        ground.settle().await?;
        hub.push(sheets::run(ground, round).await?);
        say(&format!("  round {}: pgbench {:>7.0}/s   hub {:>7.0}/s", round + 1, bare[round], hub[round]));
    }
    let (hub, bare) = (median(hub), median(bare));
    say(&format!("  median:  pgbench {bare:>7.0}/s   hub {hub:>7.0}/s   ratio {:.2}", hub / bare));
    Ok(())
}

async fn to_every_inbox(ground: &Ground) -> anyhow::Result<()> {
    say(
        "\nTo the arrival of an alert in every open inbox, half of them at a second hub, milliseconds: from the report's commit (from its sending)",
    );
    for streams in [1, 100, 1000, 5000] {
        ground.settle().await?;
        let Times { from_commit, from_sending, arrived, expected } = inboxes::run(ground, streams).await?;
        say(&format!(
            "  {streams:>5} inboxes: p50 {:>6.1} ({:.1})   p99 {:>6.1} ({:.1})   worst {:>6.1} ({:.1})   {arrived} of {expected} arrived",
            from_commit.p50, from_sending.p50, from_commit.p99, from_sending.p99, from_commit.worst, from_sending.worst
        ));
    }
    Ok(())
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[expect(clippy::print_stdout, reason = "printing figures is what it is for")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}
