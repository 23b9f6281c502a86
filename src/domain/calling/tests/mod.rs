//! The ladder as a table: who is there, who is told, who is passed over and why.

use std::sync::Arc;

use jiff::civil::date;
use uuid::Uuid;

use super::*;

const TANAKA: u128 = 1;
const SATO: u128 = 2;
const CHIEF: u128 = 3;
const DUTY: u128 = 4;
const ABOVE: u128 = 5;
const ADMIN: u128 = 9;

fn id(number: u128) -> Id<Person> {
    Id::from(Uuid::from_u128(number))
}

fn here(number: u128, role: Role, height: u32) -> Answerer {
    Answerer { id: id(number), role, height, away: false }
}

/// Tanaka has the request, Sato is a colleague, and everybody is there.
fn everybody() -> Situation {
    Situation {
        worker: Some(id(TANAKA)),
        substitute: None,
        on_duty: Some(id(DUTY)),
        answerers: vec![
            here(TANAKA, Role::Caseworker, 0),
            here(SATO, Role::Caseworker, 0),
            here(CHIEF, Role::Supervisor, 0),
            here(DUTY, Role::Caseworker, 0),
            here(ABOVE, Role::Supervisor, 1),
        ],
        admins: vec![id(ADMIN)],
    }
}

fn without(mut situation: Situation, gone: &[u128]) -> Situation {
    situation.answerers.retain(|one| !gone.iter().any(|number| id(*number) == one.id));
    situation
}

fn away(mut situation: Situation, away: &[u128]) -> Situation {
    for one in &mut situation.answerers {
        one.away |= away.iter().any(|number| id(*number) == one.id);
    }
    situation
}

/// `worker assigned 1 > desk gap 3`: in short, with whoever was passed over in brackets.
fn words(route: &[Rung]) -> String {
    let number = |id: &Id<Person>| id.uuid().as_u128().to_string();
    let rung = |rung: &Rung| {
        let people = if rung.people.is_empty() {
            format!("({})", rung.about.as_ref().map(number).unwrap_or_default())
        } else {
            rung.people.iter().map(number).collect::<Vec<_>>().join(",")
        };
        format!("{} {} {people}", rung.station.code(), rung.reason.code())
    };
    route.iter().map(rung).collect::<Vec<_>>().join(" > ")
}

#[test]
fn the_ladder_for_every_situation() {
    let deputised = |situation: Situation| Situation { substitute: Some(id(SATO)), ..situation };
    let unassigned = Situation { worker: None, ..everybody() };
    for (name, situation, expected) in [
        ("all there", everybody(), "worker assigned 1 > supervisor supervises 3 > desk on_duty 4"),
        (
            "on leave with a substitute",
            away(deputised(everybody()), &[TANAKA]),
            "worker away (1) > substitute deputises 2 > supervisor supervises 3 > desk on_duty 4",
        ),
        (
            "a substitute is nobody's while the worker is there",
            deputised(everybody()),
            "worker assigned 1 > supervisor supervises 3 > desk on_duty 4",
        ),
        (
            "on leave without a substitute",
            away(everybody(), &[TANAKA]),
            "worker away (1) > supervisor supervises 3 > desk on_duty 4",
        ),
        (
            "the substitute is on leave too",
            away(deputised(everybody()), &[TANAKA, SATO]),
            "worker away (1) > substitute away (2) > supervisor supervises 3 > desk on_duty 4",
        ),
        (
            "the substitute has left",
            without(away(deputised(everybody()), &[TANAKA]), &[SATO]),
            "worker away (1) > substitute gone (2) > supervisor supervises 3 > desk on_duty 4",
        ),
        ("nobody assigned", unassigned.clone(), "worker unassigned () > desk on_duty 4 > supervisor supervises 3"),
        ("the worker has left", without(everybody(), &[TANAKA]), "worker gone (1) > desk on_duty 4 > supervisor supervises 3"),
        (
            "the supervisor of the office above",
            away(everybody(), &[CHIEF]),
            "worker assigned 1 > supervisor supervises 5 > desk on_duty 4",
        ),
        (
            "a gap in the roster",
            Situation { on_duty: None, ..unassigned.clone() },
            "worker unassigned () > desk gap 3 > supervisor supervises 3",
        ),
        ("whoever is on duty is on leave", away(everybody(), &[DUTY]), "worker assigned 1 > supervisor supervises 3 > desk gap 3"),
        (
            "no supervisor and nobody on duty",
            Situation { on_duty: None, ..without(everybody(), &[CHIEF, ABOVE, DUTY]) },
            "worker assigned 1 > supervisor nobody () > desk gap 1,2",
        ),
        (
            "an empty office",
            Situation { answerers: Vec::new(), ..everybody() },
            "worker gone (1) > desk gap 9 > supervisor nobody ()",
        ),
        ("nobody at all", Situation::default(), "worker unassigned () > desk nobody () > supervisor nobody ()"),
    ] {
        assert_eq!(words(&route(&situation)), expected, "{name}");
    }
}

#[test]
fn it_climbs_rung_by_rung_and_stays_at_the_desk() {
    let mut called = Vec::new();
    let mut told = Vec::new();
    for _ in 0..5 {
        let hop = next(route(&everybody()), &called, &[]);
        let rung = hop.told.unwrap();
        called.push(rung.station);
        told.push(rung.people[0].uuid().as_u128());
    }
    assert_eq!(told, [TANAKA, CHIEF, DUTY, DUTY, DUTY]);
}

#[test]
fn who_left_after_being_told_is_said_and_the_desk_comes_next() {
    let hop = next(route(&without(everybody(), &[TANAKA])), &[Station::Worker], &[id(TANAKA)]);
    assert_eq!(words(&hop.passed), "worker gone (1)");
    assert_eq!(words(&[hop.told.unwrap()]), "desk on_duty 4");
    // An absence was said before, and is not said again.
    let hop = next(route(&away(everybody(), &[TANAKA])), &[Station::Worker, Station::Supervisor], &[id(CHIEF)]);
    assert_eq!((hop.passed.len(), hop.told.unwrap().station), (0, Station::Desk));
    assert_eq!(next(route(&Situation::default()), &[], &[]).told, None);
}

#[test]
fn grave_things_climb_by_the_minute_and_lesser_ones_by_the_business_day() {
    let office = Office::new(Arc::new([date(2026, 11, 23)].into_iter().collect()));
    for (severity, at, climbs) in [
        (Severity::Urgent, "2026-11-20T10:00+09:00", Some("2026-11-20T10:30+09:00")),
        (Severity::Urgent, "2026-11-21T23:50+09:00", Some("2026-11-22T00:20+09:00")),
        (Severity::Warning, "2026-11-20T10:00+09:00", Some("2026-11-20T17:15+09:00")),
        // A Friday evening, before a long weekend.
        (Severity::Warning, "2026-11-20T17:15+09:00", Some("2026-11-24T17:15+09:00")),
        (Severity::Caution, "2026-11-19T10:00+09:00", Some("2026-11-20T17:15+09:00")),
        (Severity::Caution, "2026-11-20T10:00+09:00", Some("2026-11-24T17:15+09:00")),
        (Severity::Notice, "2026-11-20T10:00+09:00", None),
    ] {
        let expected = climbs.map(|text| text.parse::<Timestamp>().unwrap());
        assert_eq!(climbs_at(severity, at.parse().unwrap(), &office), expected, "{severity:?} {at}");
    }
}

fn found(calling: Option<Calling>) -> Found {
    Found { state: alert::State::Open, severity: Severity::Urgent, holder: None, calling }
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn an_urgent_alert_reaches_the_desk_within_the_hour() {
    let office = Office::default();
    let mut alert = found(None);
    let mut said = Vec::new();
    for minute in 0..=90 {
        let now = instant("2026-11-21T23:00+09:00").checked_add(jiff::Span::new().minutes(minute)).unwrap();
        let Some(cause) = alert.cause(&everybody(), now) else { continue };
        let (hop, calling) = alert.call(cause, &everybody(), now, &office);
        said.push(format!("{minute} {} {}", cause.code(), words(&[hop.told.unwrap()])));
        alert.calling = Some(calling);
    }
    assert_eq!(
        said,
        [
            "0 raised worker assigned 1",
            "30 unanswered supervisor supervises 3",
            "60 unanswered desk on_duty 4",
            "90 unanswered desk on_duty 4"
        ]
    );
}

#[test]
fn nothing_waits_for_a_person_who_left() {
    let (office, now) = (Office::default(), instant("2026-11-20T10:00+09:00"));
    let (_, calling) = found(None).call(Cause::Raised, &everybody(), now, &office);
    let told = found(Some(calling.clone()));
    assert_eq!(told.cause(&everybody(), now), None);
    let left = without(everybody(), &[TANAKA]);
    assert_eq!(told.cause(&left, now), Some(Cause::Gone));
    let (hop, _) = told.call(Cause::Gone, &left, now, &office);
    assert_eq!(hop.told.unwrap().station, Station::Desk);

    let taken = Found { state: alert::State::Taken, holder: Some(id(TANAKA)), ..told.clone() };
    assert_eq!(taken.cause(&everybody(), now), None);
    assert_eq!(taken.cause(&away(everybody(), &[TANAKA]), now), None, "whoever is on leave comes back");
    assert_eq!(taken.cause(&left, now), Some(Cause::Returned));
    let (hop, again) = taken.call(Cause::Returned, &left, now, &office);
    assert_eq!((hop.told.unwrap().station, again.round), (Station::Desk, 2));
    assert!(again.next_at.is_some());
    let closed = Found { state: alert::State::Closed, ..taken };
    assert_eq!(closed.cause(&left, now), None);
}

#[test]
fn what_became_graver_is_told_anew_and_in_hand_only_to_whoever_has_it() {
    let (office, now) = (Office::default(), instant("2026-11-20T10:00+09:00"));
    let calling =
        Calling { round: 1, called: vec![Station::Worker], told: vec![id(TANAKA)], severity: Severity::Caution, next_at: None };
    let risen = found(Some(calling));
    assert_eq!(risen.cause(&everybody(), now), Some(Cause::Risen));
    let (hop, calling) = risen.call(Cause::Risen, &everybody(), now, &office);
    assert_eq!((hop.told.unwrap().station, calling.round), (Station::Worker, 2));
    let taken = Found { state: alert::State::Taken, holder: Some(id(TANAKA)), ..risen };
    let (_, calling) = taken.call(Cause::Risen, &everybody(), now, &office);
    assert_eq!(calling.next_at, None);
}

#[test]
fn where_nobody_is_there_it_is_tried_again_soon() {
    let now = instant("2026-11-20T10:00+09:00");
    let notice = Found { severity: Severity::Notice, ..found(None) };
    let (hop, calling) = notice.call(Cause::Raised, &Situation::default(), now, &Office::default());
    assert_eq!((hop.told, calling.told.len()), (None, 0));
    assert_eq!(calling.next_at, Some(instant("2026-11-20T10:30+09:00")));
    // Ward admins cannot answer for the alert: they are told, and not waited for.
    let empty = Situation { answerers: Vec::new(), ..everybody() };
    let (hop, calling) = found(None).call(Cause::Raised, &empty, now, &Office::default());
    assert_eq!((hop.told.unwrap().people, calling.told.is_empty()), (vec![id(ADMIN)], true));
    let waiting = found(Some(Calling { next_at: calling.next_at, ..calling }));
    assert_eq!(waiting.cause(&empty, now), None, "not again at every look");
}
