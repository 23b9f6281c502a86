//! `tsunagi ward`: a new ward with the links for its first administrators, and the way back for its last one.

use std::io::Write;

use clap::Subcommand;
use tsunagi::{
    config::Config,
    domain::clock::Clock,
    gate::Gate,
    work::ward::{self, Wanted},
};

use super::{demo::Desk, hub::Ground, recover_admin};

#[derive(Debug, Subcommand)]
pub(crate) enum Ward {
    /// Make a ward with its rules, holidays and calendars, and print the enrolment links of its first administrators
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
        /// The name of an administrator; give it at least twice, for two people
        #[arg(long = "admin", required = true)]
        admins: Vec<String>,
    },
    /// Give an administrator the account back, by a written form, when the ward has too few others to do it
    RecoverAdmin(recover_admin::Options),
}

pub(crate) async fn run(config: &Config, ward: &Ward, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let ground = Ground::for_command(config, &|line: &str| tracing::info!("{line}")).await?;
    let gate = Gate::new()?;
    let desk = Desk { db: &ground.db, gate: &gate, clock: &Clock::system(), config };
    let done = match ward {
        Ward::Create { code, name, help_phone, help_hours, admins } => {
            let admins: Vec<&str> = admins.iter().map(String::as_str).collect();
            create(&desk, &Wanted { code, name, help_phone, help_hours, admins: &admins }, out).await
        }
        Ward::RecoverAdmin(options) => recover_admin::run(&desk, options, out).await,
    };
    ground.leave().await?;
    done
}

pub(crate) async fn create(desk: &Desk<'_>, wanted: &Wanted<'_>, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let made = ward::create(desk.db, desk.gate, desk.clock, wanted).await?;
    writeln!(out, "{}を作りました。管理者それぞれの登録（7日間、1回だけ使えます）:", wanted.name)?;
    for link in &made.links {
        writeln!(out, "{}  {}{}", link.name, desk.config.origin_text(), link.path)?;
    }
    Ok(())
}
