//! `tsunagi demo`: loads the fictional ward, and prints links that let one person of each role in.

use std::io::Write;

use clap::Subcommand;
use tsunagi::{
    config::Config,
    domain::clock::Clock,
    gate::Gate,
    store::Db,
    work::demo::{self, DEFAULT_CODE, Link, Whom},
};

use super::hub::Ground;

#[derive(Debug, Subcommand)]
pub(crate) enum Demo {
    /// Make the ward 架空区 with a year of invented reports
    Load {
        /// The code the new ward gets
        #[arg(long, default_value = "default")]
        ward: String,
    },
    /// Print fresh sign-in links, one for each role (with --json one for each person); works for demo wards only
    Links {
        #[arg(long, default_value = "default")]
        ward: String,
        /// For tools: a list of role, name, organization and url
        #[arg(long)]
        json: bool,
    },
}

/// What a console command does its work with.
pub(crate) struct Desk<'a> {
    pub(crate) db: &'a Db,
    pub(crate) gate: &'a Gate,
    pub(crate) clock: &'a Clock,
    pub(crate) config: &'a Config,
}

pub(crate) async fn run(config: &Config, demo: &Demo, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let ground = Ground::for_command(config, &|line: &str| tracing::info!("{line}")).await?;
    let gate = Gate::new()?;
    let desk = Desk { db: &ground.db, gate: &gate, clock: &Clock::system(), config };
    let done = match demo {
        Demo::Load { ward } => load(&desk, ward, out).await,
        Demo::Links { ward, json } => links(&desk, ward, *json, out).await,
    };
    ground.leave().await?;
    done
}

/// `default` stands for the ward every demo has.
fn code(ward: &str) -> &str {
    if ward == "default" { DEFAULT_CODE } else { ward }
}

pub(crate) async fn load(desk: &Desk<'_>, ward: &str, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let loaded = demo::load(desk.db, desk.gate, desk.clock, code(ward)).await?;
    writeln!(
        out,
        "架空区を作りました: 施設 {}、見守り {} 人、利用者 {} 人、報告 {} 件、アラート {} 件",
        loaded.facilities, loaded.watches, loaded.people, loaded.reports, loaded.alerts
    )?;
    Ok(())
}

pub(crate) async fn links(desk: &Desk<'_>, ward: &str, json: bool, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    // People read a short list, tools pick from all.
    let whom = if json { Whom::Everybody } else { Whom::Tour };
    let links = demo::links(desk.db, desk.gate, desk.clock, code(ward), whom).await?;
    let origin = desk.config.origin_text();
    let links: Vec<Link> = links.into_iter().map(|link| Link { path: format!("{origin}{}", link.path), ..link }).collect();
    if json {
        writeln!(out, "{}", serde_json::to_string(&links)?)?;
        return Ok(());
    }
    for link in links {
        writeln!(out, "{:<14} {}（{}）\n               {}", link.role, link.name, link.organization, link.path)?;
    }
    Ok(())
}
