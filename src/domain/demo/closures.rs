//! What the facilities of the demo ward closed on their own account, and the calendars that follow from it.

use std::{collections::HashMap, sync::Arc};

use jiff::{
    ToSpan as _,
    civil::{Date, Weekday, date, time},
};

use super::{Closed, Id, Place, Plan, Watched, dice::Dice, places};
use crate::domain::{
    calendar::{Calendar, ChildCalendar, Exception, SchoolYear, Span, Stay, Week},
    clock::japan_instant,
    facility::Wording,
    ids::Child,
};

/// So long ago a wave of influenza went through the ward: the Monday of its week.
pub(super) fn flu_week(today: Date) -> Span {
    let then = today.saturating_sub(18.days());
    let monday = then.saturating_sub(i64::from(then.weekday().to_monday_zero_offset()).days());
    Span { from: monday, to: monday.saturating_add(4.days()) }
}

pub(super) fn build(dice: &mut Dice, all: &[Place], today: Date) -> Vec<Closed> {
    let year = SchoolYear::of(today).year();
    let flu = flu_week(today);
    let mut closed = Vec::new();
    for (nth, place) in all.iter().skip(places::FIRST_FACILITY).enumerate() {
        if place.kind.facility().map(crate::domain::facility::FacilityKind::wording) != Some(Wording::School) {
            continue;
        }
        let month = dice.pick(&[5, 6, 10, 11]);
        let founded = date(year, month, i8::try_from(dice.between(10, 28)).unwrap_or(10));
        if Week::SCHOOL.has(founded) {
            closed.push(one(dice, place, "", Span::day(founded), "開校記念日"));
        }
        // 運動会 on a Saturday in May, the Monday after it off.
        let fair = date(year, 5, 20).nth_weekday(1, Weekday::Monday).unwrap_or(founded);
        if fair != founded {
            closed.push(one(dice, place, "", Span::day(fair), "運動会の振替休業日"));
        }
        if nth % 5 == 1 {
            let span = Span { from: flu.from.saturating_add(1.days()), to: flu.from.saturating_add(3.days()) };
            closed.push(one(dice, place, "2組", span, "インフルエンザによる学級閉鎖"));
        }
    }
    closed
}

fn one(dice: &mut Dice, place: &Place, class: &'static str, span: Span, label: &'static str) -> Closed {
    let told = span.from.saturating_sub(if class.is_empty() { 30.days() } else { 1.day() });
    let entered_at = japan_instant(told.to_datetime(time(15, 30, 0, 0)));
    Closed { id: dice.id(), facility: place.id, class, span, label, entered_at }
}

/// The calendar of each watch, and of each child over all its stays.
#[derive(Debug)]
pub(super) struct Calendars {
    of_watch: Vec<Calendar>,
    of_child: HashMap<Id<Child>, ChildCalendar>,
}

impl Calendars {
    pub(super) fn of(plan: &Plan) -> Self {
        let of_watch: Vec<Calendar> = plan.watches.iter().map(|watch| calendar(plan, watch)).collect();
        let mut stays: HashMap<Id<Child>, Vec<Stay>> = HashMap::new();
        for (watch, calendar) in plan.watches.iter().zip(&of_watch) {
            let stay = Stay { from: watch.from, to: watch.until, calendar: calendar.clone() };
            stays.entry(watch.child).or_default().push(stay);
        }
        let of_child = stays.into_iter().map(|(child, stays)| (child, ChildCalendar::new(stays))).collect();
        Self { of_watch, of_child }
    }

    /// Whether a report is expected for this watch on `day`.
    pub(super) fn expects(&self, index: usize, watch: &Watched, day: Date) -> bool {
        watch.from <= day && watch.until.is_none_or(|until| day <= until) && self.of_watch[index].open(day).is_open()
    }

    pub(super) fn child(&self, child: Id<Child>) -> Option<&ChildCalendar> {
        self.of_child.get(&child)
    }
}

fn calendar(plan: &Plan, watch: &Watched) -> Calendar {
    let template = plan.places.iter().find(|place| place.id == watch.facility).map_or("", |place| place.template);
    let standard = plan.templates.iter().find(|standard| standard.code == template);
    let mut calendar = standard.map_or_else(
        || Calendar::plain(Arc::clone(&plan.holidays), Arc::new(plan.templates[0].template())),
        |standard| standard.calendar(&plan.holidays),
    );
    let own = |class: &str| -> Arc<[Exception]> {
        let mine = plan.closed.iter().filter(|closed| closed.facility == watch.facility && closed.class == class);
        mine.map(|closed| Exception::closed(closed.span.from, closed.span.to)).collect()
    };
    calendar.facility = own("");
    if !watch.class.is_empty() {
        calendar.class = own(watch.class);
    }
    calendar
}
