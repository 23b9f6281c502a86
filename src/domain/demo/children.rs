//! The four hundred requests to watch: children, grounds, siblings, who looks after them.

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, time},
};

use super::{Id, Place, Staff, Watched, dice::Dice, names, places, staff};
use crate::domain::{
    calendar::days_between,
    clock::japan_instant,
    facility::{FacilityKind, Wording},
    grade::Grade,
    ground::LegalGround,
    ids::Organization,
    rule::Strictness,
};

const SCHOOL_CLASSES: &[&str] = &["1組", "2組", "3組"];
const NURSERY_CLASSES: &[&str] = &["ひよこ組", "りす組", "うさぎ組", "きりん組", "ぞう組"];

/// All watches, in the order of their facilities.
pub(super) fn build(dice: &mut Dice, all: &[Place], people: &[Staff], first_day: Date) -> Vec<Watched> {
    let mut watches = Vec::new();
    for (place, (_, kind, district, count)) in all.iter().skip(places::FIRST_FACILITY).zip(places::FACILITIES) {
        let grades = Grade::all_at(*kind);
        for nth in 0..*count {
            let office = if place.name != places::ALWAYS_OPEN && dice.chance(1_500) {
                places::GUIDANCE_CENTRE
            } else {
                places::office_for(district)
            };
            // One after the other, so that a small facility does not hold one grade only.
            let grade = grades[(nth + dice.below(2)) % grades.len()];
            let mut watch = one(dice, (place.id, all[office].id), people, first_day, grade);
            watch.class = class(dice, *kind, grade);
            if office == places::GUIDANCE_CENTRE {
                watch.ground = LegalGround::GuidanceCentreRequest;
            }
            watches.push(watch);
        }
    }
    name_all(dice, &mut watches);
    join_siblings(dice, all, &mut watches);
    watches
}

fn one(
    dice: &mut Dice,
    (facility, office): (Id<Organization>, Id<Organization>),
    people: &[Staff],
    first_day: Date,
    grade: Grade,
) -> Watched {
    let workers = staff::caseworkers(people, office);
    let worker = dice.pick(&workers).id;
    let created_on = first_day.saturating_sub(dice.between(3, 20).days());
    Watched {
        id: dice.id(),
        child: dice.id(),
        facility,
        office,
        name: String::new(),
        kana: None,
        grade,
        class: "",
        from: first_day,
        until: None,
        ground: ground(dice),
        strictness: if dice.chance(1_200) { Strictness::Strict } else { Strictness::Normal },
        siblings: None,
        // Some came in without a worker and are given out later.
        assigned_to: (!dice.chance(700)).then_some(worker),
        created_by: worker,
        created_at: morning(created_on),
        ended: None,
    }
}

pub(super) fn morning(day: Date) -> Timestamp {
    japan_instant(day.to_datetime(time(10, 0, 0, 0)))
}

fn ground(dice: &mut Dice) -> LegalGround {
    match dice.below(20) {
        0..=11 => LegalGround::GuidelineRegistered,
        12..=16 => LegalGround::CouncilSupport,
        17..=18 => LegalGround::Act13_4,
        _ => LegalGround::Other,
    }
}

fn class(dice: &mut Dice, kind: FacilityKind, grade: Grade) -> &'static str {
    match kind.wording() {
        Wording::School => dice.pick(SCHOOL_CLASSES),
        Wording::Nursery => NURSERY_CLASSES[usize::from(grade.year()) % NURSERY_CLASSES.len()],
        Wording::Visit => "",
    }
}

/// No two children of one facility share a name by chance, so that the sheet can be told apart.
fn name_all(dice: &mut Dice, watches: &mut [Watched]) {
    let mut given = dice.below(names::GIVEN);
    for watch in watches {
        given += 1;
        let named = names::child(names::family(dice), given);
        watch.kana = (!dice.chance(1_000)).then_some(named.kana);
        watch.name = named.name;
    }
}

/// Forty families whose children go to different facilities.
fn join_siblings(dice: &mut Dice, all: &[Place], watches: &mut [Watched]) {
    // The place that never closes stays with one office, so that its caseworker sees all of it.
    let own = |place: &Place| place.name == places::ALWAYS_OPEN;
    let alone = all.iter().find(|place| own(place)).map(|place| place.id);
    let order = dice.shuffled((0..watches.len()).filter(|index| Some(watches[*index].facility) != alone).collect());
    let mut left = order.into_iter();
    for nth in 0..40 {
        let group = dice.uuid();
        let family = names::family(dice);
        let size = if nth % 4 == 0 { 3 } else { 2 };
        let mut members: Vec<usize> = Vec::new();
        for index in left.by_ref() {
            if members.iter().all(|member| watches[*member].facility != watches[index].facility) {
                members.push(index);
            }
            if members.len() == size {
                break;
            }
        }
        let lead = members.first().map(|first| (watches[*first].office, watches[*first].assigned_to));
        for (child, index) in members.into_iter().enumerate() {
            let watch = &mut watches[index];
            let named = names::child(family, nth * 5 + child);
            (watch.name, watch.kana, watch.siblings) = (named.name, Some(named.kana), Some(group));
            // One office asks about the whole family.
            if let Some((office, worker)) = lead {
                (watch.office, watch.assigned_to) = (office, worker);
            }
        }
    }
}

/// So many requests began, ended and moved during the year.
const CAME: usize = 24;
const WENT: usize = 10;
const MOVED: usize = 3;

/// Lets some requests begin late, some end, and some children change their school.
pub(super) fn end_and_move(dice: &mut Dice, watches: &mut [Watched], first_day: Date, today: Date) {
    let whole = days_between(first_day, today);
    let some_day = |dice: &mut Dice| first_day.saturating_add(dice.between(whole / 5, whole * 4 / 5).days());
    let fixed = places::FACILITIES.iter().take(6).map(|(.., count)| count).sum::<usize>();
    let free: Vec<usize> = (fixed..watches.len()).filter(|index| watches[*index].siblings.is_none()).collect();
    let mut free = dice.shuffled(free).into_iter();
    for index in free.by_ref().take(CAME) {
        let from = some_day(dice);
        watches[index].from = from;
        watches[index].created_at = morning(from.saturating_sub(2.days()));
    }
    for index in free.by_ref().take(WENT) {
        end(&mut watches[index], some_day(dice), "要対協の登録が終わったため");
    }
    let mut moved = 0;
    for index in free {
        let Some(other) = partner(watches, index).filter(|_| moved < MOVED) else { continue };
        let day = some_day(dice);
        end(&mut watches[index], day, "区内で転校したため");
        let (child, name, kana) = (watches[index].child, watches[index].name.clone(), watches[index].kana.clone());
        let next = &mut watches[other];
        (next.child, next.name, next.kana) = (child, name, kana);
        next.from = day.saturating_add(1.day());
        next.created_at = morning(day);
        moved += 1;
    }
}

fn end(watch: &mut Watched, day: Date, why: &'static str) {
    watch.until = Some(day);
    watch.ended = Some((watch.created_by, japan_instant(day.to_datetime(time(16, 0, 0, 0))), why));
}

/// A watch that lasts the whole year, of the same office and grade at another facility.
pub(super) fn partner(watches: &[Watched], index: usize) -> Option<usize> {
    let one = &watches[index];
    let same = |other: &Watched| other.office == one.office && other.grade == one.grade && other.facility != one.facility;
    let whole = |other: &Watched| other.until.is_none() && other.from == one.from && other.siblings.is_none();
    let fixed = places::FACILITIES.iter().take(6).map(|(.., count)| count).sum::<usize>();
    (fixed..watches.len()).find(|other| same(&watches[*other]) && whole(&watches[*other]) && one.until.is_none())
}
