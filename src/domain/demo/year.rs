//! The sheets the facilities of the demo sent: one a day, with everybody who was expected.

use std::collections::BTreeMap;

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, time},
};

use super::{Plan, Sheet, Watched, closures, closures::Calendars, dice::Dice, places, staff, story::Scenes, story::Year};
use crate::domain::{
    attendance::Mark,
    calendar::{day_after, days_between},
    clock::japan_instant,
    facility::Wording,
};

/// Nothing was sent late or forgotten in the last days before today.
const RELIABLE_DAYS: i64 = 10;
/// Which facilities have not sent today's sheet, however late it is: the one that never closes, and a small one.
const UNSENT_TODAY: &[usize] = &[5, 4];

pub(super) fn build(dice: &Dice, plan: &Plan, calendars: &Calendars, scenes: &Scenes, now: Timestamp) -> Vec<Sheet> {
    let mut days: BTreeMap<(Date, usize), Vec<(usize, Mark)>> = BTreeMap::new();
    for (index, watch) in plan.watches.iter().enumerate() {
        let nth = plan.places.iter().position(|place| place.id == watch.facility).unwrap_or_default();
        for (day, mark) in child(dice, plan, calendars, scenes, (index, watch)) {
            days.entry((day, nth)).or_default().extend(mark.map(|mark| (index, mark)));
        }
    }
    let habits: Vec<Habit> = (0..plan.places.len()).map(|nth| Habit::of(dice, nth)).collect();
    let mut ids = dice.branch("sheets");
    let mut sheets = Vec::with_capacity(days.len());
    for ((day, nth), marks) in days {
        let facility = plan.places[nth].id;
        let sent_at = habits[nth].sent_at(dice, plan, day);
        let unsent = day == plan.today && UNSENT_TODAY.iter().any(|unsent| places::FIRST_FACILITY + unsent == nth);
        let (Some(sent_at), Some(sender)) = (sent_at, staff::sender(&plan.staff, facility)) else { continue };
        if marks.is_empty() || unsent || sent_at > now {
            continue;
        }
        let late = sent_at > japan_instant(day.to_datetime(time(12, 0, 0, 0)));
        sheets.push(Sheet { id: ids.id(), key: ids.uuid(), facility, day, sent_by: sender.id, sent_at, late, marks });
    }
    sheets
}

/// The days of one watch, by chance or as the scene has them.
fn child(
    dice: &Dice,
    plan: &Plan,
    calendars: &Calendars,
    scenes: &Scenes,
    (index, watch): (usize, &Watched),
) -> Vec<(Date, Option<Mark>)> {
    let all = std::iter::successors(Some(watch.from.max(plan.first_day)), |day| Some(day_after(*day)));
    let expected: Vec<Date> =
        all.take_while(|day| *day <= plan.today).filter(|day| calendars.expects(index, watch, *day)).collect();
    let kind = plan.places.iter().find(|place| place.id == watch.facility).and_then(|place| place.kind.facility());
    let year = Year {
        dice: dice.branch(&format!("child {index}")),
        wording: kind.map_or(Wording::Visit, crate::domain::facility::FacilityKind::wording),
        flu: closures::flu_week(plan.today),
        today: plan.today,
        days: &expected,
    };
    let mut told = year.tell();
    if let Some(scene) = scenes.get(&index) {
        for (day, mark) in &mut told {
            if let Some((_, written)) = scene.days.iter().find(|(written, _)| written == day) {
                mark.clone_from(written);
            }
        }
    }
    told
}

/// When a facility usually sends its sheet.
struct Habit {
    nth: usize,
    /// Minutes after eight in the morning.
    usual: i64,
}

impl Habit {
    /// Before half past ten, when a child of rank A is missed, if nothing comes between.
    fn of(dice: &Dice, nth: usize) -> Self {
        let mut dice = dice.branch(&format!("habit {nth}"));
        let early = dice.chance(2_500);
        Self { nth, usual: if early { dice.between(40, 80) } else { dice.between(95, 130) } }
    }

    /// When the sheet of `day` was sent; `None` on the few days on which it was forgotten.
    fn sent_at(&self, dice: &Dice, plan: &Plan, day: Date) -> Option<Timestamp> {
        let mut dice = dice.branch(&format!("sheet {} {day}", self.nth));
        let reliable = days_between(day, plan.today) <= RELIABLE_DAYS;
        let minutes = if dice.chance(2) && !reliable {
            return None;
        } else if dice.chance(40) && !reliable {
            dice.between(280, 500)
        } else {
            self.usual + dice.between(0, 15)
        };
        let sent = day.to_datetime(time(8, 0, 0, 0)).checked_add((minutes * 60 + dice.between(0, 59)).seconds()).ok()?;
        Some(japan_instant(sent))
    }
}
