//! No mail tells anything of a ward: held against every name of demo wards of many seeds.

use proptest::prelude::*;

use super::*;
use crate::domain::{
    demo::{self, Plan},
    mail::one_of_each as all,
};

const ORIGIN: &str = "https://tsunagi.example.jp";

/// Everything that could be somebody's in a ward: names of people, children, places and their parts. Two or three letters of
/// kana are a part of any sentence and count only with the rest of the name.
fn names(plan: &Plan) -> Vec<String> {
    let people = plan.staff.iter().map(|staff| staff.name.clone());
    let children = plan.watches.iter().map(|watch| watch.name.clone());
    let places = plan.places.iter().flat_map(|place| [place.name.to_owned(), place.district.to_owned()]);
    let written = people.chain(children).chain(places).chain([demo::WARD_NAME.to_owned(), demo::HELP_PHONE.to_owned()]);
    let parts = |name: String| name.split([' ', '　']).map(ToOwned::to_owned).chain([name.clone()]).collect::<Vec<_>>();
    let readings = plan.watches.iter().filter_map(|watch| watch.kana.clone());
    let readings = readings.flat_map(|kana| [kana.replace([' ', '　'], ""), kana]);
    let tells = |name: &String| name.chars().count() > if name.chars().all(is_kana) { 3 } else { 1 };
    written.flat_map(parts).chain(readings).filter(tells).collect()
}

/// Grades and classes as pages write them.
fn classes(plan: &Plan) -> Vec<String> {
    let written = plan.watches.iter().flat_map(|watch| [watch.class.to_owned(), watch.grade.label()]);
    written.filter(|word| word.chars().count() > 1).collect()
}

/// Why somebody is looked after, or did not come: no mail says so.
fn grounds_and_reasons() -> Vec<String> {
    let words = ["要保護", "要支援", "要対協", "児相", "欠席", "遅刻", "病気", "未報告", "見守り", "依頼", "人分", "件"];
    words.map(ToOwned::to_owned).to_vec()
}

const fn is_kana(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}')
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn no_mail_holds_anything_of_a_ward(code in "[0-9]{6}") {
        let plan = Plan::new(demo::seed(&code), "2026-11-20T00:00:00Z".parse().unwrap());
        let names = names(&plan);
        let reasons = grounds_and_reasons();
        prop_assert!(names.len() > 100);
        for mail in all() {
            let (subject, text) = words(&mail, ORIGIN);
            for name in &names {
                prop_assert!(!subject.contains(name.as_str()) && !text.contains(name.as_str()), "{name} in {subject}");
            }
            // A year is no grade.
            let text = text.replace("令和8年", "");
            for word in reasons.iter().chain(&classes(&plan)) {
                prop_assert!(!subject.contains(word.as_str()) && !text.contains(word.as_str()), "{word} in {subject}");
            }
        }
    }
}

#[test]
fn no_mail_says_what_the_work_is_about() {
    for mail in all() {
        let (subject, text) = words(&mail, ORIGIN);
        for word in ["児童", "子ども", "お子さん", "虐待", "施設", "保育", "学校", "園", "様", "さん"] {
            assert!(!subject.contains(word) && !text.contains(word), "{word} in {subject}");
        }
        assert!(text.lines().all(|line| line.len() < 900), "RFC 5322 2.1.1");
    }
}

#[test]
fn the_link_stands_in_the_invitation_alone() {
    let linked = all().iter().filter(|mail| words(mail, ORIGIN).1.contains('#')).count();
    assert_eq!(linked, 1);
    assert!(words(&all()[0], ORIGIN).1.contains("\nhttps://tsunagi.example.jp/enrol#AAAAA-BBBBB-CCCCC-DDDDD\n"));
    assert!(words(&all()[0], ORIGIN).1.contains("令和8年11月28日（土） 9:00まで"));
}

#[test]
fn a_notice_leads_to_the_sign_in_and_says_nothing_of_how_grave_it_is() {
    let (subject, text) = words(&Mail::Notice, ORIGIN);
    let links: Vec<_> = text.lines().filter(|line| line.contains("://")).collect();
    assert_eq!(links, ["https://tsunagi.example.jp/sign-in"]);
    for word in ["緊急", "警戒", "注意", "情報", "urgent", "alert", "件", "至急"] {
        assert!(!subject.contains(word) && !text.to_lowercase().contains(word), "{word} in {text}");
    }
    assert!(text.starts_with(notice::SENTENCE));
}

#[test]
fn a_question_does_not_say_who_asks_or_about_what() {
    let (subject, text) = words(&Mail::Question, ORIGIN);
    for word in ["支援", "センター", "区", "市", "本日", "今日", "today", "child", "centre", "緊急", "至急"] {
        assert!(!subject.contains(word) && !text.to_lowercase().contains(word), "{word} in {text}");
    }
    assert_eq!(words(&Mail::Question, ORIGIN), (subject, text), "whatever is asked, it says the same");
}

#[test]
fn only_the_invitation_has_a_link_that_lets_in() {
    let linked = |text: &str| all().iter().filter(|mail| words(mail, ORIGIN).1.contains(text)).count();
    assert_eq!((linked("https://"), linked("/enrol#"), linked("https://tsunagi.example.jp/sign-in\n")), (7, 1, 6));
}
