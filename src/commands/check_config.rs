//! `tsunagi check-config`: every setting with its value in force.

use std::io::Write;

use tsunagi::config::Config;

pub(crate) fn run(config: &Config, out: &mut dyn Write) -> anyhow::Result<()> {
    for line in config.show() {
        writeln!(out, "{:<24} {}\n{:<24}   {}", line.name, line.value, "", line.meaning)?;
    }
    Ok(())
}
