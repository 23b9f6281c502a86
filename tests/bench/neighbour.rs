//! The second hub: this program once more, in a process of its own, on the same database.

use std::{net::SocketAddr, path::Path, process::Stdio};

use anyhow::Context;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    task::spawn_blocking,
};
use tsunagi::{
    domain::clock::Clock,
    store::{
        Db,
        cluster::{Cluster, Joined},
        connections,
    },
};

use crate::{
    ground::{Serving, hub},
    say,
};

/// The word by which the program knows that it is the neighbour; the folder of the database follows.
pub(crate) const ROLE: &str = "neighbour";

pub(crate) struct Neighbour {
    process: Child,
    pub(crate) address: SocketAddr,
}

impl Neighbour {
    pub(crate) async fn start(data: &Path) -> anyhow::Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg(ROLE)
            .arg(data)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("the second hub")?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().context("its output")?).read_line(&mut line).await?;
        let address = line.trim().parse().with_context(|| format!("the second hub said {line:?} instead of its address"))?;
        Ok(Self { process, address })
    }

    /// The number of its process.
    pub(crate) fn process(&self) -> anyhow::Result<u32> {
        self.process.id().context("the second hub has ended")
    }

    pub(crate) async fn leave(mut self) -> anyhow::Result<()> {
        drop(self.process.stdin.take());
        self.process.wait().await?;
        Ok(())
    }
}

/// Serves until the one who called hangs up.
pub(crate) async fn run(data: &Path) -> anyhow::Result<()> {
    let Joined::Guest(access) = Cluster::connect_or_start(data, &|_| {}).await? else {
        anyhow::bail!("the database of {} is not running", data.display());
    };
    let app = hub(Db::open(access.app(), connections()), Clock::system())?;
    let serving = Serving::begin(&app).await?;
    say(&serving.http.address.to_string());
    spawn_blocking(|| std::io::read_to_string(std::io::stdin())).await??;
    serving.end().await?;
    app.db.close().await;
    Ok(())
}
