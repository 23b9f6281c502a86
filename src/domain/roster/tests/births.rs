//! A birth date in place of the grade: counted, and kept nowhere.

use super::*;

const HEADER: &str = "施設名,生年月日,学年,氏名,開始日,根拠";

fn outcome_of(header: &str, rows: &str) -> Outcome {
    read_file(format!("{header}\r\n{rows}").as_bytes()).2
}

#[test]
fn the_grade_is_counted_for_the_school_year_of_the_request() {
    let row = |place: &str, born: &str, from: &str| format!("{place},{born},佐藤　蓮,{from},児相依頼");
    let (school, nursery) = ("架空区立みどり小学校", "架空区立ひまわり保育園");
    for (place, born, from, code) in [
        (school, "令和2年4月1日", "R8.11.20", "e1"),
        (school, "2019-04-02", "R8.11.20", "e1"),
        (school, "平成31年4月1日", "R8.11.20", "e2"),
        // Begun in another school year: the grade of this one; one that begins after April has the grade of that year.
        (school, "H31.4.1", "R6.4.1", "e2"),
        (school, "H31.4.1", "R9.4.1", "e3"),
        (nursery, "R2/4/2", "R8.11.20", "n5"),
        (nursery, "46000", "R8.11.20", "n0"),
    ] {
        let outcome = outcome_of("施設名,生年月日,氏名,開始日,根拠", &row(place, born, from));
        let grades: Vec<String> = outcome.accepted.iter().map(|row| row.grade.code()).collect();
        assert_eq!(grades, [code], "{born} from {from}: {:?}", problems(&outcome));
    }
}

#[test]
fn a_written_grade_wins_and_the_difference_is_said() {
    let table = decode(
        format!(
            "{HEADER}\r\n架空区立みどり小学校,H31.4.1,1年,佐藤　蓮,R8.4.1,児相依頼\r\n架空区立みどり小学校,H31.4.1,2年,佐藤　凜,R8.4.1,児相依頼\r\n\
             架空区立みどり小学校,H31.4.1,,佐藤　湊,R8.4.1,児相依頼"
        )
        .as_bytes(),
    )
    .unwrap()
    .table;
    let mut mapping = guess(&table);
    assert_eq!(mapping.columns[1], Field::Ignored, "not read where the grade is written, unless a person says so");
    mapping.columns[1] = Field::BirthDate;
    let read = read(&table, &mapping, &facilities(), TODAY).unwrap();
    let rows: Vec<(String, &[Remark])> = read.accepted.iter().map(|row| (row.grade.code(), row.remarks.as_slice())).collect();
    let none: &[Remark] = &[];
    assert_eq!(rows, [("e1".to_owned(), [Remark::GradeNotOfBirth].as_slice()), ("e2".to_owned(), none), ("e2".to_owned(), none)]);
}

#[test]
fn what_is_no_birth_date_of_a_child_there_is_refused_without_repeating_it() {
    for (born, key) in [
        ("", "date-empty"),
        ("31.4.1", "date-no-era"),
        ("平成38年4月1日", "date-other-era"),
        ("R2.4.2", "row-birth-elsewhere"),
        ("R8.11.21", "row-birth-elsewhere"),
    ] {
        let row = format!("架空区立みどり小学校,{born},佐藤　蓮,R8.4.1,児相依頼");
        let outcome = outcome_of("施設名,生年月日,氏名,開始日,根拠", &row);
        assert_eq!(problems(&outcome), [(2, Field::BirthDate, key)], "{born}");
        let [refused] = outcome.refused.as_slice() else { panic!("{outcome:?}") };
        assert_eq!((refused.problems[0].value.as_str(), refused.cells[1].as_str()), ("", ""), "{born}");
        assert_eq!(refused.cells[2], "佐藤　蓮", "the rest is there to mend it");
    }
}

#[test]
fn a_refused_row_keeps_no_birth_date_also_where_none_is_read_and_where_the_cells_have_moved() {
    for heading in ["生年月", "お誕生", "出生日", "生まれた日", "Birthday"] {
        let header = format!("施設名,{heading},学年,氏名,開始日,根拠");
        let outcome = outcome_of(&header, "架空区立みどり小学校,令和2年4月1日,9年,佐藤　蓮,R8.4.1,児相依頼");
        assert_eq!(outcome.refused[0].cells[1], "", "{heading}");
    }
    for row in [
        "架空区立みどり小学校,令和2年4月1日,9年,佐藤　蓮,R8.4.1,児相依頼",
        "架空区立みどり小学校,x,令和2年4月1日,1年,佐藤　蓮,R8.4.1,児相依頼",
    ] {
        let outcome = outcome_of(HEADER, row);
        let [refused] = outcome.refused.as_slice() else { panic!("{outcome:?}") };
        assert!(!format!("{refused:?}").contains("令和2年4月1日"), "{refused:?}");
    }
}
