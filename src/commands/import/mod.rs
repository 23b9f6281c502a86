//! `tsunagi import watches FILE --ward CODE --office NAME`.

mod watches;

use std::{io::Write, process::ExitCode};

use tsunagi::{config::Config, domain::clock::Clock, gate::Gate};

use super::hub::Ground;
pub(crate) use watches::Options;

pub(crate) async fn run(config: &Config, options: &Options, out: &mut (dyn Write + Send)) -> anyhow::Result<ExitCode> {
    let ground = Ground::for_command(config, &|line: &str| tracing::info!("{line}")).await?;
    let done = watches::watches(&ground.db, &Gate::new()?, &Clock::system(), options, out).await;
    ground.leave().await?;
    done
}
