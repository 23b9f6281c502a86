//! What is to become of each child on April 1 as somebody chooses it, with every fault kept beside its row.

use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::views;
use crate::{
    domain::{
        grade::Grade,
        ids::{Id, Watch},
        name::ClassName,
        promotion::{Fate, Offer, eve},
        transfer::{Next, Onward, Plan},
    },
    store::{
        organizations::Facility,
        promotions::{Promotion, Pupil},
    },
    web::{Field, Fields, Lang, protection, say},
};

/// A child that can be decided about.
#[derive(Debug)]
pub(super) struct PupilRow {
    pub(super) watch: Id<Watch>,
    pub(super) revision: i32,
    /// The request it leaves by.
    pub(super) leaves: (Id<Watch>, i32),
    pub(super) href: String,
    pub(super) name: String,
    pub(super) grade: String,
    pub(super) fate: Field,
    pub(super) class_name: Field,
    /// Without choices where nothing comes next.
    pub(super) next: Field,
}

/// What was decided about a child.
#[derive(Debug)]
pub(super) enum Decision {
    Grade(Promotion),
    Leaves((Id<Watch>, i32), Plan),
}

impl PupilRow {
    /// As it is usual, or as it was typed.
    pub(super) fn of(
        lang: Lang,
        pupil: &Pupil,
        offer: Offer,
        (facilities, on): (&[Facility], Date),
        typed: Option<&Fields>,
    ) -> Self {
        let texts = lang.texts();
        let watch = pupil.child.watch;
        let name = |field: &str| format!("{field}.{watch}");
        let typed = |field: &str, usual: &str| {
            typed
                .filter(|typed| typed.has(&name(field)))
                .map_or_else(|| usual.to_owned(), |typed| typed.get(&name(field)).to_owned())
        };
        let fates = Fate::ALL.iter().filter(|fate| offer.allows(**fate)).map(|fate| {
            let label = match (fate, offer.up) {
                (Fate::Up, Some(up)) => fl!(texts, "promotion-up", grade = up.label()),
                (Fate::Leave, _) => fl!(texts, "promotion-leave"),
                _ => fl!(texts, "promotion-stay"),
            };
            (fate.code().to_owned(), label)
        });
        let nexts = offer.entering.filter(|_| offer.usual == Fate::Leave).map(|entering| {
            let open = facilities
                .iter()
                .filter(move |it| it.closes.is_none_or(|closes| closes > on) && it.opens.is_none_or(|opens| opens <= on));
            let fits = open.filter(move |it| entering.is_possible_at(it.kind) && it.id != pupil.child.facility);
            let none = (String::new(), fl!(texts, "promotion-next-none"));
            std::iter::once(none).chain(fits.map(move |it| (it.id.to_string(), views::facility_to_ask(lang, it))))
        });
        Self {
            watch,
            revision: pupil.revision,
            leaves: pupil.leaves,
            href: format!("/requests/{watch}"),
            name: views::named(lang, &pupil.child),
            grade: crate::web::words::place(&pupil.child.grade, &pupil.child.class),
            fate: Field::required(&name("fate"), &typed("fate", offer.usual.code())).with_choices(fates),
            class_name: Field::optional(&name("class"), &typed("class", "")),
            next: Field::optional(&name("next"), &typed("next", "")).with_choices(nexts.into_iter().flatten()),
        }
    }

    pub(super) fn fields(&self) -> [&Field; 3] {
        [&self.fate, &self.class_name, &self.next]
    }

    /// What was meant; `None` when the fields now say what to mend.
    pub(super) fn read(&mut self, lang: Lang, grade: Option<Grade>, offer: Offer, at: (&[Facility], Date)) -> Option<Decision> {
        let texts = lang.texts();
        // Whoever stays has no next facility: one of the two is a slip.
        if !self.next.value.is_empty() && self.fate.value != Fate::Leave.code() {
            self.next.error = Some(fl!(texts, "promotion-next-stays"));
        }
        let class = match ClassName::parse_or_none(&self.class_name.value) {
            Ok(class) => Some(class),
            Err(no) => {
                self.class_name.error = Some(say::say(lang, no.key(), &no.args()));
                None
            }
        };
        let watch = self.watch;
        let promoted = |grade: Grade, class: Option<ClassName>| {
            Decision::Grade(Promotion { watch, grade, class: class.map_or_else(String::new, |class| class.to_string()) })
        };
        let decision = match Fate::from_code(&self.fate.value).filter(|fate| offer.allows(*fate)) {
            Some(Fate::Up) => offer.up.zip(class).map(|(up, class)| promoted(up, class)),
            Some(Fate::Stay) => grade.zip(class).map(|(grade, class)| promoted(grade, class)),
            Some(Fate::Leave) => self.goes(lang, offer, at, class.flatten()).map(|plan| Decision::Leaves(self.leaves, plan)),
            None => {
                self.fate.error = Some(fl!(texts, "promotion-choose"));
                None
            }
        };
        decision.filter(|_| self.class_name.error.is_none() && self.next.error.is_none())
    }

    /// Where it goes; the class that was typed is the one there.
    fn goes(&mut self, lang: Lang, offer: Offer, (facilities, on): (&[Facility], Date), class: Option<ClassName>) -> Option<Plan> {
        let last = eve(on);
        if self.next.value.is_empty() {
            return Some(Plan { last, next: Next::Undecided, onward: None });
        }
        let offered = self.next.choices.iter().any(|choice| choice.chosen);
        let chosen = facilities.iter().find(|it| offered && it.id.to_string() == self.next.value).zip(offer.entering);
        let Some((facility, grade)) = chosen else {
            self.next.error = Some(fl!(lang.texts(), "promotion-next-wrong"));
            return None;
        };
        let onward = Onward { facility: facility.id, first: on, grade, class, opens: facility.opens, closes: facility.closes };
        Some(Plan { last, next: Next::Facility, onward: Some(onward) })
    }
}

/// Until when a child is there and what comes next, as one line.
pub(super) fn leaver(lang: Lang, leaver: &crate::store::promotions::Leaver) -> views::Link {
    let next = leaver.next_facility.as_ref().map_or_else(|| super::move_draft::next(lang, leaver.next), |(_, name)| name.clone());
    let name = protection::marked(lang, &leaver.name, leaver.protected);
    let label = format!("{name}（〜{}）→ {next}", views::day(lang, leaver.last));
    views::Link { href: format!("/requests/{}", leaver.watch), label }
}
