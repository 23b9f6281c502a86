//! Organizations: who is found again, what changes, what is refused.

use super::*;

const HEADER: &str = "名称,種別,地区,学校コード,上位機関,開設日,閉鎖日,休業日のひな形";

fn plan(rows: &str) -> Plan<OrganizationEntry, OrganizationField> {
    organizations_of(&format!("{HEADER}\r\n{rows}"), &ward())
}

/// The keys of the problems of a single row.
fn keys(row: &str) -> Vec<&'static str> {
    problems(&plan(row)).into_iter().map(|(_, _, key)| key).collect()
}

#[test]
fn a_new_school_is_added_with_what_is_usual_for_it() {
    let plan =
        plan("私立つくし幼稚園,幼稚園,北,,,R9.4.1,,\r\n架空区立わかば小学校,小学校,,b113210000005,架空区役所,,,市立小(区立小)");
    assert_eq!(counts(&plan), [2, 0, 0, 0]);
    let [first, second] = plan.added.as_slice() else { panic!("{plan:?}") };
    assert_eq!((first.line, first.id, first.remarks.as_slice()), (2, None, [].as_slice()));
    let details = Details {
        name: "私立つくし幼稚園".to_owned(),
        kind: FacilityKind::Kindergarten.into(),
        district: "北".to_owned(),
        school_code: None,
        parent: None,
        phone: String::new(),
        opened_on: APRIL,
        closed_on: None,
        template: "kindergarten".to_owned(),
    };
    assert_eq!(first.details, details);
    assert_eq!((second.details.opened_on, second.remarks.as_slice()), (TODAY, [Remark::OpensToday].as_slice()));
    assert_eq!(second.details.parent, Some(Parent::Known(id(1))));
    assert_eq!(second.details.template, "school");
}

#[test]
fn the_code_finds_a_school_again_under_a_new_name() {
    let plan = plan("架空区立みどり義塾小学校,,南,Ｂ１１３２２０３０００５６,,,,");
    let [entry] = plan.changed.as_slice() else { panic!("{plan:?}") };
    assert_eq!((entry.id, entry.details.kind), (Some(id(2)), FacilityKind::Elementary.into()));
    let change = |field, old: &str, new: &str| Change { field, old: Value::from(old), new: Value::from(new) };
    assert_eq!(
        entry.changes,
        [
            change(OrganizationField::Name, "架空区立みどり小学校", "架空区立みどり義塾小学校"),
            change(OrganizationField::District, "", "南"),
        ]
    );
}

#[test]
fn a_name_finds_the_others_again_and_what_is_empty_stays() {
    let plan = plan("架空区立 アオバ中学校,,,,,,,\r\n架空区立ひまわり保育園,保育所,,,,2020/4/1,,");
    assert_eq!(counts(&plan), [0, 1, 1, 0], "{plan:?}");
    assert_eq!(plan.changed[0].changes.len(), 1, "the name as it is written now");
    assert_eq!(plan.unchanged[0].id, Some(id(5)));
    let closing = self::plan("架空区立ひまわり保育園,,,,,,令和10年3月31日,保育所");
    let fields: Vec<_> = closing.changed[0].changes.iter().map(|change| change.field).collect();
    assert_eq!(fields, [OrganizationField::ClosedOn, OrganizationField::Template]);
    assert_eq!(closing.changed[0].changes[0].new, Value::Day(date(2028, 3, 31)));
}

#[test]
fn every_fault_of_a_row_is_named_with_its_cell() {
    let plan = plan("=A1,学校,,B113220300057,,2月30日,R8.13.1,知らない\r\nみどり,学校,,B113220300057,,2月30日,R8.13.1,知らない");
    assert_eq!(
        problems(&plan),
        [
            (2, "name", "text-formula"),
            (3, "kind", "directory-kind-unknown"),
            (3, "school_code", "school-code-check-digit"),
            (3, "opened_on", "date-no-year"),
            (3, "closed_on", "date-impossible"),
            (3, "template", "directory-template-unknown"),
        ]
    );
    let template = &plan.refused[1].problems[4];
    assert_eq!((template.column, template.value.as_str()), (Some(7), "知らない"));
    assert_eq!(template.reason.args(), [("known", "市立小（区立小）、保育所".to_owned())]);
}

#[test]
fn what_no_organization_can_be_is_refused() {
    for (row, key) in [
        ("わかば小,,,,,,,", "directory-kind-empty"),
        ("わかば園,認定こども園,,,,,,", "directory-kind-several"),
        ("わかば中,中学校,,B113210000005,,,,", "directory-kind-not-of-code"),
        ("わかば保,保育所,,B113210000005,,,,", "directory-kind-not-of-code"),
        ("架空区立みどり小学校,中学校,,,,,,", "directory-kind-not-of-code"),
        ("架空区立みどり小学校,児童相談所,,,,,,", "directory-kind-of-another-side"),
        ("架空区役所,教育委員会,,,,,,", "directory-kind-of-another-side"),
        ("架空区立みどり小学校,,,B113210000005,,,,", "directory-code-differs"),
        ("架空区立ひまわり保育園,,,B113220300056,,,,", "directory-name-taken"),
        ("架空区立ふるい小学校,小学校,,,,,,", "directory-closed"),
        ("わかば小,小学校,,,,R9.4.1,R9.4.1,", "row-ends-before-it-begins"),
        ("わかば小,小学校,,,,R5.4.1,R8.4.1,", "row-ended"),
        ("架空区立ひまわり保育園,,,,,,H31.4.1,", "row-ends-before-it-begins"),
        ("架空区立ひまわり保育園,,,,,R9.4.1,,", "directory-opening-put-off"),
        ("わかば小,小学校,,,架空区教育委員会,,,", "directory-parent-unknown"),
        ("わかば小,小学校,,,家庭支援センター,,,", "directory-parent-unknown-nearest"),
        ("わかば小,小学校,,,わかば小,,,", "directory-parent-below-itself"),
        (",小学校,,,,,,", "text-empty"),
    ] {
        assert_eq!(keys(row), [key], "{row}");
    }
}

#[test]
fn a_closed_school_is_no_school_but_may_have_a_successor_of_its_name() {
    let again = plan("架空区立ふるい小学校,小学校,,,,2020/4/1,2026/4/1,");
    assert_eq!(counts(&again), [0, 0, 1, 0], "{again:?}");
    let successor = plan("架空区立ふるい小学校,小学校,,,,R9.4.1,,");
    assert_eq!(counts(&successor), [1, 0, 0, 0], "{successor:?}");
}

#[test]
fn a_second_row_about_the_same_organization_is_refused() {
    let plan = plan(
        "架空区立みどり小学校,,東,,,,,\r\n架空区立緑小学校,,,B113220300056,,,,\r\nわかば小,小学校,,,,,,\r\nわ かば小,小学校,,,,,,\r\n\
         こだま小,小学校,,B113210000005,,,,\r\nひかり小,小学校,,B113210000005,,,,",
    );
    assert_eq!(
        problems(&plan),
        [(3, "name", "directory-duplicate"), (5, "name", "directory-duplicate"), (7, "school_code", "directory-duplicate"),]
    );
    assert_eq!(plan.refused[0].problems[0].reason, Reason::Duplicate { line: 2 });
}

#[test]
fn parents_may_come_later_in_the_file_and_are_added_first() {
    let plan =
        plan("わかば分校,小学校,,,わかば小,,,\r\nわかば小,小学校,,,架空区教育委員会,,,\r\n架空区教育委員会,教育委員会,,,,,,");
    assert_eq!(plan.added.iter().map(|entry| entry.line).collect::<Vec<_>>(), [4, 3, 2]);
    assert_eq!(plan.added[2].details.parent, Some(Parent::Row(3)));
}

#[test]
fn with_a_refused_row_fall_the_new_ones_below_it() {
    let plan = plan(
        "わかば分校,小学校,,,わかば小,,,\r\nわかば小,小学校,,,なぞの課,,,\r\nこだま分校,小学校,,,こだま小,,,\r\nこだま小,学校,,,,,,",
    );
    assert_eq!(counts(&plan), [0, 0, 0, 4], "{plan:?}");
    let reasons: Vec<_> = plan.refused.iter().map(|row| row.problems[0].reason.clone()).collect();
    assert_eq!(reasons[0], Reason::ParentRefused { line: 3 });
    assert_eq!(reasons[2], Reason::ParentRefused { line: 5 });
}

#[test]
fn nobody_stands_below_itself_round_a_corner() {
    let plan =
        plan("架空区役所,,,,架空区立みどり小学校,,,\r\nア小,小学校,,,イ小,,,\r\nイ小,小学校,,,ア小,,,\r\nウ小,小学校,,,イ小,,,");
    assert_eq!(
        problems(&plan).into_iter().map(|(line, _, key)| (line, key)).collect::<Vec<_>>(),
        [
            (2, "directory-parent-below-itself"),
            (3, "directory-parent-below-itself"),
            (4, "directory-parent-below-itself"),
            (5, "directory-parent-refused"),
        ]
    );
}

#[test]
fn a_move_that_is_refused_does_not_close_another_circle() {
    // 2 stands below 3. Moving 2 below 5 and 5 below 2 is a circle; with 2 left below 3, 3 cannot go below 5, which stays.
    let mut known = ward();
    known[1].details.parent = Some(Parent::Known(id(3)));
    let text = format!(
        "{HEADER}\r\n架空区立みどり小学校,,,,架空区立ひまわり保育園,,,\r\n架空区立ひまわり保育園,,,,架空区立みどり小学校,,,\r\n架空区立あおば中学校,,,,架空区立みどり小学校,,,"
    );
    let plan = organizations_of(&text, &known);
    assert_eq!(counts(&plan), [0, 0, 0, 3], "{plan:?}");
}

#[test]
fn a_telephone_number_changes_and_one_that_lost_its_zero_does_not() {
    let plan = |phone: &str| organizations_of(&format!("名称,電話\r\n架空区立みどり小学校,{phone}\r\n"), &ward());
    let changed = plan("０３－１２３４－５６７８");
    assert_eq!(changed.changed[0].changes[0].new, Value::from("03-1234-5678"));
    assert_eq!(problems(&plan("312345678")), [(2, "phone", "text-not-phone")]);
}
