//! Brings a roster of requests to watch in from the console.
//!
//! Without `--accept` it says what would happen and saves nothing. It ends with 2 when rows were or would be refused.

use std::{io::Write, path::PathBuf, process::ExitCode};

use anyhow::Context;
use tsunagi::{
    domain::{
        clock::Clock,
        ground::LegalGround,
        name::search_key,
        roster::{self, Assessment, Decoded, Field, KnownFacility, Mapping, RefusedRow, Table},
    },
    gate::{Actor, Duty, Gate, OrganizationFacts, Permit, actions},
    store::{
        Db, Tx,
        imports::{self, Office},
        organizations,
        requests::{self, Addition},
    },
    web::{Lang, say},
};

/// What to import, and how to read it.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// The roster: CSV in UTF-8 or CP932, or .xlsx
    pub(crate) file: PathBuf,
    /// The code of the ward
    #[arg(long)]
    pub(crate) ward: String,
    /// The name of the office that asks
    #[arg(long)]
    pub(crate) office: String,
    /// What a column means, where the guess is wrong: "列名=facility" or "3=name"; may be repeated
    #[arg(long = "map", value_name = "COLUMN=MEANING")]
    pub(crate) map: Vec<String>,
    /// The legal ground of rows that name none, by its code
    #[arg(long)]
    pub(crate) ground: Option<String>,
    /// Save the rows that can be taken
    #[arg(long)]
    pub(crate) accept: bool,
}

const REFUSED: u8 = 2;
const LANG: Lang = Lang::Ja;

pub(crate) async fn watches(
    db: &Db,
    gate: &Gate,
    clock: &Clock,
    options: &Options,
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let decoded = read(options)?;
    let mapping = mapping(&decoded.table, options)?;
    show(out, &decoded, &mapping)?;
    let office = office(db, clock, options).await?;
    let actor = Actor::from(Duty::command_line(office.ward));

    let mut tx = db.tx(&actor, clock.now()).await?;
    organizations::hold_still(&mut tx, &actor).await?;
    let permit = gate.permit::<actions::ImportRequests>(&actor, &office)?;
    requests::one_import_at_a_time(&mut tx, &permit).await?;
    let world = World::read(gate, &actor, &office, &mut tx, &permit).await?;
    let assessment = match roster::assess(&decoded.table, &mapping, &world.facilities, &world.watched, tx.today()) {
        Ok(assessment) => assessment,
        Err(refusals) => {
            for refusal in &refusals {
                writeln!(out, "{}", say::mapping_refusal(LANG, refusal))?;
            }
            return Ok(ExitCode::from(REFUSED));
        }
    };
    report(out, &assessment)?;
    let (added, refused) = (assessment.added.len(), assessment.refused.len());
    if options.accept {
        let additions: Vec<Addition> = assessment.added.into_iter().map(Addition::from).collect();
        requests::add_imported(&mut tx, &permit, &additions).await?;
    }
    let step = if options.accept { "accepted" } else { "check" };
    let deed = permit.deed().with("step", step).with("added", if options.accept { added } else { 0 });
    tx.commit(deed.with("already", assessment.already.len()).with("refused", refused)).await?;
    let last = if options.accept {
        format!("{added}件を取り込みました。")
    } else {
        "何も保存していません。--accept を付けると取り込みます。".to_owned()
    };
    writeln!(out, "{last}")?;
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::from(REFUSED) })
}

fn read(options: &Options) -> anyhow::Result<Decoded> {
    let bytes = std::fs::read(&options.file).with_context(|| format!("{} を開けません", options.file.display()))?;
    roster::decode(&bytes).map_err(|refusal| anyhow::anyhow!("{}", say::say(LANG, refusal.key(), &refusal.args())))
}

/// The guess, corrected by `--map` and `--ground`.
fn mapping(table: &Table, options: &Options) -> anyhow::Result<Mapping> {
    let mut mapping = roster::guess(table);
    for given in &options.map {
        let (column, meaning) =
            given.rsplit_once('=').with_context(|| format!("--map {given}: 「列名=項目」の形にしてください"))?;
        let codes = || Field::ALL.iter().map(|field| field.code()).collect::<Vec<_>>().join("、");
        let field = Field::from_code(meaning).with_context(|| format!("--map {given}: 項目は {} のどれかです", codes()))?;
        let at =
            column_named(table, &mapping, column).with_context(|| format!("--map {given}: 「{column}」という列がありません"))?;
        for (other, known) in mapping.columns.iter_mut().enumerate() {
            if other == at {
                *known = field;
            } else if *known == field {
                *known = Field::Ignored;
            }
        }
    }
    if let Some(code) = &options.ground {
        let codes = || LegalGround::ALL.iter().map(|ground| ground.code()).collect::<Vec<_>>().join("、");
        let ground = LegalGround::from_code(code).with_context(|| format!("--ground は {} のどれかです", codes()))?;
        mapping.default_ground = Some(ground);
    }
    Ok(mapping)
}

/// A column by the words above it, or by its number from 1.
fn column_named(table: &Table, mapping: &Mapping, name: &str) -> Option<usize> {
    let header = table.rows.iter().find(|row| Some(row.line) == mapping.header_row);
    let width = table.width();
    let by_words = header.and_then(|row| (0..width).find(|column| search_key(row.cell(*column)) == search_key(name)));
    by_words.or_else(|| name.parse::<usize>().ok().filter(|number| (1..=width).contains(number)).map(|number| number - 1))
}

async fn office(db: &Db, clock: &Clock, options: &Options) -> anyhow::Result<OrganizationFacts> {
    match imports::office(db, clock.now(), &options.ward, &options.office, |ward| Duty::command_line(ward).into()).await? {
        Office::Found(office) => Ok(office),
        Office::NoWard => anyhow::bail!("--ward {}: この番号の自治体はありません", options.ward),
        Office::NotAmong(names) => {
            anyhow::bail!("--office {}: この名前の機関はありません。次のどれかにしてください: {}", options.office, names.join("、"))
        }
    }
}

struct World {
    facilities: Vec<KnownFacility>,
    watched: Vec<roster::Watched>,
}

impl World {
    async fn read(
        gate: &Gate,
        actor: &Actor,
        office: &OrganizationFacts,
        tx: &mut Tx,
        permit: &Permit<actions::ImportRequests>,
    ) -> anyhow::Result<Self> {
        let scope = gate.scope::<actions::ImportRequests>(actor, office)?;
        let facilities = organizations::facilities(tx, &scope).await?.into_iter().map(organizations::Facility::known).collect();
        Ok(Self { facilities, watched: requests::watched(tx, permit).await? })
    }
}

/// How the file is read: what each column means.
fn show(out: &mut dyn Write, decoded: &Decoded, mapping: &Mapping) -> anyhow::Result<()> {
    writeln!(out, "文字コード: {}", say::roster_encoding(LANG, decoded.encoding))?;
    for warning in &decoded.warnings {
        writeln!(out, "{}", say::say(LANG, warning.key(), &warning.args()))?;
    }
    let header = decoded.table.rows.iter().find(|row| Some(row.line) == mapping.header_row);
    for (column, field) in mapping.columns.iter().enumerate() {
        let heading = header.map_or("", |row| row.cell(column)).replace(char::is_control, " ");
        writeln!(out, "  {}列目 {heading} → {}", column + 1, say::roster_field(LANG, *field))?;
    }
    Ok(())
}

fn report(out: &mut dyn Write, assessment: &Assessment) -> anyhow::Result<()> {
    for row in &assessment.refused {
        refused(out, row)?;
    }
    for passed in assessment.passed_over.iter().filter(|passed| passed.why != roster::Why::Blank) {
        writeln!(out, "{}行目: {}", passed.line, say::word(LANG, passed.why.key()))?;
    }
    let (added, already, refused) = (assessment.added.len(), assessment.already.len(), assessment.refused.len());
    writeln!(out, "追加 {added}、対象外（すでに依頼中） {already}、取り込めない {refused}")?;
    Ok(())
}

fn refused(out: &mut dyn Write, row: &RefusedRow) -> anyhow::Result<()> {
    for problem in &row.problems {
        let column = say::roster_field(LANG, problem.field);
        let place = if problem.field == Field::Ignored { say::word(LANG, "import-whole-row") } else { column };
        let mend = say::say(LANG, problem.reason.key(), &problem.reason.args());
        writeln!(out, "{}行目 {place}「{}」: {mend}", row.line, problem.value)?;
    }
    Ok(())
}
