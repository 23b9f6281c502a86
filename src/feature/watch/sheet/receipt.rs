//! The neutral receipt: what arrived and when, 受付済 or 対応中, never what follows from it.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::day::Day;
use crate::{
    domain::{
        ids::{Id, Submission},
        receipt::{Kind, Statement},
    },
    gate::actions,
    store::sheets::{self, Receipt},
    web::{App, Error, Frame, Here, Media, Path, Proof, Result, care_words, download, page, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/sheet/receipt.html")]
struct ReceiptPage {
    frame: Frame,
    sent: usize,
    unreported: usize,
    at: String,
    date_word: String,
    late: bool,
    who: Option<String>,
    proof: Proof,
    sheet_href: String,
    free_until: String,
    rows: Vec<ReceiptRow>,
}

#[derive(Debug)]
struct ReceiptRow {
    kana: String,
    name: String,
    place: String,
    word: String,
    signs: usize,
    state_word: String,
    correction_href: Option<String>,
}

pub(super) async fn show(here: Here, State(app): State<App>, Path((day, id)): Path<(Date, Id<Submission>)>) -> Result {
    let permit = app.gate.permit::<actions::ReadSheet>(&here.actor, &here.place())?;
    let mut tx = app.tx(&here.actor).await?;
    let receipt = sheets::receipt(&mut tx, &permit, id).await?.filter(|receipt| receipt.day == day).ok_or(Error::Hidden)?;
    let loaded = Day::load(&mut tx, &permit, day).await?;
    tx.commit(permit.deed().with("day", day).with("submission", id).with("children", receipt.lines.len())).await?;

    let texts = here.lang.texts();
    let voice = Day::voice(&here);
    let proof = Proof::new(&app, &statement(&here, id, &receipt), format!("/sheet/{day}/receipts/{id}/note"));
    let rows = receipt.lines.into_iter().map(|line| ReceiptRow {
        place: words::place(&line.grade, &line.class),
        word: words::mark(voice.lang, &line.mark, voice.kind),
        signs: line.mark.signs.len(),
        state_word: care_words::reply(voice.lang, line.reply),
        correction_href: Some(format!("/sheet/{day}/reports/{}/correction", line.watch)),
        kana: line.kana,
        name: line.name,
    });
    let rows: Vec<_> = rows.collect();
    page(&ReceiptPage {
        frame: Frame::here(&app, &here, fl!(texts, "receipt-title")),
        sent: rows.len(),
        unreported: loaded.rows.iter().filter(|row| row.recorded.is_none()).count(),
        at: words::time_of_day(receipt.sent_at),
        date_word: words::date(here.lang, day),
        late: receipt.late,
        who: receipt.who,
        proof,
        sheet_href: format!("/sheet/{day}"),
        free_until: words::time(loaded.facility.times.free_correction_until),
        rows,
    })
}

/// The signed text alone, to be kept.
pub(super) async fn note(here: Here, State(app): State<App>, Path((day, id)): Path<(Date, Id<Submission>)>) -> Result {
    let permit = app.gate.permit::<actions::ReadSheet>(&here.actor, &here.place())?;
    let mut tx = app.tx(&here.actor).await?;
    let receipt = sheets::receipt(&mut tx, &permit, id).await?.filter(|receipt| receipt.day == day).ok_or(Error::Hidden)?;
    tx.commit(permit.deed().with("day", day).with("submission", id).with("step", "taken_away")).await?;
    let signed = app.seal.sign(&statement(&here, id, &receipt));
    download(&format!("receipt-{id}"), Media::Text, signed.note.into_bytes())
}

fn statement(here: &Here, id: Id<Submission>, receipt: &Receipt) -> Statement {
    Statement {
        number: id.uuid(),
        kind: Kind::Sheet,
        ward: here.found.ward_name.clone(),
        facility: here.acting.organization_name.clone(),
        day: receipt.day,
        received: receipt.sent_at,
        children: receipt.lines.len(),
        content: receipt.content,
    }
}
