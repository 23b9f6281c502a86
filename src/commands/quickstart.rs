//! `tsunagi quickstart`: a hub with the fictional demo ward, ready to be tried.

use std::io::Write;

use tsunagi::config::Config;

use super::{
    hub::{Ground, app},
    serve,
};

pub(crate) async fn run(config: &Config, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let progress = |line: &str| tracing::info!("{line}");
    let ground = Ground::for_hub(config, &progress).await?;
    let app = app(config, ground.db.clone())?;
    let served = serve::until_stopped(config, &app, out).await;
    ground.leave().await?;
    served
}
