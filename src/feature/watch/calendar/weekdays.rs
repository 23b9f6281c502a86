//! お子さんごとの曜日: the days of the week agreed with a family, where they are fewer than the class has.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use crate::{
    domain::{
        calendar::Week,
        ids::{Id, Watch},
    },
    gate::actions,
    store::own_weeks::{self, Child},
    web::{App, Choice, Error, Form, Frame, Here, Lang, Path, Result, page, see_other, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/calendar/weekdays.html")]
struct Weekdays {
    frame: Frame,
    rows: Vec<ChildRow>,
}

#[derive(Debug)]
struct ChildRow {
    id: String,
    action: String,
    name: String,
    kana: String,
    place: String,
    week_word: String,
    /// Check boxes, Monday first; none is ticked where nothing was agreed.
    weekdays: Vec<Choice>,
}

impl ChildRow {
    fn of(lang: Lang, child: &Child) -> Self {
        let bits = child.week.map_or(0, Week::bits);
        let weekdays = (1..=7_i16).map(|iso| {
            let day = Week::from_iso_weekdays(&[iso]);
            Choice { value: iso.to_string(), label: words::week(lang, day), chosen: bits & day.bits() != 0, asks: false }
        });
        Self {
            id: format!("child-{}", child.watch),
            action: format!("/calendar/weekdays/{}", child.watch),
            name: child.name.clone(),
            kana: child.kana.clone(),
            place: words::place(&child.grade, &child.class),
            week_word: child.week.map_or_else(|| fl!(lang.texts(), "weekdays-as-class"), |week| words::week(lang, week)),
            weekdays: weekdays.collect(),
        }
    }
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditCalendar>(&here.actor, &here.place())?;
    let children = own_weeks::children(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("step", "weekdays").with("children", children.len())).await?;
    let flash = (here.query().get("done") == "saved").then(|| fl!(here.lang.texts(), "weekdays-saved"));
    let frame = Frame::here(&app, &here, fl!(here.lang.texts(), "weekdays-title"))
        .with_crumb("/calendar", fl!(here.lang.texts(), "calendar-title"))
        .with_flash(flash);
    page(&Weekdays { frame, rows: children.iter().map(|child| ChildRow::of(here.lang, child)).collect() })
}

/// All or no days ticked is the week of the class.
pub(super) async fn update(here: Here, State(app): State<App>, Path(watch): Path<Id<Watch>>, Form(typed): Form) -> Result {
    let days: Vec<i16> = typed.all("weekday").filter_map(|day| day.parse().ok()).collect();
    let week = Some(Week::from_iso_weekdays(&days)).filter(|week| week.bits() != 0 && *week != Week::EVERY_DAY);
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditCalendar>(&here.actor, &here.place())?;
    if !own_weeks::set(&mut tx, &permit, watch, week).await? {
        return Err(Error::Hidden);
    }
    tx.commit(permit.deed().with("watch", watch).with("weekdays", week.map(Week::iso_weekdays))).await?;
    Ok(see_other(&format!("/calendar/weekdays?done=saved#child-{watch}")))
}
