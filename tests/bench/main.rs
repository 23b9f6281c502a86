//! Measures the hub on this machine in one run: sheets per second beside pgbench with the same statements on the same server,
//! and the way of an alert into open inboxes. Prints figures; asserts nothing, since machines differ.

mod client;
mod commits;
mod ground;
mod hidden;
mod inboxes;
mod logs;
mod mornings;
mod neighbour;
mod nights;
mod pgbench;
mod processors;
mod sheets;
mod wards;
mod years;

use ground::Ground;
use inboxes::{Spread, Times};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{Layer, layer::SubscriberExt, util::SubscriberInitExt};

/// How many browsers send at once.
pub(crate) const CLIENTS: usize = 8;

fn main() -> anyhow::Result<()> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    // A figure without the fault behind it helps nobody.
    let faults = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_filter(LevelFilter::ERROR);
    tracing_subscriber::registry().with(faults).with(commits::layer()).init();
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
        "\nTo the arrival of an alert in every open inbox, half of them at a second hub, milliseconds: from the report's commit (from the \
         server's stamp, before its log is on the disk; from the sending)",
    );
    let mut first = 0;
    for (streams, alerts) in inboxes::ROUNDS {
        ground.settle().await?;
        let Times { commit, stamp, sending, arrived, expected } = inboxes::run(ground, streams, alerts, first).await?;
        first += alerts;
        let column = |of: fn(&Spread) -> f64| format!("{:>5.1} ({:.1}; {:.1})", of(&commit), of(&stamp), of(&sending));
        let (p50, p99, worst) = (column(|it| it.p50), column(|it| it.p99), column(|it| it.worst));
        say(&format!("  {streams:>5} inboxes: p50 {p50}   p99 {p99}   worst {worst}   {arrived} of {expected} arrived"));
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
