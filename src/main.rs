//! The command line of the hub.

mod commands;

use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use tracing_subscriber::{filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};
use tsunagi::config::{Config, Log};

/// つなぎ: the hub through which the people around a child keep watch together.
#[derive(Debug, Parser)]
#[command(name = "tsunagi", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the hub until told to stop
    Serve,
    /// Serve a hub with a fictional demo ward and print links to enter it
    Quickstart,
    /// Bring a database of your own up to date, as its owner
    Migrate,
    /// Print every setting with its value in force
    CheckConfig,
    /// The fictional demo ward
    #[command(subcommand)]
    Demo(commands::demo::Demo),
    /// The wards of this hub
    #[command(subcommand)]
    Ward(commands::ward::Ward),
    /// Receipts of what was reported
    #[command(subcommand)]
    Receipt(commands::receipt::Receipt),
    /// Bring files in
    #[command(subcommand)]
    Import(Import),
}

#[derive(Debug, Subcommand)]
enum Import {
    /// A roster of requests to watch: says what would happen, saves with --accept
    Watches(commands::import::Options),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments.command) {
        Ok(code) => code,
        Err(error) => {
            // The last word of a command goes to the person who called it, whatever the log does.
            let _ = writeln!(io::stderr(), "tsunagi: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> anyhow::Result<ExitCode> {
    let config = Config::from_env()?;
    log_to_stderr(config.log);
    // Another library may bring its own; one provider must be named before the first connection.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut out = io::stdout();
    match command {
        Command::Serve => runtime.block_on(commands::serve::run(&config, &mut out))?,
        Command::Quickstart => runtime.block_on(commands::quickstart::run(&config, &mut out))?,
        Command::Migrate => runtime.block_on(commands::migrate::run(&config))?,
        Command::CheckConfig => commands::check_config::run(&config, &mut out)?,
        Command::Demo(demo) => runtime.block_on(commands::demo::run(&config, demo, &mut out))?,
        Command::Ward(ward) => runtime.block_on(commands::ward::run(&config, ward, &mut out))?,
        Command::Receipt(receipt) => return commands::receipt::run(&config, receipt, &mut out),
        Command::Import(Import::Watches(options)) => return runtime.block_on(commands::import::run(&config, options, &mut out)),
    }
    Ok(ExitCode::SUCCESS)
}

/// Ours at the level that was asked for, libraries from warnings on.
fn log_to_stderr(log: Log) {
    let filter = Targets::new().with_default(tracing::Level::WARN).with_target("tsunagi", log.level);
    let registry = tracing_subscriber::registry().with(filter);
    if log.json {
        registry.with(tracing_subscriber::fmt::layer().json().with_writer(io::stderr)).init();
    } else {
        let colours = io::stderr().is_terminal();
        registry.with(tracing_subscriber::fmt::layer().with_ansi(colours).with_target(false).with_writer(io::stderr)).init();
    }
}
