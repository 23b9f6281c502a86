//! The page of one's own notices: by severity, in the quiet hours, on which devices.

use askama::Template;
use axum::extract::State;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use i18n_embed_fl::fl;

use crate::{
    domain::{
        notice::{Choices, Quiet, Way},
        rule::Severity,
        times::read_time,
    },
    gate::{Permit, Side, actions},
    store::{
        Tx,
        notices::{self, Chooses, DeviceLine},
    },
    web::{
        App, ErrorLine, Field, Fields, Form, Frame, Here, Lang, Result, agent, alert_words, conflict, page, see_other,
        unprocessable, words,
    },
};

#[derive(Debug, Template)]
#[template(path = "hub/notifications/settings.html")]
pub(super) struct Settings {
    frame: Frame,
    errors: Vec<ErrorLine>,
    stale: bool,
    /// Alerts are the office's; others are told only when the hub itself is not well.
    is_office: bool,
    revision: i32,
    ways: Vec<WayField>,
    quiet_from: Field,
    quiet_until: Field,
    /// What browsers subscribe with; none where pushes are switched off.
    key: Option<String>,
    devices: Vec<DeviceRow>,
}

#[derive(Debug)]
struct WayField {
    field: Field,
    label: String,
    hint: String,
}

#[derive(Debug)]
struct DeviceRow {
    agent: String,
    added: String,
    reached: Option<String>,
    remove: String,
}

/// All that the page shows.
#[derive(Debug)]
pub(super) struct Own {
    choices: Choices,
    revision: i32,
    devices: Vec<DeviceLine>,
    key: Option<Vec<u8>>,
}

impl Own {
    pub(super) async fn read<A: Chooses>(tx: &mut Tx, permit: &Permit<A>) -> Result<Self> {
        let (choices, revision) = notices::choices(tx, permit).await?;
        Ok(Self { choices, revision, devices: notices::devices(tx, permit).await?, key: notices::public_key(tx, permit).await? })
    }
}

pub(super) async fn show(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::ReadNotices>(&here.actor, &here.myself())?;
    let own = Own::read(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("devices", own.devices.len())).await?;
    let texts = here.lang.texts();
    let flash = match here.query().get("done") {
        "saved" => Some(fl!(texts, "notice-done-saved")),
        "added" => Some(fl!(texts, "notice-done-added")),
        "removed" => Some(fl!(texts, "notice-done-removed")),
        "tried" => Some(fl!(texts, "notice-done-tried")),
        _ => None,
    };
    let typed = Typed::of(&own.choices);
    let mut settings = Settings::new(&app, &here, own, typed);
    settings.frame = settings.frame.with_flash(flash);
    page(&settings)
}

/// The fields of the form, with their errors.
#[derive(Debug)]
pub(super) struct Typed {
    urgent: Field,
    warning: Field,
    caution: Field,
    quiet_from: Field,
    quiet_until: Field,
}

impl Typed {
    fn of(choices: &Choices) -> Self {
        let at = |pick: fn(Quiet) -> jiff::civil::Time| choices.quiet.map(|quiet| words::time(pick(quiet))).unwrap_or_default();
        Self {
            urgent: Field::required("urgent", choices.urgent.code()),
            warning: Field::required("warning", choices.warning.code()),
            caution: Field::required("caution", choices.caution.code()),
            quiet_from: Field::optional("quiet_from", &at(|quiet| quiet.from)),
            quiet_until: Field::optional("quiet_until", &at(|quiet| quiet.until)),
        }
    }

    /// What the form says, or for each field what to mend.
    fn read(lang: Lang, fields: &Fields) -> (Self, Option<Choices>) {
        let texts = lang.texts();
        let way = |name: &str, severity: Severity| {
            let field = Field::required(name, fields.get(name));
            let way = Way::from_code(&field.value).filter(|way| severity != Severity::Urgent || *way != Way::Page);
            let missing = || fl!(texts, "error-not-a-choice", field = alert_words::severity(lang, severity));
            (field.with_error(way.is_none().then(missing)), way)
        };
        let time = |name: &str, label: String| {
            let field = Field::optional(name, fields.get(name));
            match read_time(&field.value) {
                Ok(at) => (field, at),
                Err(_) => (field.with_error(Some(fl!(texts, "time-error", field = label))), None),
            }
        };
        let (urgent, by_urgent) = way("urgent", Severity::Urgent);
        let (warning, by_warning) = way("warning", Severity::Warning);
        let (caution, by_caution) = way("caution", Severity::Caution);
        let (quiet_from, from) = time("quiet_from", fl!(texts, "notice-quiet-from"));
        let (mut quiet_until, until) = time("quiet_until", fl!(texts, "notice-quiet-until"));
        if quiet_from.error.is_none() && quiet_until.error.is_none() && from.is_some() != until.is_some() {
            quiet_until.error = Some(fl!(texts, "notice-error-half"));
        }
        let typed = Self { urgent, warning, caution, quiet_from, quiet_until };
        let is_clear = typed.fields().iter().all(|field| field.error.is_none());
        let quiet = from.zip(until).map(|(from, until)| Quiet { from, until });
        let choices = by_urgent.zip(by_warning).zip(by_caution);
        let choices = choices.map(|((urgent, warning), caution)| Choices { urgent, warning, caution, quiet });
        (typed, choices.filter(|_| is_clear))
    }

    const fn fields(&self) -> [&Field; 5] {
        [&self.urgent, &self.warning, &self.caution, &self.quiet_from, &self.quiet_until]
    }
}

fn way_word(lang: Lang, way: Way) -> String {
    let texts = lang.texts();
    match way {
        Way::Both => fl!(texts, "notice-way-both"),
        Way::Mail => fl!(texts, "notice-way-mail"),
        Way::Push => fl!(texts, "notice-way-push"),
        Way::Page => fl!(texts, "notice-way-page"),
    }
}

impl Settings {
    pub(super) fn new(app: &App, here: &Here, own: Own, typed: Typed) -> Self {
        let (lang, texts) = (here.lang, here.lang.texts());
        let errors = ErrorLine::of(typed.fields());
        let field = |field: Field, severity: Severity, hint: String| {
            let ways = Way::ALL.iter().filter(|way| severity != Severity::Urgent || **way != Way::Page);
            let choices: Vec<_> = ways.map(|way| (way.code().to_owned(), way_word(lang, *way))).collect();
            WayField { field: field.with_choices(choices), label: alert_words::severity(lang, severity), hint }
        };
        let row = |device: DeviceLine| DeviceRow {
            agent: agent::words(&device.agent),
            added: words::moment(lang, device.created_at),
            reached: device.reached_at.map(|at| words::moment(lang, at)),
            remove: format!("/me/notices/devices/{}/removal", device.id),
        };
        Self {
            frame: Frame::here(app, here, fl!(texts, "notice-title")).with_crumb("/me", fl!(texts, "me-title")),
            errors,
            stale: false,
            is_office: here.acting.role.side() == Side::Office,
            revision: own.revision,
            ways: vec![
                field(typed.urgent, Severity::Urgent, fl!(texts, "notice-hint-urgent")),
                field(typed.warning, Severity::Warning, String::new()),
                field(typed.caution, Severity::Caution, String::new()),
            ],
            quiet_from: typed.quiet_from,
            quiet_until: typed.quiet_until,
            key: own.key.filter(|_| app.config.push.is_some()).map(|key| URL_SAFE_NO_PAD.encode(key)),
            devices: own.devices.into_iter().map(row).collect(),
        }
    }
}

pub(super) async fn update(here: Here, State(app): State<App>, Form(fields): Form) -> Result {
    let (typed, choices) = Typed::read(here.lang, &fields);
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::ChooseNotices>(&here.actor, &here.myself())?;
    let revision = fields.get("revision").parse().unwrap_or(-1);
    let mut stale = false;
    if let Some(choices) = choices {
        if notices::set_choices(&mut tx, &permit, revision, &choices).await? {
            tx.commit(permit.deed().with("revision", revision + 1)).await?;
            return Ok(see_other("/me/notices?done=saved"));
        }
        stale = true;
    }
    drop(tx);
    let mut tx = app.tx(&here.actor).await?;
    let own = Own::read(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("step", if stale { "conflict" } else { "refused" })).await?;
    let mut settings = Settings::new(&app, &here, own, typed);
    // One's own choices, changed in another window: what was typed is kept, and saving it once more is the answer.
    settings.stale = stale;
    if stale { conflict(&settings) } else { unprocessable(&settings) }
}
