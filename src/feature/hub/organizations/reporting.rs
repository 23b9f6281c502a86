//! How a facility reports: the sheet, the sheet and the slip, or the slip alone.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    conflict,
    views::{self, Fact, path},
};
use crate::{
    domain::{
        ids::{Id, Organization},
        slip::Reporting,
    },
    gate::actions,
    store::organizations::{self, Details},
    web::{App, Error, ErrorLine, Field, Form, Frame, Here, Lang, Path, Result, page, see_other, unprocessable},
};

#[derive(Debug, Template)]
#[template(path = "hub/organizations/reporting.html")]
struct Edit {
    frame: Frame,
    errors: Vec<ErrorLine>,
    action: String,
    cancel_href: String,
    revision: i64,
    reporting: Field,
}

fn word(lang: Lang, reporting: Reporting) -> String {
    let texts = lang.texts();
    match reporting {
        Reporting::Daily => fl!(texts, "reporting-daily"),
        Reporting::DailyAndMonthly => fl!(texts, "reporting-daily-and-monthly"),
        Reporting::Monthly => fl!(texts, "reporting-monthly"),
    }
}

impl Edit {
    fn of(app: &App, here: &Here, details: &Details, field: Field) -> Self {
        let choices = Reporting::ALL.iter().map(|one| (one.code().to_owned(), word(here.lang, *one)));
        let reporting = field.with_choices(choices);
        Self {
            frame: views::frame(app, here, details.id, &details.name, fl!(here.lang.texts(), "reporting-title")),
            errors: ErrorLine::of([&reporting]),
            action: format!("{}/reporting", path(details.id)),
            cancel_href: path(details.id),
            revision: details.revision,
            reporting,
        }
    }
}

pub(super) async fn edit(here: Here, State(app): State<App>, Path(id): Path<Id<Organization>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let place = organizations::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::EditOrganization>(&here.actor, &place)?;
    let details = organizations::details(&mut tx, &permit).await?;
    let reporting = organizations::reporting(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("step", "form")).await?;
    // Offices are asked nothing.
    if details.kind.facility().is_none() {
        return Ok(see_other(&path(id)));
    }
    page(&Edit::of(&app, &here, &details, Field::required("reporting", reporting.code())))
}

pub(super) async fn update(here: Here, State(app): State<App>, Path(id): Path<Id<Organization>>, Form(typed): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let place = organizations::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::EditOrganization>(&here.actor, &place)?;
    let details = organizations::details(&mut tx, &permit).await?;
    if details.kind.facility().is_none() {
        tx.commit(permit.deed().with("step", "form")).await?;
        return Ok(see_other(&path(id)));
    }
    let revision = typed.get("revision").parse().unwrap_or(0);
    let chosen = Reporting::from_code(typed.get("reporting"));
    if let (Some(chosen), true) = (chosen, revision == details.revision)
        && organizations::set_reporting(&mut tx, &permit, revision, chosen).await?.is_ok()
    {
        tx.commit(permit.deed().with("reporting", chosen.code()).with("revision", revision + 1)).await?;
        return Ok(see_other(&format!("{}?done=saved", path(id))));
    }
    let now = organizations::reporting(&mut tx, &permit).await?;
    let is_stale = revision != details.revision;
    tx.commit(permit.deed().with("step", if is_stale { "conflict" } else { "refused" })).await?;
    let label = fl!(here.lang.texts(), "reporting-title");
    if is_stale {
        let frame = views::frame(&app, &here, id, &details.name, fl!(here.lang.texts(), "conflict-title"));
        let theirs = vec![Fact::new(label.clone(), word(here.lang, now))];
        let yours = vec![Fact::new(label, chosen.map(|chosen| word(here.lang, chosen)).unwrap_or_default())];
        return conflict::both(frame, theirs, yours, format!("{}/reporting", path(id)));
    }
    let said = fl!(here.lang.texts(), "reporting-error");
    let field = Field::required("reporting", typed.get("reporting")).with_error(Some(said));
    unprocessable(&Edit::of(&app, &here, &details, field))
}
