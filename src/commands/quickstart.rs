//! `tsunagi quickstart`: a hub with the fictional demo ward, ready to be tried.

use std::io::Write;

use tsunagi::{
    config::Config,
    http,
    work::demo::{self, DEFAULT_CODE, Refused},
};

use super::{
    demo::{Desk, links},
    hub::{Ground, app},
    serve,
};

pub(crate) async fn run(config: &Config, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let progress = |line: &str| tracing::info!("{line}");
    let ground = Ground::for_hub(config, &progress).await?;
    let served = demo_hub(config, &ground, out).await;
    ground.leave().await?;
    served
}

async fn demo_hub(config: &Config, ground: &Ground, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let app = app(config, ground.db.clone())?;
    tracing::info!("Making the demo ward 架空区, if it is not there yet");
    match demo::load(&app.db, &app.gate, &app.clock, DEFAULT_CODE).await {
        Ok(loaded) => tracing::info!(facilities = loaded.facilities, watches = loaded.watches, reports = loaded.reports, "made"),
        Err(Refused::Exists(_)) => tracing::info!("it is there; going on where it was left"),
        Err(refused) => return Err(refused.into()),
    }
    let (router, _) = http::router(&app);
    let running = http::serve(router, config.listen, config.tls.as_ref()).await?;
    writeln!(
        out,
        "\nつなぎ is running at {}\n\nOne-time links, one for each role (open each in a browser of its own):\n",
        config.origin_text()
    )?;
    let desk = Desk { db: &app.db, gate: &app.gate, clock: &app.clock, config };
    links(&desk, "default", false, out).await?;
    writeln!(out, "\nMore links: tsunagi demo links        Stop: Ctrl-C\n")?;
    out.flush()?;
    serve::until_stopped(&app, running).await
}
