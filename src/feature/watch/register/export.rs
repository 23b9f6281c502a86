//! A month taken away: a sheet for each class, or a row for each report.

use axum::extract::State;

use super::index::month_word;
use crate::{
    domain::{
        attendance::Mark,
        register::{self, Pupil},
        rights::Month,
        xlsx_out::{About, Cell},
    },
    gate::{Side, actions},
    store::register::{self as kept, Entered, Written},
    web::{
        App, Error, Fields, Here, Lang, Result, protection,
        takeaway::{self, Takeaway},
        words, written,
    },
};

const HEADINGS: [&str; 13] = [
    "日付",
    "管理コード",
    "施設",
    "学年・組",
    "氏名",
    "フリガナ",
    "出欠コード",
    "出欠",
    "家庭からの連絡",
    "理由",
    "入力",
    "入力者",
    "入力日時",
];

pub(super) async fn show(here: Here, State(app): State<App>) -> Result {
    let asked = Fields::parse(here.path.split_once('?').map_or("", |(_, query)| query).as_bytes());
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ExportRegister>(&here.actor, &here.place())?;
    let (now, today) = (tx.now(), tx.today());
    let month = match asked.get("month") {
        "" => Month::of(today),
        typed => Month::parse(typed).filter(|month| *month <= Month::of(today)).ok_or(Error::Hidden)?,
    };
    let mut written_down = match here.acting.role.side() {
        Side::Facility => kept::of_facility(&mut tx, &scope, month).await?,
        _ => kept::of_office(&mut tx, &scope, month).await?,
    };
    let encoding = asked.get("encoding");
    let format = if ["utf8", "cp932"].contains(&encoding) { encoding } else { "xlsx" };
    if format == "xlsx" {
        kept::add_year(&mut tx, &scope, &mut written_down.pupils, month).await?;
    }
    let deed = scope.deed().with("month", month.to_string()).with("format", format);
    let deed = deed.with("children", written_down.pupils.len()).with("reports", written_down.entered.len());
    // A facility writes down its own children, and its file is not one that tells where they are.
    let (is_office, reveal) = (here.acting.role.side() != Side::Facility, protection::reveals(&asked));
    let deed = match written_down.protected.len() {
        protected if is_office && protected > 0 => deed.with("protected", protected).with("revealed", reveal),
        _ => deed,
    };
    tx.commit(deed).await?;
    if is_office && !reveal {
        hide(&mut written_down);
    }

    let name = format!("register-{month}");
    if format != "xlsx" {
        let rows = rows(&written_down);
        return takeaway::answer(&app, &here, &asked, &Takeaway { rows, name, back: "/register".to_owned() });
    }
    let title = format!("{} 出席簿", month_word(Lang::Ja, month));
    let issuer = here.found.ward_name.clone();
    written(&name, move || {
        let book = register::book(written_down.pupils, month, today);
        register::write(&book, &About { title: &title, issuer: &issuer, made_at: now })
    })
    .await
}

/// Where protected children are does not leave the office: no facility, no class, and nobody who works there. They come last, by
/// reading: among the children of their facility the place in the file would tell.
fn hide(written: &mut Written) {
    let Written { pupils, entered, protected } = written;
    for pupil in pupils.iter_mut().filter(|pupil| protected.contains(&pupil.code)) {
        pupil.facility = protection::hidden();
        pupil.place = protection::hidden();
    }
    entered.iter_mut().filter(|((watch, _), _)| protected.contains(watch)).for_each(|(_, entered)| entered.by = None);
    pupils.sort_by_cached_key(|pupil| protected.contains(&pupil.code).then(|| pupil.kana.clone()));
}

/// A row for each report, by child and day; in Japanese whatever the language of the page: the file goes to other people.
fn rows(written: &Written) -> Vec<Vec<String>> {
    let lines = written.pupils.iter().flat_map(|pupil| {
        pupil.days.iter().map(move |(day, mark)| row(pupil, *day, mark, written.entered.get(&(pupil.code, *day))))
    });
    std::iter::once(HEADINGS.map(str::to_owned).to_vec()).chain(lines).collect()
}

fn row(pupil: &Pupil, day: jiff::civil::Date, mark: &Mark, entered: Option<&Entered>) -> Vec<String> {
    let by = match entered {
        Some(Entered { by_system: true, .. }) => "学校のシステム",
        _ => "職員",
    };
    vec![
        day.to_string(),
        pupil.code.to_string(),
        pupil.facility.clone(),
        pupil.place.clone(),
        pupil.name.clone(),
        pupil.kana.clone(),
        mark.status.code().to_owned(),
        words::status(Lang::Ja, mark.status, "school"),
        mark.contact.map(|contact| words::contact(Lang::Ja, contact)).unwrap_or_default(),
        mark.reason.map(|reason| words::reason(Lang::Ja, reason, "school")).unwrap_or_default(),
        by.to_owned(),
        entered.and_then(|entered| entered.by.clone()).unwrap_or_default(),
        entered.map(|entered| Cell::Moment(entered.at).text()).unwrap_or_default(),
    ]
}
