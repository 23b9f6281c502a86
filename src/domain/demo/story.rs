//! What becomes of each child over the year: mostly school, sometimes a cold, seldom what an alert is for.

use std::collections::HashMap;

use jiff::{ToSpan as _, civil::Date};

use super::{Plan, Watched, closures::Calendars, dice::Dice, marks, notes, places};
use crate::domain::{
    attendance::{Mark, Reason, Sign, Status},
    calendar::{Span, day_before},
    facility::Wording,
    rule::Strictness,
};

/// What people have done so far about the alerts of a scene's last days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attention {
    Untouched,
    InHand,
}

/// The last days of one child, written by hand so that the inbox shows every kind of alert.
#[derive(Debug)]
pub(super) struct Scene {
    /// `None` is a row left unanswered.
    pub(super) days: Vec<(Date, Option<Mark>)>,
    pub(super) attention: Attention,
}

pub(super) type Scenes = HashMap<usize, Scene>;

/// Nothing grave happens by chance in the last days before today; the scenes fill them.
const QUIET_DAYS: i64 = 4;

/// A child's days as a run of episodes.
pub(super) struct Year<'a> {
    pub(super) dice: Dice,
    pub(super) wording: Wording,
    pub(super) flu: Span,
    pub(super) today: Date,
    pub(super) days: &'a [Date],
}

impl Year<'_> {
    /// The mark of each expected day; `None` where the facility left the row unanswered.
    pub(super) fn tell(mut self) -> Vec<(Date, Option<Mark>)> {
        let late_prone = self.dice.chance(800);
        let in_care_from = self.dice.chance(60).then(|| self.dice.below(self.days.len().max(1)));
        let mut told = Vec::with_capacity(self.days.len());
        let mut episode: Vec<Mark> = Vec::new();
        let mut had_flu = false;
        for (nth, day) in self.days.iter().enumerate() {
            if in_care_from == Some(nth) {
                episode = vec![marks::status(Status::InCare); 20];
            }
            if !had_flu && self.flu.has(*day) {
                had_flu = true;
                if self.dice.chance(1_200) {
                    episode = vec![marks::flu(); 4];
                }
            }
            let mark = match episode.pop() {
                Some(mark) => Some(mark),
                None if self.dice.chance(3) && !self.is_quiet(*day) => None,
                None => {
                    episode = self.begin(*day, late_prone);
                    episode.pop()
                }
            };
            told.push((*day, mark));
        }
        told
    }

    fn is_quiet(&self, day: Date) -> bool {
        day >= self.today.saturating_sub(QUIET_DAYS.days())
    }

    /// What begins on this day: the marks of the days to come, the first one last.
    fn begin(&mut self, day: Date, late_prone: bool) -> Vec<Mark> {
        let roll = self.dice.below(10_000);
        let quiet = self.is_quiet(day);
        match roll {
            0..5 if !quiet => vec![marks::silent(); if self.dice.chance(1_500) { 2 } else { 1 }],
            5..8 if !quiet => vec![marks::unreachable()],
            8..11 if !quiet => {
                let mut days = vec![marks::status(Status::SeparateRoom); 2];
                let away = self.dice.below(7) + 3;
                days.extend(vec![marks::absent(Reason::Reluctant); away]);
                days
            }
            11 if !quiet => vec![marks::hospital(Some(day)); self.dice.below(5) + 2],
            12..17 if !quiet => vec![self.sign()],
            20..75 => vec![marks::absent(Reason::Illness); [1, 1, 1, 1, 1, 1, 2, 2, 2, 3][self.dice.below(10)]],
            75..90 => vec![marks::absent(self.dice.pick(&[Reason::Family, Reason::Travel, Reason::FamilyIllness]))],
            90..110 => vec![marks::late(Reason::Clinic)],
            110..112 => vec![marks::status(Status::Bereaved); 2],
            112..140 => vec![marks::status(Status::LeftEarly)],
            140..170 if self.wording == Wording::Nursery => vec![marks::status(Status::NotScheduled)],
            170..300 if late_prone => vec![marks::late(Reason::Other)],
            _ => vec![marks::status(Status::Present)],
        }
    }

    fn sign(&mut self) -> Mark {
        use Sign::{FamilyChange, Injury, Other, ParentPressure, Statement, UnwillingHome};
        let sign =
            self.dice.pick(&[Other, Other, Other, FamilyChange, FamilyChange, ParentPressure, Injury, UnwillingHome, Statement]);
        marks::sign(sign, self.dice.pick(notes::seen(sign)))
    }
}

/// Chooses whose last days are written by hand.
pub(super) fn cast(dice: &mut Dice, plan: &Plan, calendars: &Calendars) -> Scenes {
    let stage = Stage { plan, calendars };
    let mut scenes = Scenes::new();
    let absent = |reason| Some(marks::absent(reason));
    let flu = || Some(marks::flu());
    let hurt = marks::sign(Sign::Injury, notes::seen(Sign::Injury)[0]);
    let unwilling = marks::sign(Sign::UnwillingHome, notes::seen(Sign::UnwillingHome)[0]);
    let (reluctant, ill, family) = (Reason::Reluctant, Reason::Illness, Reason::Family);
    // Where, what was reported on the last open days, and what was done about it.
    let script: [(usize, Vec<Option<Mark>>, Attention); 9] = [
        (0, vec![Some(hurt)], Attention::Untouched),
        (1, vec![Some(marks::silent()), Some(marks::unreachable())], Attention::Untouched),
        (1, vec![absent(reluctant); 7], Attention::InHand),
        (2, vec![absent(ill); 3], Attention::Untouched),
        (2, vec![None], Attention::Untouched),
        (5, vec![Some(unwilling), Some(marks::status(Status::Present))], Attention::InHand),
        (5, vec![Some(marks::silent())], Attention::Untouched),
        (18, [vec![flu(); 5], vec![absent(family); 2]].concat(), Attention::InHand),
        (20, vec![absent(ill); 3], Attention::InHand),
    ];
    for (facility, days, attention) in script {
        let free = |index: &usize| !scenes.contains_key(index) && stage.plays(*index);
        let here: Vec<usize> = stage.of_facility(facility).filter(free).collect();
        if !here.is_empty() {
            let chosen = dice.pick(&here);
            scenes.insert(chosen, stage.scene(chosen, days, attention));
        }
    }
    for (index, scene) in stage.siblings(&scenes) {
        scenes.insert(index, scene);
    }
    scenes
}

struct Stage<'a> {
    plan: &'a Plan,
    calendars: &'a Calendars,
}

impl Stage<'_> {
    fn of_facility(&self, nth: usize) -> impl Iterator<Item = usize> {
        let facility = self.plan.places[places::FIRST_FACILITY + nth].id;
        (0..self.plan.watches.len()).filter(move |index| self.plan.watches[*index].facility == facility)
    }

    fn watch(&self, index: usize) -> &Watched {
        &self.plan.watches[index]
    }

    /// Asked about all year by the centre or an office below it, with the usual thresholds.
    fn plays(&self, index: usize) -> bool {
        let watch = self.watch(index);
        self.asked_all_year(index) && watch.siblings.is_none() && watch.strictness == Strictness::Normal
    }

    fn asked_all_year(&self, index: usize) -> bool {
        let watch = self.watch(index);
        let stays = self.plan.watches.iter().filter(|other| other.child == watch.child).count();
        let elsewhere = watch.office == self.plan.places[places::GUIDANCE_CENTRE].id;
        stays == 1 && watch.until.is_none() && watch.from == self.plan.first_day && !elsewhere
    }

    /// Up to `n` open days of the child before today, newest first.
    fn last_days(&self, index: usize, n: usize) -> Vec<Date> {
        let calendar = self.calendars.child(self.watch(index).child);
        let yesterday = day_before(self.plan.today);
        calendar.zip(yesterday).map(|(calendar, day)| calendar.open_days_back(day, n)).unwrap_or_default()
    }

    /// The marks on the last open days, the newest of them last; the child came on the day before them.
    fn scene(&self, index: usize, marks: Vec<Option<Mark>>, attention: Attention) -> Scene {
        let days = self.last_days(index, marks.len() + 1);
        let came = Some(marks::status(Status::Present));
        Scene { days: days.into_iter().zip(marks.into_iter().rev().chain([came])).collect(), attention }
    }

    /// Two of one family, at two facilities, silently absent on the last day both were expected.
    fn siblings(&self, taken: &Scenes) -> Vec<(usize, Scene)> {
        let plays = |index: &usize| self.asked_all_year(*index) && !taken.contains_key(index);
        let all: Vec<usize> = (0..self.plan.watches.len()).filter(plays).collect();
        for one in &all {
            let Some(group) = self.watch(*one).siblings else { continue };
            let Some(other) = all.iter().find(|other| *other > one && self.watch(**other).siblings == Some(group)) else {
                continue;
            };
            let (days, others) = (self.last_days(*one, 8), self.last_days(*other, 8));
            let Some(day) = days.iter().find(|day| others.contains(day)).copied() else { continue };
            let scene = |days: &[Date]| {
                let mark = |seen: &Date| {
                    let silent = *seen == day;
                    (*seen, Some(if silent { marks::silent() } else { marks::status(Status::Present) }))
                };
                Scene { days: days.iter().map(mark).collect(), attention: Attention::Untouched }
            };
            return vec![(*one, scene(&days)), (*other, scene(&others))];
        }
        Vec::new()
    }
}
