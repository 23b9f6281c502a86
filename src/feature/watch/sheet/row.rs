//! One child on the sheet: what is recorded, what was typed, what to mend.

use i18n_embed_fl::fl;

use super::back::Back;
use crate::{
    domain::attendance::{
        Contact, ContactBy, ContactVia, Fault, Field as MarkField, Mark, MarkInput, MarkRefusal, Reason, Sign, Status,
    },
    store::sheets::{Recorded, Row},
    web::{Choice, ErrorLine, Fields, Lang, words},
};

/// `parts/child.html`.
#[derive(Debug, Clone)]
pub(super) struct SheetRow {
    pub watch_id: String,
    pub kana: String,
    pub name: String,
    pub place: String,
    pub back: Back,
    /// What to keep to where nobody is told whether the child is here.
    pub discreet: Option<String>,
    /// What adding to the day would make of it: after 遅刻, 早退 is both.
    pub adds: Option<String>,
    pub recorded: Option<String>,
    pub version: i32,
    pub choices: Vec<Choice>,
    pub more: Vec<Choice>,
    pub more_open: bool,
    pub contacts: Vec<Choice>,
    pub contact_by: Vec<Choice>,
    pub contact_via: Vec<Choice>,
    pub contact_open: bool,
    pub reasons: Vec<Choice>,
    pub note: String,
    pub signs: Vec<Choice>,
    pub signs_open: bool,
    pub sign_note: String,
    pub confirmer: String,
    pub confirmed_on: String,
    pub history_href: Option<String>,
    pub urgent_href: Option<String>,
    pub error: Option<String>,
    pub contact_error: Option<String>,
    pub reason_error: Option<String>,
    pub note_error: Option<String>,
    pub sign_error: Option<String>,
}

/// The four of every day; the rest is one step away.
const USUAL: [Status; 4] = [Status::Present, Status::Late, Status::Absent, Status::LeftEarly];

/// The words and wording a row is shown in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Voice {
    pub lang: Lang,
    /// What `words::wording` gave.
    pub kind: &'static str,
}

/// What was typed about one child; rows nobody touched are blank.
pub(super) fn typed(fields: &Fields, key: &str) -> MarkInput {
    let get = |name: &str| fields.get(&format!("{name}.{key}")).to_owned();
    MarkInput {
        status: get("status"),
        contact: get("contact"),
        contact_by: get("contact_by"),
        contact_via: get("contact_via"),
        reason: get("reason"),
        note: get("note"),
        confirmer: get("confirmer"),
        confirmed_on: get("confirmed_on"),
        signs: fields.all(&format!("sign.{key}")).map(ToOwned::to_owned).collect(),
        sign_note: get("sign_note"),
    }
}

/// A recorded report as if it had been typed, so that the sheet shows what is there.
pub(super) fn as_typed(mark: &Mark) -> MarkInput {
    let code = |code: Option<&'static str>| code.unwrap_or_default().to_owned();
    MarkInput {
        status: mark.status.code().to_owned(),
        contact: code(mark.contact.map(Contact::code)),
        contact_by: code(mark.contact_by.map(ContactBy::code)),
        contact_via: code(mark.contact_via.map(ContactVia::code)),
        reason: code(mark.reason.map(Reason::code)),
        note: mark.note.clone().unwrap_or_default(),
        confirmer: mark.confirmation.as_ref().map(|confirmation| confirmation.by.clone()).unwrap_or_default(),
        confirmed_on: mark.confirmation.as_ref().map(|confirmation| confirmation.on.to_string()).unwrap_or_default(),
        signs: mark.signs.iter().map(|sign| sign.code().to_owned()).collect(),
        sign_note: mark.sign_note.clone().unwrap_or_default(),
    }
}

impl SheetRow {
    /// The row with what was typed, or with what is recorded when nothing was.
    pub(super) fn new(voice: Voice, row: &Row, input: Option<&MarkInput>) -> Self {
        let recorded = row.recorded.as_ref();
        let shown = input.cloned().or_else(|| recorded.map(|recorded| as_typed(&recorded.mark))).unwrap_or_default();
        let Voice { lang, kind } = voice;
        let choice = |status: Status| Choice {
            value: status.code().to_owned(),
            label: words::status(lang, status, kind),
            chosen: shown.status == status.code(),
            asks: status.may_have_reason(),
        };
        let rare = Status::ALL.iter().copied().filter(|status| !USUAL.contains(status)).map(choice).collect::<Vec<_>>();
        let contacts = Contact::ALL.iter().map(|contact| plain(contact.code(), words::contact(lang, *contact), &shown.contact));
        let ask = plain("", fl!(lang.texts(), "field-choose"), &shown.reason);
        let open = |chosen: &str| plain("", fl!(lang.texts(), "field-leave-open"), chosen);
        let by = ContactBy::ALL.iter().map(|by| plain(by.code(), words::contact_by(lang, *by), &shown.contact_by));
        let via = ContactVia::ALL.iter().map(|via| plain(via.code(), words::contact_via(lang, *via), &shown.contact_via));
        let reasons = Reason::ALL.iter().map(|reason| plain(reason.code(), words::reason(lang, *reason, kind), &shown.reason));
        let signs = Sign::ALL.iter().map(|sign| Choice {
            value: sign.code().to_owned(),
            label: words::sign(lang, *sign),
            chosen: shown.signs.iter().any(|code| code == sign.code()),
            asks: false,
        });
        Self {
            watch_id: row.watch.to_string(),
            kana: row.kana.clone(),
            name: row.name.clone(),
            place: words::place(&row.grade, &row.class),
            back: Back::default(),
            discreet: row.discreet.then(|| fl!(lang.texts(), "sheet-discreet")),
            adds: recorded.and_then(|recorded| adds(lang, recorded.mark.status, kind)),
            recorded: recorded.map(|recorded| recorded_words(voice, recorded)),
            version: recorded.map_or(0, |recorded| recorded.version),
            choices: USUAL.into_iter().map(choice).collect(),
            more_open: rare.iter().any(|choice| choice.chosen),
            more: rare,
            contacts: contacts.collect(),
            contact_by: std::iter::once(open(&shown.contact_by)).chain(by).collect(),
            contact_via: std::iter::once(open(&shown.contact_via)).chain(via).collect(),
            contact_open: !shown.contact_by.is_empty() || !shown.contact_via.is_empty(),
            reasons: std::iter::once(ask).chain(reasons).collect(),
            signs_open: !shown.signs.is_empty() || !shown.sign_note.is_empty(),
            signs: signs.collect(),
            note: shown.note,
            sign_note: shown.sign_note,
            confirmer: shown.confirmer,
            confirmed_on: shown.confirmed_on,
            history_href: Some(format!("/sheet/reports/{}", row.watch)),
            urgent_href: Some(format!("/urgent?child={}", row.watch)),
            error: None,
            contact_error: None,
            reason_error: None,
            note_error: None,
            sign_error: None,
        }
    }

    /// With the four weeks before.
    pub(super) fn looking_back(mut self, back: Back) -> Self {
        self.back = back;
        self
    }

    /// The same child on another day of one page: fields and ids carry the day too.
    pub(super) fn keyed(mut self, key: String) -> Self {
        self.watch_id = key;
        self
    }

    /// Puts the refusals to their fields and gives their lines for the summary.
    pub(super) fn refuse(&mut self, lang: Lang, refusals: &[MarkRefusal]) -> Vec<ErrorLine> {
        let mut lines: Vec<ErrorLine> = refusals.iter().map(|refusal| self.refuse_one(lang, *refusal)).collect();
        // Who was spoken to and how are refused together, in the same words.
        lines.dedup();
        lines
    }

    /// Says something about the whole row.
    pub(super) fn complain(&mut self, text: String) -> ErrorLine {
        let line = ErrorLine { href: format!("#status-{}", self.watch_id), text: text.clone() };
        self.error = Some(text);
        line
    }

    fn refuse_one(&mut self, lang: Lang, refusal: MarkRefusal) -> ErrorLine {
        let (texts, name) = (lang.texts(), self.name.as_str());
        match refusal.field {
            MarkField::Contact | MarkField::ContactBy | MarkField::ContactVia => {
                let text = if refusal.fault == Fault::WithoutContact {
                    fl!(texts, "error-contact-without", name = name)
                } else {
                    fl!(texts, "error-contact", name = name)
                };
                self.contact_error = Some(text.clone());
                ErrorLine { href: format!("#contact-{}", self.watch_id), text }
            }
            MarkField::Reason => {
                let text = fl!(texts, "error-reason", name = name);
                self.reason_error = Some(text.clone());
                ErrorLine { href: format!("#reason-{}", self.watch_id), text }
            }
            MarkField::Note => {
                let now = self.note.chars().count();
                let text = if refusal.fault == Fault::TooLong {
                    fl!(texts, "error-note-long", name = name, max = 100, now = now)
                } else {
                    fl!(texts, "error-note-characters", name = name)
                };
                self.note_error = Some(text.clone());
                ErrorLine { href: format!("#note-{}", self.watch_id), text }
            }
            MarkField::Signs | MarkField::SignNote => {
                let text = fl!(texts, "error-sign-note", name = name);
                self.signs_open = true;
                self.sign_error = Some(text.clone());
                ErrorLine { href: format!("#sign-note-{}", self.watch_id), text }
            }
            MarkField::Confirmer | MarkField::ConfirmedOn => {
                let met = self.more.iter().any(|choice| choice.chosen && choice.value == Status::SeenElsewhere.code());
                let text =
                    if met { fl!(texts, "error-meeting", name = name) } else { fl!(texts, "error-confirmation", name = name) };
                self.more_open = true;
                self.complain(text)
            }
            MarkField::Day if refusal.fault == Fault::InTheFuture => {
                let text = fl!(texts, "error-sheet-future");
                self.complain(text)
            }
            MarkField::Day => {
                let text = fl!(texts, "error-sheet-closed", name = name);
                self.complain(text)
            }
            MarkField::Status => {
                let text = fl!(texts, "error-status", name = name);
                self.complain(text)
            }
        }
    }
}

/// 「9:12 欠席（連絡なし） 佐藤 健一」 of the latest version.
pub(super) fn recorded_words(voice: Voice, recorded: &Recorded) -> String {
    let (at, word) = (words::time_of_day(recorded.at), words::mark(voice.lang, &recorded.mark, voice.kind));
    match &recorded.who {
        Some(who) => fl!(voice.lang.texts(), "sheet-recorded-by", at = at, word = word, who = who.as_str()),
        None => format!("{at} {word}"),
    }
}

fn adds(lang: Lang, status: Status, kind: &str) -> Option<String> {
    let other = match status {
        Status::Late => Status::LeftEarly,
        Status::LeftEarly => Status::Late,
        _ => return None,
    };
    let word = |status| words::status(lang, status, kind);
    Some(fl!(lang.texts(), "sheet-adds", first = word(status), then = word(other), both = word(status.then(other))))
}

fn plain(code: &str, label: String, chosen: &str) -> Choice {
    Choice { value: code.to_owned(), label, chosen: chosen == code, asks: false }
}
