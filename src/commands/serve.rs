//! `tsunagi serve`: the hub, until it is told to stop.

use std::io::Write;

use tokio::signal::unix::{SignalKind, signal};
use tsunagi::{config::Config, http, web::App, work};

use super::hub::{Ground, app};

pub(crate) async fn run(config: &Config, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let progress = |line: &str| tracing::info!("{line}");
    let ground = Ground::for_hub(config, &progress).await?;
    let app = app(config, ground.db.clone())?;
    let served = until_stopped(config, &app, out).await;
    ground.leave().await?;
    served
}

/// Serves pages and does the clock's duties until Ctrl-C or SIGTERM, then lets requests under way finish.
pub(crate) async fn until_stopped(config: &Config, app: &App, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let (router, _) = http::router(app);
    let running = http::serve(router, config.listen, config.tls.as_ref()).await?;
    writeln!(out, "つなぎ: {}", config.origin_text())?;
    out.flush()?;
    let duties = [tokio::spawn(work::clock::run(app.clone())), tokio::spawn(work::news::run(app.clone()))];
    let news = tokio::spawn(work::news::run(app.clone()));
    told_to_stop().await?;
    tracing::info!("stopping");
    duties.iter().for_each(tokio::task::JoinHandle::abort);
    news.abort();
    app.live.close();
    running.stop().await
}

async fn told_to_stop() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    Ok(())
}
