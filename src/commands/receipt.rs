//! `tsunagi receipt`: checks a receipt without the hub and without its database, shows the public keys, changes the key.

use std::{
    fs,
    io::{self, Read as _, Write},
    path::Path,
    process::ExitCode,
};

use anyhow::Context as _;
use clap::Subcommand;
use tsunagi::{
    config::Config,
    vault::{Seal, Verifier, Verifiers},
};

#[derive(Debug, Subcommand)]
pub(crate) enum Receipt {
    /// Check a receipt: a file, `-` for standard input, or its code of one line
    Verify {
        /// FILE or CODE
        receipt: String,
        /// A public key to check against, instead of those in the data folder; may be given more than once
        #[arg(long)]
        key: Vec<String>,
    },
    /// Print the public keys whose receipts are ours, the newest last
    Keys,
    /// Make a new key; receipts of the old one stay ours. Restart the hub on all nodes afterwards
    Rotate,
}

pub(crate) fn run(config: &Config, receipt: &Receipt, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    match receipt {
        Receipt::Verify { receipt, key } => return verify(config, receipt, key, out),
        Receipt::Keys => {
            for key in Seal::known(&config.data)?.0 {
                writeln!(out, "{key}")?;
            }
        }
        Receipt::Rotate => {
            let key = Seal::rotate(&config.data, config.rp_id())?;
            writeln!(out, "{key}")?;
            tracing::info!(key = key.number(), "a new key signs receipts once the hub is started again");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn verify(config: &Config, receipt: &str, keys: &[String], out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let verifiers = if keys.is_empty() {
        Seal::known(&config.data)?
    } else {
        Verifiers(keys.iter().map(|key| key.parse::<Verifier>()).collect::<Result<_, _>>()?)
    };
    anyhow::ensure!(!verifiers.0.is_empty(), "no public key in {}; give one with --key", config.data.display());
    match verifiers.check(&text(receipt)?) {
        Ok(checked) => {
            write!(out, "OK: signed with the key {}\n{}", checked.key, checked.statement.text())?;
            Ok(ExitCode::SUCCESS)
        }
        Err(fault) => {
            writeln!(out, "NOT OK: {fault}")?;
            Ok(ExitCode::FAILURE)
        }
    }
}

/// The file's text, or the code itself where there is no such file.
fn text(receipt: &str) -> anyhow::Result<String> {
    if receipt == "-" {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).context("standard input cannot be read as text")?;
        return Ok(text);
    }
    let path = Path::new(receipt);
    // A code can be longer than a name of a file may be: that too is "no such file".
    if path.is_file() {
        return fs::read_to_string(path).with_context(|| format!("{receipt} cannot be read as text"));
    }
    Ok(receipt.to_owned())
}
