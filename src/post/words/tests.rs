//! No mail tells anything of a ward: held against every name of demo wards of many seeds.

use proptest::prelude::*;

use super::*;
use crate::domain::{
    attendance::{Reason, Sign, Status},
    demo::{self, Plan},
    mail::{each_with, one_of_each as all},
};

const ORIGIN: &str = "https://tsunagi.example.jp";

/// Everything that could be somebody's in a ward: names of people, children, places and their parts. Two or three letters of
/// kana are a part of any sentence; that none comes in from a ward is held by `the_words_of_a_mail_are_always_the_same`.
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

/// Why a child did not come. A reason without its words does not compile.
const fn of_reason(reason: Reason) -> &'static [&'static str] {
    match reason {
        Reason::Illness => &["病気", "体調"],
        Reason::Injury => &["けが", "怪我"],
        Reason::Family => &["家庭"],
        Reason::Clinic => &["通院", "受診"],
        Reason::Reluctant => &["しぶり", "不登校"],
        Reason::FamilyIllness => &["家族"],
        Reason::Travel => &["旅行", "帰省"],
        Reason::Unknown => &["理由"],
        Reason::Other => &["その他", "事情"],
    }
}

/// What a sheet says of a day.
const fn of_status(status: Status) -> &'static [&'static str] {
    match status {
        Status::Present => &["出席", "登校", "登園", "来所"],
        Status::Late => &["遅刻"],
        Status::LeftEarly | Status::LateAndLeftEarly => &["早退"],
        Status::SeparateRoom => &["別室", "保健室"],
        Status::SeenElsewhere => &["校外", "訪問"],
        Status::Absent => &["欠席", "お休み"],
        Status::Suspended => &["出席停止", "感染"],
        Status::Bereaved => &["忌引"],
        Status::SuspendedOther => &["公欠", "災害"],
        Status::Hospital => &["入院", "医療"],
        Status::InCare => &["一時保護", "入所"],
        Status::NotScheduled => &["予定"],
        Status::StayedHome => &["自粛"],
    }
}

/// What was seen or heard of a child.
const fn of_sign(sign: Sign) -> &'static [&'static str] {
    match sign {
        Sign::Injury => &["外傷", "あざ"],
        Sign::Statement => &["虐待", "証言"],
        Sign::UnwillingHome => &["帰宅"],
        Sign::FamilyChange => &["同居", "転居"],
        Sign::ParentPressure => &["保護者", "面会"],
        Sign::Other => &["様子", "心配"],
    }
}

/// Why somebody is looked after, did not come or was worried about, and how many: no mail says so.
fn grounds_and_reasons() -> Vec<&'static str> {
    let words = ["要保護", "要支援", "要対協", "児相", "未報告", "見守り", "依頼", "人分", "件"];
    let reasons = Reason::ALL.iter().flat_map(|reason| of_reason(*reason));
    let statuses = Status::ALL.iter().flat_map(|status| of_status(*status));
    let signs = Sign::ALL.iter().flat_map(|sign| of_sign(*sign));
    words.iter().chain(reasons).chain(statuses).chain(signs).copied().collect()
}

/// Without what nobody could mistake: a year is no grade, and 「だけが」 no injury.
fn plain(text: &str) -> String {
    text.replace("令和8年", "").replace("だけが", "")
}

/// Whether something is counted that people or alerts are counted by.
fn counts(text: &str) -> bool {
    text.chars().zip(text.chars().skip(1)).any(|(number, of)| number.is_numeric() && "人名件校園組室".contains(of))
}

const fn is_kana(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}')
}

/// What a mail says when its link and its date are taken out, and where its readers sign in.
fn bare(mail: &Mail, origin: &str) -> (&'static str, String) {
    let (subject, text) = words(mail, origin);
    let text = match mail {
        Mail::Invitation { link, until } => text.replace(link.text(), "LINK").replace(&moment(*until), "DATE"),
        Mail::SheetReminder { door } | Mail::SheetReminderAgain { door } | Mail::SlipReminder { door } => {
            text.replace(door.text(), "DOOR")
        }
        // Whatever else a kind may come to hold is not spoken.
        _ => text,
    };
    (subject, text.replace(origin, "ORIGIN"))
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
            let text = plain(&text);
            for word in reasons.iter().copied().chain(classes(&plan).iter().map(String::as_str)) {
                prop_assert!(!subject.contains(word) && !text.contains(word), "{word} in {subject}");
            }
            prop_assert!(!counts(subject) && !counts(&text), "{text}");
        }
    }

    /// Whatever a ward fills in, the words are those of every other ward: of a name, however short, nothing can stand there.
    #[test]
    fn the_words_of_a_mail_are_always_the_same(
        code in "[A-Z0-9]{5}(-[A-Z0-9]{5}){3}",
        host in "[a-z]{3,12}",
        seconds in 1_800_000_000_i64..4_000_000_000,
        ward in "[0-9]{6}",
    ) {
        let plan = Plan::new(demo::seed(&ward), "2026-11-20T00:00:00Z".parse().unwrap());
        let origin = format!("https://{host}.example.jp");
        let former = plan.watches.first().map(|watch| format!("{}@example.jp", watch.name)).unwrap();
        let theirs = each_with(&origin, &code, Timestamp::from_second(seconds).unwrap(), &former);
        prop_assert_eq!(theirs.len(), all().len());
        for (one, other) in all().iter().zip(&theirs) {
            prop_assert_eq!(bare(one, ORIGIN), bare(other, &origin));
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
