//! `tsunagi ward recover-admin`: the written form for the last administrator, and by its number the code.

use std::{borrow::Cow, fs, io::Write, path::PathBuf};

use clap::Args;
use tsunagi::{
    domain::{clock, wareki},
    web::Secret,
    work::recovery::{self, Wanted},
};
use tsunagi_forms::{RecoveryForm, recovery_form};

use super::demo::Desk;

#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// The municipality's code, for example 131121
    #[arg(long)]
    pub(crate) ward: String,
    /// Staff code or whole name of the administrator
    #[arg(long)]
    pub(crate) person: String,
    /// Number of the filled-in and signed form: approves the recovery and prints the code once
    #[arg(long, required_unless_present = "print_form", conflicts_with = "print_form")]
    pub(crate) form: Option<String>,
    /// Write the form to fill in, as PDF, and change nothing
    #[arg(long, value_name = "FILE")]
    pub(crate) print_form: Option<PathBuf>,
}

pub(crate) async fn run(desk: &Desk<'_>, options: &Options, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    match (&options.print_form, &options.form) {
        (Some(file), _) => print(desk, options, file, out),
        (None, form) => recover(desk, options, form.as_deref().unwrap_or_default(), out).await,
    }
}

/// The form with a number of its own. The ward is named by its code and the person as typed: whether they fit is checked later.
fn print(desk: &Desk<'_>, options: &Options, file: &PathBuf, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let now = desk.clock.now();
    let today = clock::in_japan(now).date();
    let secret = Secret::code();
    let number = format!("{}-{}", today.strftime("%Y%m%d"), secret.text().split('-').next().unwrap_or_default());
    let (ward, person) = (word(&options.ward), word(&options.person));
    let operation = format!("tsunagi ward recover-admin --ward {ward} --person {person} --form {number}");
    let form = RecoveryForm {
        ward: &options.ward,
        number: &number,
        made_on: &wareki::long(today),
        name: &options.person,
        operation: &operation,
        ..RecoveryForm::default()
    };
    let paper = recovery_form(&form, now)?;
    // Never over an earlier form, which may be signed by now.
    let mut written = fs::File::create_new(file).map_err(|error| anyhow::anyhow!("--print-form: {}: {error}", file.display()))?;
    written.write_all(&paper.pdf)?;
    writeln!(
        out,
        "復旧の申請書（番号 {number}）を {} に書きました。何も変更していません。\n記入・押印のうえ保管し、番号をつけて実行してください:\n  {operation}",
        file.display()
    )?;
    Ok(())
}

/// As it is typed into a shell: names have spaces.
fn word(text: &str) -> Cow<'_, str> {
    let is_plain = !text.is_empty() && text.chars().all(|letter| letter.is_alphanumeric() || letter == '-');
    if is_plain { text.into() } else { format!("'{}'", text.replace('\'', r"'\''")).into() }
}

async fn recover(desk: &Desk<'_>, options: &Options, form: &str, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let wanted = Wanted { ward: &options.ward, person: &options.person, form };
    let made = recovery::recover_admin(desk.db, desk.gate, desk.clock, &wanted).await?;
    let moment = |at| {
        let local = clock::in_japan(at);
        format!("{} {}", wareki::long(local.date()), local.strftime("%H:%M"))
    };
    writeln!(
        out,
        "{}さんの復旧のコード（1回だけ使えます。もう一度は表示できません）:\n\n    {}\n\n{} から {} まで、{}/recovery で使えます。\n\
         目の前の本人にだけ、声で伝えてください。この画面の記録を残さないでください。",
        made.person,
        made.code.text(),
        moment(made.opens_at),
        moment(made.expires_at),
        desk.config.origin_text()
    )?;
    Ok(())
}
