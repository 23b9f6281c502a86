//! People: who is found again, what they hold, how they go.

use super::{
    people::{Leaving, MembershipStep, Missing, PersonEntry, Who},
    *,
};
use crate::domain::membership::Step;

const HEADER: &str = "氏名,フリガナ,職員番号,所属,役割,開始日,終了日,メール,異動,異動日";
const MIDORI: &str = "架空区立みどり小学校";
const AOBA: &str = "架空区立あおば中学校";

fn plan(rows: &str, people: &[KnownPerson]) -> PeoplePlan {
    people_of(&format!("{HEADER}\r\n{rows}"), people)
}

fn keys(row: &str, people: &[KnownPerson]) -> Vec<(&'static str, &'static str)> {
    problems(&plan(row, people).rows).into_iter().map(|(_, field, key)| (field, key)).collect()
}

/// Two of one name in different schools, one with a number; a head; an administrator; one who left.
fn people() -> Vec<KnownPerson> {
    let left = person(5, "退職 花子", "0000005", &[held(50, 5, 2, Role::Reporter, Some(date(2026, 3, 31)))]);
    vec![
        person(1, "佐藤 蓮", "0012345", &[held(10, 1, 2, Role::Reporter, None)]),
        person(2, "佐藤 蓮", "", &[held(20, 2, 3, Role::Reporter, Some(MARCH))]),
        person(3, "髙橋 凜", "", &[held(30, 3, 2, Role::FacilityHead, None)]),
        person(4, "管理 太郎", "A1", &[held(40, 4, 1, Role::WardAdmin, None)]),
        KnownPerson { left: true, ..left },
    ]
}

fn only<'p>(list: &'p [PersonEntry], plan: &PeoplePlan) -> &'p PersonEntry {
    let [entry] = list else { panic!("{plan:?}") };
    entry
}

#[test]
fn somebody_new_is_added_with_a_role_and_a_first_day() {
    let plan = plan(
        &format!(
            "鈴木　湊,すずき みなと,９９９,{MIDORI},施設長,R9.4.1,令和10年3月31日,Minato@Example.JP,,\r\n田中 葵,,,{AOBA},,,,,採用,"
        ),
        &people(),
    );
    assert_eq!(counts(&plan.rows), [2, 0, 0, 0], "{plan:?}");
    let first = &plan.rows.added[0];
    let details = PersonDetails {
        name: "鈴木　湊".to_owned(),
        kana: "スズキ　ミナト".to_owned(),
        staff_code: "999".to_owned(),
        mail: "Minato@example.jp".to_owned(),
    };
    assert_eq!((first.who, &first.details, first.changes.as_slice()), (Who::New, &details, [].as_slice()));
    let term = Term::new(APRIL, Some(date(2028, 3, 31))).unwrap();
    assert_eq!(first.steps, [MembershipStep::Begin { organization: id(2), role: Role::FacilityHead, term }]);
    let second = Term::new(APRIL, None).unwrap();
    assert_eq!(plan.rows.added[1].steps, [MembershipStep::Begin { organization: id(3), role: Role::Reporter, term: second }]);
}

#[test]
fn the_number_finds_somebody_again_wherever_they_are() {
    let plan = plan(&format!("佐藤蓮,サトウ レン,0012345,{AOBA},報告担当,R9.4.1,,,,"), &people());
    let entry = only(&plan.rows.changed, &plan);
    assert_eq!(entry.who, Who::Known(id(1)));
    assert_eq!(entry.details.name, "佐藤 蓮", "a space is no new name");
    let kana = Change { field: PersonField::Kana, old: Value::Nothing, new: Value::from("サトウ　レン") };
    assert_eq!(entry.changes, [kana]);
    assert_eq!(entry.steps.iter().map(MembershipStep::kind).collect::<Vec<_>>(), [Step::Grant]);
}

#[test]
fn without_a_number_a_name_counts_in_its_organization_only() {
    let found = |row: &str| plan(row, &people());
    let here = found(&format!("高橋凜,,,{MIDORI},施設長,,,,,"));
    let entry = only(&here.rows.changed, &here);
    assert_eq!((entry.who, entry.changes.len(), entry.steps.len()), (Who::Known(id(3)), 1, 0), "another form of her name");
    let numbered = found(&format!("髙橋 凜,,777,{MIDORI},施設長,,,,,"));
    assert_eq!(only(&numbered.rows.changed, &numbered).changes[0].field, PersonField::StaffCode);
    let needed = [("staff_code", "directory-staff-code-needed")];
    assert_eq!(keys(&format!("髙橋 凜,,,{AOBA},報告担当,,,,,"), &people()), needed, "somebody of this name is elsewhere");
    let twins = [
        person(1, "佐藤 蓮", "1", &[held(10, 1, 2, Role::Reporter, None)]),
        person(2, "佐藤 蓮", "2", &[held(20, 2, 2, Role::Reporter, None)]),
    ];
    assert_eq!(keys(&format!("佐藤 蓮,,,{MIDORI},,,,,,"), &twins), needed);
}

#[test]
fn a_number_that_lost_its_zeros_or_is_anothers_makes_no_second_person() {
    assert_eq!(keys(&format!("佐藤 蓮,,12345,{MIDORI},,,,,,"), &people()), [("staff_code", "directory-staff-code-zeros")]);
    assert_eq!(keys(&format!("佐藤 蓮,,555,{MIDORI},,,,,,"), &people()), [("staff_code", "directory-staff-code-differs")]);
    let plan = plan(&format!("管理 太郎,,0012345,{MIDORI},,,,,,"), &people());
    assert_eq!(only(&plan.rows.changed, &plan).remarks, [Remark::OtherName]);
    assert_eq!(keys(&format!("退職 花子,,0000005,{MIDORI},,,,,,"), &people()), [("name", "directory-person-left")]);
}

#[test]
fn what_is_so_already_is_not_concerned() {
    let rows = format!(
        "佐藤 蓮,,0012345,{MIDORI},報告担当,R7.4.1,,,,\r\n髙橋 凜,,,{MIDORI},校長,R9.4.1,,,なし,\r\n退職 花子,,0000005,{MIDORI},,,,,退職,R8.3.31"
    );
    let plan = plan(&rows, &people());
    assert_eq!(counts(&plan.rows), [0, 0, 3, 0], "{plan:?}");
    assert!(plan.rows.is_idle());
}

#[test]
fn the_last_day_changes_and_a_begin_that_has_passed_does_not() {
    let entry = |row: &str, people: &[KnownPerson]| {
        let plan = plan(row, people);
        only(&plan.rows.changed, &plan).clone()
    };
    let ended = entry(&format!("佐藤 蓮,,0012345,{MIDORI},,R6.4.1,R9.9.30,,,"), &people());
    let [MembershipStep::Alter { old, new, .. }] = ended.steps.as_slice() else { panic!("{ended:?}") };
    assert_eq!((new.from(), new.until(), ended.steps[0].kind()), (old.from(), Some(date(2027, 9, 30)), Step::End));
    let renewed = entry(&format!("佐藤 蓮,,,{AOBA},,R9.4.1,R10.3.31,,,"), &people());
    assert!(matches!(renewed.steps[0], MembershipStep::Begin { .. }), "ends on 31 March, begins on 1 April");
    let longer = entry(&format!("佐藤 蓮,,,{AOBA},,R7.4.1,R10.3.31,,,"), &people());
    assert_eq!(longer.steps[0].kind(), Step::Extend);
    let future = Held { term: Term::new(date(2027, 5, 1), None).unwrap(), ..held(60, 6, 2, Role::Reporter, None) };
    let earlier = entry(&format!("未来 翼,,6,{MIDORI},,R9.4.15,,,,"), &[person(6, "未来 翼", "6", &[future])]);
    assert_eq!(earlier.steps[0].term().from(), date(2027, 4, 15), "what has not begun may begin on another day");
}

#[test]
fn days_and_roles_have_to_make_sense() {
    for (row, field, key) in [
        (format!("新 人,,,{MIDORI},報告担当,R9.4.1,R9.3.31,,,"), "until", "row-ends-before-it-begins"),
        (format!("新 人,,,{MIDORI},報告担当,R8.4.1,R9.3.19,,,"), "until", "row-ended"),
        (format!("新 人,,,{MIDORI},報告担当,R10.4.1,,,,"), "from", "row-far-ahead"),
        (format!("新 人,,,{MIDORI},報告担当,S40.4.1,,,,"), "from", "directory-long-ago"),
        (format!("新 人,,,{MIDORI},教頭,,,,,"), "role", "directory-role-unknown"),
        (format!("新 人,,,{MIDORI},区の管理者,,,,,"), "role", "directory-role-misplaced"),
        ("新 人,,,架空子ども家庭支援センター,,,,,,".to_owned(), "role", "directory-role-misplaced"),
        ("新 人,,,みどり小学校,,,,,,".to_owned(), "organization", "directory-organization-unknown-nearest"),
        ("新 人,,,,,,,,,".to_owned(), "organization", "directory-organization-empty"),
        ("新 人,,,架空区立ふるい小学校,,,,,,".to_owned(), "organization", "directory-organization-closed"),
        (format!("新 人,,1.5,{MIDORI},,,,a@b,,"), "staff_code", "staff-code-character"),
        (format!("新 人,,,{MIDORI},,4月1日,,,,"), "from", "date-no-year"),
        (format!("新 人,,,{MIDORI},,,,,栄転,"), "leaving", "directory-leaving-unknown"),
        (format!("新 人,,,{MIDORI},,,,,退職,"), "leaving", "directory-leaving-no-date"),
        (format!("新 人,,,{MIDORI},,,,,退職,R9.3.31"), "name", "directory-leaver-unknown"),
    ] {
        assert_eq!(keys(&row, &people()).first(), Some(&(field, key)), "{row}");
    }
    let none = Defaults::default();
    let table = table(&format!("{HEADER}\r\n新 人,,,{MIDORI},,,,,,"));
    let known = Known { organizations: &ward(), people: &[] };
    let plan = super::people::plan(&table, &Mapping::guess(&table), none, known, TODAY).unwrap();
    assert_eq!(problems(&plan.rows), [(2, "from", "directory-from-empty")]);
    let by_code = people_of(&format!("{HEADER}\r\n新 人,,,b1-13-2-2030005-6,,,,,,"), &[]);
    assert_eq!(by_code.rows.added[0].organization, id(2), "a school may be named by its code");
}

#[test]
fn leaving_ends_what_is_held_on_the_day_that_is_written() {
    for (words, leaving) in [
        ("退職,R9.3.31", Leaving::Retirement),
        ("転出,2027/3/31", Leaving::Transfer),
        ("定年退職（令和9年3月31日）,", Leaving::Retirement),
        ("R9.3.31転出,", Leaving::Transfer),
        ("異動（転出）　令和9年3月31日,", Leaving::Transfer),
    ] {
        let plan = plan(&format!("佐藤 蓮,,0012345,{MIDORI},,,,,{words}"), &people());
        let entry = only(&plan.rows.changed, &plan);
        assert_eq!(entry.steps[0].term().until(), Some(MARCH), "{words}");
        assert_eq!(entry.leaves, (leaving == Leaving::Retirement).then_some(MARCH), "{words}");
    }
    let beside = plan(&format!("佐藤 蓮,,0012345,{MIDORI},,,R9.3.31,,転出,"), &people());
    assert_eq!(only(&beside.rows.changed, &beside).steps[0].term().until(), Some(MARCH), "the last day stands in its own column");
    assert_eq!(keys(&format!("佐藤 蓮,,0012345,{AOBA},,,,,転出,R9.3.31"), &people()), [("organization", "directory-not-there")]);
    assert_eq!(
        keys(&format!("佐藤 蓮,,0012345,{MIDORI},,,,,転出,R7.3.31"), &people()),
        [("leaving", "directory-begins-after-leaving")]
    );
}

#[test]
fn a_transfer_leaves_other_duties_alone_and_a_retirement_none() {
    let both = [person(1, "兼務 葵", "1", &[held(10, 1, 2, Role::Reporter, None), held(11, 1, 3, Role::Reporter, None)])];
    let steps = |words: &str| plan(&format!("兼務 葵,,1,{MIDORI},,,,,{words}"), &both).rows.changed[0].steps.len();
    assert_eq!((steps("転出,R9.3.31"), steps("退職,R9.3.31")), (1, 2));
    let moved =
        plan(&format!("兼務 葵,,1,{MIDORI},,,,,転出,R9.3.31\r\n兼務 葵,,1,架空区立ひまわり保育園,施設長,R9.4.1,,,,"), &both);
    assert_eq!(counts(&moved.rows), [0, 2, 0, 0], "{moved:?}");
    let again = plan(
        &format!(
            "兼務 葵,,1,{MIDORI},,,,,退職,R9.3.31\r\n兼務 葵,,1,{AOBA},施設長,R9.4.1,,,,\r\n兼務 葵,,1,{AOBA},,,,,転出,R9.3.31"
        ),
        &both,
    );
    let found: Vec<_> = problems(&again.rows).into_iter().map(|(line, _, key)| (line, key)).collect();
    assert_eq!(found, [(3, "directory-leaves-in-row"), (4, "directory-differs-from-row")]);
    let stays = plan(&format!("兼務 葵,,1,{MIDORI},,,,,,\r\n兼務 葵,,1,{MIDORI},,,,,転出,R9.3.31"), &both);
    assert_eq!(problems(&stays.rows), [(3, "name", "directory-differs-from-row")], "one row keeps what the other ends");
}

#[test]
fn privileged_roles_are_marked_for_a_second_person() {
    let marked = |row: &str, people: &[KnownPerson]| {
        let plan = plan(row, people).rows;
        plan.added.iter().chain(&plan.changed).map(|entry| entry.second_person).collect::<Vec<_>>()
    };
    for role in ["区の管理者", "監査担当", "運用担当"] {
        assert_eq!(marked(&format!("新 人,,,架空区役所,{role},,,,,"), &people()), [true], "{role}");
    }
    assert_eq!(marked(&format!("新 人,,,{MIDORI},施設長,,,,,"), &people()), [false]);
    assert_eq!(marked("管理 太郎,,A1,架空区役所,,,,,転出,R9.3.31", &people()), [false], "rights are taken by one");
    let auditor = [person(7, "監査 葵", "7", &[held(70, 7, 1, Role::Auditor, Some(MARCH))])];
    assert_eq!(marked("監査 葵,,7,架空区役所,,,,,転出,R9.3.25", &auditor), [false]);
    assert_eq!(marked("監査 葵,,7,架空区役所,監査担当,R7.4.1,R10.3.31,,,", &auditor), [true]);
    let same = plan("監査 葵,,7,架空区役所,監査担当,R7.4.1,,,,", &auditor);
    assert_eq!((counts(&same.rows), same.rows.unchanged[0].second_person), ([0, 0, 1, 0], false));
}

#[test]
fn rows_of_one_new_person_belong_together() {
    let rows = format!(
        "新 人,,88,{MIDORI},,,,,,\r\n新 人,シン ジン,88,{AOBA},,,,shin@example.jp,,\r\n新 人,,88,{MIDORI},,,,,,\r\n他 人,,88,{MIDORI},施設長,,,,,\r\n新 人,,,{AOBA},,,,,,\r\n無番 葵,,,{MIDORI},,,,,,\r\n無番 葵,,,{MIDORI},施設長,,,,,\r\n無番 葵,,,{AOBA},,,,,,\r\n無番 葵,,99,{MIDORI},,,,,,"
    );
    let plan = plan(&rows, &[]);
    let who: Vec<_> = plan.rows.added.iter().map(|entry| (entry.line, entry.who)).collect();
    assert_eq!(who, [(2, Who::New), (3, Who::Row(2)), (7, Who::New), (8, Who::Row(7))]);
    assert_eq!(
        (plan.rows.added[0].details.kana.as_str(), plan.rows.added[0].details.mail.as_str()),
        ("シン　ジン", "shin@example.jp")
    );
    assert_eq!(
        problems(&plan.rows),
        [
            (4, "name", "directory-duplicate"),
            (5, "name", "directory-differs-from-row"),
            (6, "staff_code", "directory-staff-code-needed"),
            (9, "staff_code", "directory-staff-code-needed"),
            (10, "staff_code", "directory-differs-from-row"),
        ]
    );
}

#[test]
fn a_change_said_twice_is_one_change_and_two_sayings_are_a_fault() {
    let both = [person(1, "兼務 葵", "1", &[held(10, 1, 2, Role::Reporter, None), held(11, 1, 3, Role::Reporter, None)])];
    let row = |place: &str, mail: &str| format!("兼務 葵,,1,{place},,,,{mail},,");
    let same = plan(&format!("{}\r\n{}", row(MIDORI, "a@example.jp"), row(AOBA, "a@example.jp")), &both);
    assert_eq!(counts(&same.rows), [0, 1, 1, 0], "{same:?}");
    let differ = plan(&format!("{}\r\n{}", row(MIDORI, "a@example.jp"), row(AOBA, "b@example.jp")), &both);
    assert_eq!(problems(&differ.rows), [(3, "mail", "directory-differs-from-row")]);
}

#[test]
fn of_two_spellings_of_one_name_the_first_one_stands() {
    let both = [person(1, "高橋 凜", "1", &[held(10, 1, 2, Role::Reporter, None), held(11, 1, 3, Role::Reporter, None)])];
    let file = format!("髙橋 凜,,1,{MIDORI},,,,,,\r\n高橋凜,,1,{AOBA},,,,,,");
    let first = plan(&file, &both);
    assert_eq!(counts(&first.rows), [0, 1, 1, 0], "{first:?}");
    assert_eq!(first.rows.changed[0].details.name, "髙橋 凜");
    let renamed = [person(1, "髙橋 凜", "1", &both[0].memberships)];
    assert_eq!(counts(&plan(&file, &renamed).rows), [0, 0, 2, 0], "the same file changes nothing more");
}

#[test]
fn who_is_missing_from_the_file_is_listed_and_never_ended() {
    let plan = plan(&format!("佐藤 蓮,,0012345,{MIDORI},,,,,,"), &people());
    assert_eq!(plan.missing, [Missing { person: id(3), membership: id(30), organization: id(2) }]);
    assert_eq!(counts(&plan.rows), [0, 0, 1, 0]);
    let in_error = self::plan(&format!("佐藤 蓮,,0012345,{MIDORI},,,,,,\r\n高橋 凜,,,{MIDORI},教頭,,,,,"), &people());
    assert_eq!(in_error.missing, [], "her row is there, only in error");
}

#[test]
fn somebody_suspended_stays_so() {
    let suspended = Held { suspended: true, ..held(10, 1, 2, Role::Reporter, None) };
    let plan = plan(&format!("休 職,,1,{MIDORI},,,,,,"), &[person(1, "休 職", "1", &[suspended])]);
    assert_eq!(only(&plan.rows.unchanged, &plan).remarks, [Remark::StaysSuspended]);
}
