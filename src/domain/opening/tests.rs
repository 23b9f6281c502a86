//! An opening minute by minute.

use super::*;

fn minute(minute: i64) -> Timestamp {
    "2026-11-20T13:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minute)
}

fn fresh() -> Course {
    Course { asked_at: minute(0), until: minute(60), confirmed_at: None, ended_at: None, judged_at: None, judgement: None }
}

#[test]
fn an_hour_is_an_hour() {
    for (at, open) in [(-1, true), (0, true), (59, true), (60, false), (61, false)] {
        assert_eq!(fresh().is_open(minute(at)), open, "{at}");
    }
    assert!(!Course { ended_at: Some(minute(5)), ..fresh() }.is_open(minute(6)), "ended early");
    assert_eq!(minute(0) + LIFE, fresh().until);
}

#[test]
fn nobody_is_kept_waiting_for_the_second_word_and_without_it_somebody_judges() {
    for (at, standing) in [(0, Standing::Waiting), (14, Standing::Waiting), (15, Standing::Review), (90, Standing::Review)] {
        assert_eq!(fresh().standing(minute(at)), standing, "{at}");
    }
    assert!(fresh().is_open(minute(20)), "it stays open");
    let confirmed = Course { confirmed_at: Some(minute(3)), ..fresh() };
    assert_eq!(confirmed.standing(minute(90)), Standing::Confirmed);
    let ended = Course { ended_at: Some(minute(3)), ..fresh() };
    assert_eq!(ended.standing(minute(4)), Standing::Review);
    let judged = |judgement| Course { judged_at: Some(minute(5)), judgement: Some(judgement), ..ended };
    assert_eq!(judged(Judgement::Proper).standing(minute(6)), Standing::Judged);
    assert_eq!(judged(Judgement::Doubtful).standing(minute(6)), Standing::Doubtful, "not finished with");
    assert_eq!(judged(Judgement::Doubtful).judge(minute(6)), Err(Refusal::Already));
}

#[test]
fn each_step_has_its_time() {
    let ended = Course { ended_at: Some(minute(3)), ..fresh() };
    let confirmed = Course { confirmed_at: Some(minute(3)), ..fresh() };
    let judged = Course { judged_at: Some(minute(20)), ..fresh() };
    for (course, at, confirm, end, judge) in [
        (fresh(), 14, Ok(()), Ok(()), Err(Refusal::NotYet)),
        (fresh(), 15, Err(Refusal::TooLate), Ok(()), Ok(())),
        (fresh(), 60, Err(Refusal::TooLate), Err(Refusal::Over), Ok(())),
        (ended, 4, Err(Refusal::Over), Err(Refusal::Over), Ok(())),
        (confirmed, 5, Err(Refusal::Already), Ok(()), Err(Refusal::Already)),
        (judged, 30, Err(Refusal::Already), Ok(()), Err(Refusal::Already)),
    ] {
        assert_eq!(
            (course.confirm(minute(at)), course.end(minute(at)), course.judge(minute(at))),
            (confirm, end, judge),
            "{course:?} at {at}"
        );
    }
}

#[test]
fn a_reason_takes_a_few_words() {
    for (typed, lack) in [
        ("", Some(Lack::Missing)),
        (" \r\n ", Some(Lack::Missing)),
        ("照会", Some(Lack::TooShort)),
        ("照　　　　会", Some(Lack::TooShort)),
        ("警察から照会", None),
        ("隠れた\u{0}文字です", Some(Lack::Unprintable)),
    ] {
        assert_eq!(words(typed).err(), lack, "{typed:?}");
    }
    assert_eq!(words(&"字".repeat(501)).err(), Some(Lack::TooLong { written: 501, most: 500 }));
}
