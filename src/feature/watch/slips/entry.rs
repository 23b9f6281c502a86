//! One child's sheet on a draft: what was noticed, what is to be said; and where nothing is reported daily, the month itself.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    hand::{HandFields, Voice},
    list::is_by_hand,
    show::{draft_sheet, known_month, wording},
    views::{SheetView, month_word, noticed_word},
};
use crate::{
    domain::{
        ids::{Id, Watch},
        name::Text,
        slip::{Entry, Hand, HandFault, Month, NOTE, Noticed},
    },
    gate::{Permit, actions},
    store::{
        Tx,
        slips::{self, Sheet, Slip},
    },
    web::{
        App, Choice, Error, ErrorLine, Field, Fields, Form, Frame, Here, Lang, Path, Result, conflict, page, say, see_other,
        unprocessable,
    },
};

#[derive(Debug, Template)]
#[template(path = "watch/slips/entry.html")]
struct Edit {
    frame: Frame,
    errors: Vec<ErrorLine>,
    stale: bool,
    action: String,
    cancel_href: String,
    revision: i64,
    sheet: SheetView,
    hand: Option<HandFields>,
    noticed_is: Field,
    noticed: Vec<Choice>,
    note: Field,
}

/// What a person says about the child.
struct Said {
    noticed_is: Field,
    noticed: Vec<Choice>,
    note: Field,
}

impl Said {
    fn new(lang: Lang, is: &str, chosen: &[Noticed], note: &str) -> Self {
        let texts = lang.texts();
        let choice = |one: &Noticed| Choice {
            value: one.code().to_owned(),
            label: noticed_word(lang, *one),
            chosen: chosen.contains(one),
            asks: false,
        };
        let choices = [("none", fl!(texts, "slip-unchanged")), ("some", fl!(texts, "slip-noticed-some"))];
        Self {
            noticed_is: Field::required("noticed_is", is).with_choices(choices.map(|(code, word)| (code.to_owned(), word))),
            noticed: Noticed::ALL.iter().map(choice).collect(),
            note: Field::optional("note", note),
        }
    }

    fn of(lang: Lang, entry: &Entry) -> Self {
        let is = match entry.noticed.as_deref() {
            None => "",
            Some([]) => "none",
            Some(_) => "some",
        };
        Self::new(lang, is, entry.noticed.as_deref().unwrap_or_default(), &entry.note)
    }

    /// What was typed, or for each field what to mend.
    fn read(lang: Lang, typed: &Fields) -> (Self, Option<(Vec<Noticed>, String)>) {
        let texts = lang.texts();
        let chosen: Vec<Noticed> =
            Noticed::ALL.iter().copied().filter(|one| typed.all("noticed").any(|code| code == one.code())).collect();
        let is = typed.get("noticed_is");
        let mut said = Self::new(lang, is, &chosen, typed.get("note"));
        let note = match Text::<NOTE>::parse_or_none(&said.note.value) {
            Ok(note) => Some(note.map(String::from).unwrap_or_default()),
            Err(refusal) => {
                said.note.error = Some(say::say(lang, refusal.key(), &refusal.args()));
                None
            }
        };
        let noticed = match is {
            "none" => Some(Vec::new()),
            "some" if chosen.is_empty() => {
                said.noticed_is.error = Some(fl!(texts, "slip-error-which"));
                None
            }
            "some" => {
                if note.as_deref() == Some("") {
                    said.note.error = Some(fl!(texts, "slip-error-note"));
                }
                Some(chosen)
            }
            _ => {
                said.noticed_is.error = Some(fl!(texts, "slip-error-noticed"));
                None
            }
        };
        let is_clear = said.note.error.is_none();
        (said, noticed.zip(note).filter(|_| is_clear))
    }
}

impl Edit {
    fn of(app: &App, here: &Here, (slip, sheet): (&Slip, &Sheet), hand: Option<HandFields>, said: Said) -> Self {
        let (texts, month) = (here.lang.texts(), slip.month);
        let fields: Vec<&Field> = hand.iter().flat_map(HandFields::fields).chain([&said.noticed_is, &said.note]).collect();
        Self {
            frame: Frame::here(app, here, fl!(texts, "slip-entry-title"))
                .with_crumb("/slips", fl!(texts, "slips-title"))
                .with_crumb(format!("/slips/{month}"), month_word(here.lang, month)),
            errors: ErrorLine::of(fields),
            stale: false,
            action: format!("/slips/{month}/entries/{}", sheet.watch),
            cancel_href: format!("/slips/{month}#child-{}", sheet.watch),
            revision: slip.revision,
            sheet: SheetView::of(here.lang, sheet, wording(here), None),
            hand,
            noticed_is: said.noticed_is,
            noticed: said.noticed,
            note: said.note,
        }
    }
}

/// The draft with the child's sheet; `None` where there is no draft. A child of another facility is not there.
async fn load(
    tx: &mut Tx,
    permit: &Permit<actions::PrepareSlip>,
    month: Month,
    watch: Id<Watch>,
) -> Result<Option<(Slip, Sheet, bool)>> {
    if !slips::is_ours(tx, permit, watch).await? {
        return Err(Error::Hidden);
    }
    let by_hand = is_by_hand(slips::reporting(tx, permit).await?);
    Ok(draft_sheet(tx, permit, month, watch).await?.map(|(slip, sheet)| (slip, sheet, by_hand)))
}

fn voice(here: &Here, month: Month) -> Voice {
    Voice { lang: here.lang, kind: wording(here), month }
}

pub(super) async fn edit(here: Here, State(app): State<App>, Path((month, watch)): Path<(Month, Id<Watch>)>) -> Result {
    let month = known_month(&app, month)?;
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::PrepareSlip>(&here.actor, &here.place())?;
    let loaded = load(&mut tx, &permit, month, watch).await?;
    tx.commit(permit.deed().with("step", "form").with("month", month).with("watch", watch)).await?;
    let Some((slip, sheet, by_hand)) = loaded else { return Ok(see_other(&format!("/slips/{month}"))) };
    let written = sheet.entry.by_hand;
    let hand = if written { Hand::of(&sheet.entry) } else { Hand::default() };
    let hand = by_hand.then(|| HandFields::of(voice(&here, month), &hand, written));
    page(&Edit::of(&app, &here, (&slip, &sheet), hand, Said::of(here.lang, &sheet.entry)))
}

pub(super) async fn update(
    here: Here,
    State(app): State<App>,
    Path((month, watch)): Path<(Month, Id<Watch>)>,
    Form(typed): Form,
) -> Result {
    let month = known_month(&app, month)?;
    let voice = voice(&here, month);
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::PrepareSlip>(&here.actor, &here.place())?;
    let Some((slip, sheet, by_hand)) = load(&mut tx, &permit, month, watch).await? else {
        tx.commit(permit.deed().with("step", "same").with("month", month)).await?;
        return Ok(see_other(&format!("/slips/{month}")));
    };
    let (said, spoken) = Said::read(here.lang, &typed);
    let (hand, counted) = if by_hand {
        let (mut fields, hand) = HandFields::read(voice, &typed);
        let counted = match hand {
            Some(hand) => {
                tally(&mut tx, &permit, &slip, (watch, &hand)).await?.map_err(|faults| fields.refuse(voice, &faults)).ok()
            }
            None => None,
        };
        (Some(fields), counted)
    } else {
        (None, Some(sheet.entry.clone()))
    };
    let revision = typed.get("revision").parse().unwrap_or(0);
    let mut stale = revision != slip.revision;
    if let (false, Some((noticed, note)), Some(counted)) = (stale, spoken, counted) {
        let entry = Entry { noticed: Some(noticed), note, ..counted };
        if slips::touch(&mut tx, &permit, &slip, revision).await? {
            slips::write(&mut tx, &permit, (month, slip.version), watch, &entry).await?;
            tx.commit(permit.deed().with("month", month).with("version", slip.version).with("watch", watch)).await?;
            return Ok(see_other(&format!("/slips/{month}?done=saved#child-{watch}")));
        }
        stale = true;
    }
    tx.commit(permit.deed().with("step", if stale { "conflict" } else { "refused" }).with("month", month)).await?;
    let page = Edit::of(&app, &here, (&slip, &sheet), hand, said);
    if stale { conflict(&Edit { stale, ..page }) } else { unprocessable(&page) }
}

/// Counts what was written by hand on the child's own calendar.
async fn tally(
    tx: &mut Tx,
    permit: &Permit<actions::PrepareSlip>,
    slip: &Slip,
    (watch, hand): (Id<Watch>, &Hand),
) -> Result<std::result::Result<Entry, Vec<HandFault>>> {
    let known = slips::known(tx, permit, slip.month).await?;
    let child = known.iter().find(|child| child.watch == watch).ok_or(Error::Hidden)?;
    Ok(hand.tally(slip.month, &child.calendar))
}
