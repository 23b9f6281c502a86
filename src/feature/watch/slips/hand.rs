//! The lines of a month written by hand: read from the form, and shown again with what to mend.

use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::views::month_word;
use crate::{
    domain::{
        attendance::{Contact, Reason, Status},
        name::Text,
        slip::{Hand, HandFault, HandLine, MOST_LINES, Month},
        wareki,
    },
    web::{Field, Fields, Lang, say, words},
};

/// Empty lines to write on.
const SPARE: usize = 3;
/// What a day away can be.
const AWAY: [Status; 7] = [
    Status::Absent,
    Status::Suspended,
    Status::Bereaved,
    Status::SuspendedOther,
    Status::Hospital,
    Status::SeenElsewhere,
    Status::StayedHome,
];

#[derive(Debug)]
pub(super) struct LineFields {
    pub(super) number: usize,
    pub(super) day: Field,
    pub(super) status: Field,
    pub(super) contact: Field,
    pub(super) reason: Field,
    pub(super) note: Field,
}

/// The part of the form that is written by hand.
#[derive(Debug)]
pub(super) struct HandFields {
    pub(super) lines: Vec<LineFields>,
    pub(super) late: Field,
    pub(super) left_early: Field,
    /// 「ほかの日は、すべて出席しました」
    pub(super) rest: Field,
}

/// In which language, for which kind of facility, about which month.
#[derive(Debug, Clone, Copy)]
pub(super) struct Voice {
    pub(super) lang: Lang,
    pub(super) kind: &'static str,
    pub(super) month: Month,
}

impl HandFields {
    /// What was written before.
    pub(super) fn of(voice: Voice, hand: &Hand, was_written: bool) -> Self {
        let mut lines: Vec<_> = hand.lines.iter().enumerate().map(|(at, line)| LineFields::of(voice, at, line)).collect();
        add_spare(voice, &mut lines);
        let number = |days: u32| if was_written { days.to_string() } else { String::new() };
        Self {
            lines,
            late: Field::required("late", &number(hand.late)),
            left_early: Field::required("left_early", &number(hand.left_early)),
            rest: Field::required("rest", if was_written { "yes" } else { "" }),
        }
    }

    /// What was typed, and the month it says; or for each field what to mend.
    pub(super) fn read(voice: Voice, typed: &Fields) -> (Self, Option<Hand>) {
        let texts = voice.lang.texts();
        let mut lines: Vec<LineFields> = (0..MOST_LINES).map(|at| LineFields::typed(voice, at, typed)).collect();
        lines.retain(|line| !line.is_empty());
        for (at, line) in lines.iter_mut().enumerate() {
            line.renumber(at);
        }
        let read: Vec<Option<HandLine>> = lines.iter_mut().map(|line| line.read(voice)).collect();
        let mut fields = Self {
            lines,
            late: Field::required("late", typed.get("late")),
            left_early: Field::required("left_early", typed.get("left_early")),
            rest: Field::required("rest", typed.get("rest")),
        };
        let late = number(voice.lang, &mut fields.late);
        let left_early = number(voice.lang, &mut fields.left_early);
        if fields.rest.value != "yes" {
            fields.rest.error = Some(fl!(texts, "slip-error-rest"));
        }
        let hand = match (read.into_iter().collect::<Option<Vec<_>>>(), late, left_early, &fields.rest.error) {
            (Some(lines), Some(late), Some(left_early), None) => Some(Hand { lines, late, left_early }),
            _ => None,
        };
        add_spare(voice, &mut fields.lines);
        (fields, hand)
    }

    /// Puts what does not fit together to its fields.
    pub(super) fn refuse(&mut self, voice: Voice, faults: &[HandFault]) {
        let texts = voice.lang.texts();
        let number = |at: usize| at.saturating_add(1);
        for fault in faults {
            match *fault {
                HandFault::OutsideMonth(at) => {
                    let month = month_word(voice.lang, voice.month);
                    self.at_day(at, fl!(texts, "slip-error-outside", line = number(at), month = month));
                }
                HandFault::Closed(at) => self.at_day(at, fl!(texts, "slip-error-closed", line = number(at))),
                HandFault::Twice(at) => self.at_day(at, fl!(texts, "slip-error-twice", line = number(at))),
                HandFault::Unexplained(at) => {
                    let Some(line) = self.lines.get_mut(at) else { continue };
                    let field = if line.contact.value.is_empty() { &mut line.contact } else { &mut line.reason };
                    field.error = Some(fl!(texts, "slip-error-unexplained", line = number(at)));
                }
                HandFault::TooLate => self.late.error = Some(fl!(texts, "slip-error-too-many")),
                HandFault::TooEarly => self.left_early.error = Some(fl!(texts, "slip-error-too-many")),
            }
        }
    }

    fn at_day(&mut self, at: usize, said: String) {
        if let Some(line) = self.lines.get_mut(at) {
            line.day.error = Some(said);
        }
    }

    /// In the order they stand on the page.
    pub(super) fn fields(&self) -> impl Iterator<Item = &Field> {
        let lines = self.lines.iter().flat_map(|line| [&line.day, &line.status, &line.contact, &line.reason, &line.note]);
        lines.chain([&self.late, &self.left_early, &self.rest])
    }
}

fn add_spare(voice: Voice, lines: &mut Vec<LineFields>) {
    let wanted = (lines.len() + SPARE).min(MOST_LINES);
    while lines.len() < wanted {
        lines.push(LineFields::typed(voice, lines.len(), &Fields::default()));
    }
}

fn number(lang: Lang, field: &mut Field) -> Option<u32> {
    let read = field.value.parse().ok().filter(|days| *days <= 31);
    if read.is_none() {
        field.error = Some(fl!(lang.texts(), "slip-error-number"));
    }
    read
}

impl LineFields {
    fn new(voice: Voice, at: usize, [day, status, contact, reason, note]: [&str; 5]) -> Self {
        let (lang, kind) = (voice.lang, voice.kind);
        let open = || std::iter::once((String::new(), fl!(lang.texts(), "form-choose")));
        let field = |name: &str, value: &str| Field::optional(&format!("{name}.{at}"), value);
        let statuses = AWAY.iter().map(|status| (status.code().to_owned(), words::status(lang, *status, kind)));
        let contacts = Contact::ALL.iter().map(|contact| (contact.code().to_owned(), words::contact(lang, *contact)));
        let reasons = Reason::ALL.iter().map(|reason| (reason.code().to_owned(), words::reason(lang, *reason, kind)));
        Self {
            number: at + 1,
            day: field("day", day),
            status: field("status", status).with_choices(open().chain(statuses)),
            contact: field("contact", contact).with_choices(open().chain(contacts)),
            reason: field("reason", reason).with_choices(open().chain(reasons)),
            note: field("note", note),
        }
    }

    fn of(voice: Voice, at: usize, line: &HandLine) -> Self {
        let day = line.day.day().to_string();
        let contact = line.contact.map_or("", Contact::code);
        Self::new(voice, at, [&day, line.status.code(), contact, line.reason.map_or("", Reason::code), &line.note])
    }

    fn typed(voice: Voice, at: usize, typed: &Fields) -> Self {
        let get = |name: &str| typed.get(&format!("{name}.{at}")).to_owned();
        let values = ["day", "status", "contact", "reason", "note"].map(get);
        Self::new(voice, at, values.each_ref().map(String::as_str))
    }

    fn is_empty(&self) -> bool {
        [&self.day, &self.status, &self.contact, &self.reason, &self.note].into_iter().all(|field| field.value.is_empty())
    }

    fn renumber(&mut self, at: usize) {
        self.number = at + 1;
        for field in [&mut self.day, &mut self.status, &mut self.contact, &mut self.reason, &mut self.note] {
            let name = field.name.split('.').next().unwrap_or_default().to_owned();
            field.name = format!("{name}.{at}");
        }
    }

    fn read(&mut self, voice: Voice) -> Option<HandLine> {
        let texts = voice.lang.texts();
        let line = self.number;
        let day = day_of(voice.month, &self.day.value);
        if day.is_none() {
            self.day.error = Some(fl!(texts, "slip-error-day", line = line));
        }
        let status = Status::from_code(&self.status.value).filter(|status| AWAY.contains(status));
        if status.is_none() {
            self.status.error = Some(fl!(texts, "slip-error-status", line = line));
        }
        let note = match Text::<100>::parse_or_none(&self.note.value) {
            Ok(note) => Some(note.map(String::from).unwrap_or_default()),
            Err(refusal) => {
                self.note.error = Some(say::say(voice.lang, refusal.key(), &refusal.args()));
                None
            }
        };
        let (contact, reason) = (Contact::from_code(&self.contact.value), Reason::from_code(&self.reason.value));
        Some(HandLine { day: day?, status: status?, contact, reason, note: note? })
    }
}

/// 9 for the ninth of the month, or a whole date.
fn day_of(month: Month, text: &str) -> Option<Date> {
    let bare = text.trim_end_matches('日');
    match bare.parse::<i8>() {
        Ok(day) => Date::new(month.first().year(), month.first().month(), day).ok(),
        Err(_) => wareki::parse(text).ok(),
    }
}
