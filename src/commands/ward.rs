//! `tsunagi ward create`: a new ward, and the link for its first administrator.

use std::io::Write;

use clap::Subcommand;
use tsunagi::{
    config::Config,
    domain::clock::Clock,
    gate::Gate,
    work::ward::{self, Wanted},
};

use super::{demo::Desk, hub::Ground};

#[derive(Debug, Subcommand)]
pub(crate) enum Ward {
    /// Make a ward with its rules, holidays and calendars, and print the enrolment link of its first administrator
    Create {
        /// The municipality's code, for example 131121
        #[arg(long)]
        code: String,
        #[arg(long)]
        name: String,
        /// Stands in the footer of every page
        #[arg(long, default_value = "")]
        help_phone: String,
        #[arg(long, default_value = "")]
        help_hours: String,
        /// The name of the first administrator
        #[arg(long)]
        admin: String,
    },
}

pub(crate) async fn run(config: &Config, ward: &Ward, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let ground = Ground::for_command(config, &|line: &str| tracing::info!("{line}")).await?;
    let gate = Gate::new()?;
    let desk = Desk { db: &ground.db, gate: &gate, clock: &Clock::system(), config };
    let Ward::Create { code, name, help_phone, help_hours, admin } = ward;
    let done = create(&desk, &Wanted { code, name, help_phone, help_hours, admin }, out).await;
    ground.leave().await?;
    done
}

pub(crate) async fn create(desk: &Desk<'_>, wanted: &Wanted<'_>, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let made = ward::create(desk.db, desk.gate, desk.clock, wanted).await?;
    writeln!(
        out,
        "{}を作りました。管理担当の登録（7日間、1回だけ使えます）:\n{}{}",
        wanted.name,
        desk.config.origin_text(),
        made.path
    )?;
    Ok(())
}
