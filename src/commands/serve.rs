//! `tsunagi serve`: the hub, until it is told to stop.

use std::io::Write;

use tokio::signal::unix::{SignalKind, signal};
use tsunagi::{
    config::Config,
    http,
    post::{Post, push::Pusher},
    web::App,
    work,
};

use super::hub::{Ground, app};

pub(crate) async fn run(config: &Config, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let progress = |line: &str| tracing::info!("{line}");
    let ground = Ground::for_hub(config, &progress).await?;
    let served = hub(config, &ground, out).await;
    ground.leave().await?;
    served
}

async fn hub(config: &Config, ground: &Ground, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let app = app(config, ground.db.clone())?;
    let (router, _) = http::router(&app);
    let running = http::serve(router, config.listen, config.tls.as_ref()).await?;
    writeln!(out, "つなぎ: {}", config.origin_text())?;
    out.flush()?;
    until_stopped(&app, running).await
}

/// Does the clock's duties beside the pages until Ctrl-C or SIGTERM, then lets requests under way finish.
pub(crate) async fn until_stopped(app: &App, running: http::Running) -> anyhow::Result<()> {
    app.help.refresh(&app.db).await;
    if app.config.smtp.is_none() {
        tracing::warn!("TSUNAGI_SMTP is not set: nobody is told of an alert by mail");
    }
    let sender = work::mail::Sender::new(Post::open(&app.config)?);
    let pushes = work::notices::PushSender::new(Pusher::open(&app.config)?);
    work::pulse::enter(app).await;
    let duties = [
        tokio::spawn(work::clock::run(app.clone())),
        tokio::spawn(work::escalation::run(app.clone())),
        tokio::spawn(work::back_tests::run(app.clone())),
        tokio::spawn(work::news::run(app.clone())),
        tokio::spawn(sender.run(app.clone())),
        tokio::spawn(pushes.run(app.clone())),
        tokio::spawn(work::pulse::run(app.clone())),
    ];
    told_to_stop().await?;
    tracing::info!("stopping");
    duties.iter().for_each(tokio::task::JoinHandle::abort);
    work::pulse::leave(app).await;
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
