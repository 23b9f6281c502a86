//! What every command stands on: the database, embedded or your own, and the hub's parts.

use std::{str::FromStr, sync::Arc};

use secrecy::ExposeSecret;
use sqlx::postgres::PgConnectOptions;
use tsunagi::{
    config::{Config, Database},
    domain::clock::Clock,
    gate::Gate,
    store::{
        Db,
        cluster::{Access, Cluster, Joined, Running},
        connections, migrate,
    },
    vault::Seal,
    web::{App, Assets, Help, Limits, Parts, Passkeys, Providers, live::Live},
};

/// A command of the console does one thing after the other.
const FEW_CONNECTIONS: u32 = 2;

/// The database, and the server behind it when it is ours.
pub(crate) struct Ground {
    pub(crate) db: Db,
    server: Option<Server>,
}

enum Server {
    Running(Running),
    Joined(Joined),
}

impl Ground {
    /// For the hub itself: starts the embedded server, brings it up to date, and refuses a login that is too strong.
    pub(crate) async fn for_hub(config: &Config, progress: &(dyn Fn(&str) + Sync)) -> anyhow::Result<Self> {
        let ground = match &config.database {
            Database::Embedded => {
                let running = Cluster::start(&config.data, progress).await?;
                progress("Bringing the database up to date");
                prepare(running.access()).await?;
                Self { db: Db::open(running.access().app(), connections()), server: Some(Server::Running(running)) }
            }
            Database::Own { runtime, .. } => Self { db: Db::open(own(runtime)?, connections()), server: None },
        };
        ground.db.check_fit().await?;
        Ok(ground)
    }

    /// For a command beside the hub: uses the hub's server when it runs, else starts it for as long as the command takes.
    pub(crate) async fn for_command(config: &Config, progress: &(dyn Fn(&str) + Sync)) -> anyhow::Result<Self> {
        let ground = match &config.database {
            Database::Embedded => {
                let joined = Cluster::connect_or_start(&config.data, progress).await?;
                if matches!(joined, Joined::Started(_)) {
                    prepare(joined.access()).await?;
                }
                Self { db: Db::open(joined.access().app(), FEW_CONNECTIONS), server: Some(Server::Joined(joined)) }
            }
            Database::Own { runtime, .. } => Self { db: Db::open(own(runtime)?, FEW_CONNECTIONS), server: None },
        };
        ground.db.check_fit().await?;
        Ok(ground)
    }

    /// Closes the connections, then stops the server if it is ours.
    pub(crate) async fn leave(self) -> anyhow::Result<()> {
        self.db.close().await;
        match self.server {
            Some(Server::Running(running)) => running.stop().await?,
            Some(Server::Joined(joined)) => joined.leave().await?,
            None => {}
        }
        Ok(())
    }
}

async fn prepare(access: &Access) -> anyhow::Result<()> {
    Ok(migrate::run(&access.owner(), access.app().get_username()).await?)
}

/// Connect options of a database of one's own.
pub(crate) fn own(url: &secrecy::SecretString) -> anyhow::Result<PgConnectOptions> {
    // The cause could repeat the password, so it is left out.
    PgConnectOptions::from_str(url.expose_secret())
        .map_err(|_| anyhow::anyhow!("DATABASE_URL or TSUNAGI_MIGRATE_URL cannot be read as a PostgreSQL address"))
}

/// The hub on this ground.
pub(crate) fn app(config: &Config, db: Db) -> anyhow::Result<App> {
    let clock = Clock::system();
    Ok(App::new(Parts {
        db,
        gate: Arc::new(Gate::new()?),
        limits: Limits::new(&clock),
        seal: Seal::open(&config.data, config.rp_id())?,
        clock,
        passkeys: Passkeys::new(config)?,
        providers: Providers::new(config)?,
        config: config.clone(),
        live: Live::default(),
        help: Help::default(),
        assets: Assets::load(),
    }))
}
