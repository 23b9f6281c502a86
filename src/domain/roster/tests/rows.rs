//! Rows become requests or one reason each.

use super::*;

const HEADER: &str = "施設名,学年,組,氏名,フリガナ,開始日,終了日,根拠";

fn outcome_of(rows: &str) -> Outcome {
    read_file(format!("{HEADER}\r\n{rows}").as_bytes()).2
}

/// The keys of the problems of one row at みどり小学校.
fn keys(row: &str) -> Vec<&'static str> {
    problems(&outcome_of(row)).into_iter().map(|(_, _, key)| key).collect()
}

#[test]
fn every_fault_of_a_row_is_named_at_once() {
    let outcome = outcome_of("架空区立みどり小学校,9年,1月1日,佐藤\u{7}蓮,佐藤,7月1日,2026/2/30,知らない");
    assert_eq!(
        problems(&outcome).into_iter().map(|(_, field, key)| (field, key)).collect::<Vec<_>>(),
        [
            (Field::Name, "text-control"),
            (Field::Kana, "text-not-kana"),
            (Field::Grade, "grade-impossible"),
            (Field::Class, "row-class-is-date"),
            (Field::From, "date-no-year"),
            (Field::Until, "date-impossible"),
            (Field::Ground, "row-ground-unknown"),
        ]
    );
    assert_eq!(outcome.refused[0].problems[2].reason.args(), [("possible", "小1、小2、小3、小4、小5、小6".to_owned())]);
}

#[test]
fn periods_have_to_make_sense_today() {
    let row = |from: &str, until: &str| keys(&format!("架空区立みどり小学校,2年,,佐藤蓮,,{from},{until},児相依頼"));
    assert_eq!(row("2026/11/20", "2026/11/20"), Vec::<&str>::new());
    assert_eq!(row("2027/11/20", ""), Vec::<&str>::new());
    assert_eq!(row("2027/11/21", ""), ["row-far-ahead"]);
    assert_eq!(row("2006/11/19", ""), ["row-long-ago"]);
    assert_eq!(row("2026/12/1", "2026/11/30"), ["row-ends-before-it-begins"]);
    assert_eq!(row("2026/4/1", "2026/11/19"), ["row-ended"]);
    assert_eq!(row("", ""), ["date-empty"]);
    assert_eq!(row("########", ""), ["date-number-signs"]);
}

#[test]
fn cells_a_spreadsheet_ran_or_failed_to_run_are_refused() {
    assert_eq!(keys("=A1,2年,,佐藤蓮,,R8.4.1,,児相依頼"), ["text-formula"]);
    assert_eq!(keys("架空区立みどり小学校,2年,,佐藤蓮,#N/A,R8.4.1,,児相依頼"), ["row-error-value"]);
    assert_eq!(keys("架空区立みどり小学校,2年,,?藤蓮,,R8.4.1,,児相依頼"), ["text-lost-character"]);
    for class in ["1月1日", "Jan-1", "1-Jan", "2026/1/1"] {
        assert_eq!(keys(&format!("架空区立みどり小学校,2年,{class},佐藤蓮,,R8.4.1,,児相依頼")), ["row-class-is-date"], "{class}");
    }
}

#[test]
fn an_empty_ground_takes_the_chosen_one_or_is_refused() {
    let csv = format!("{HEADER}\r\n架空区立みどり小学校,2年,,佐藤蓮,,R8.4.1,,");
    let table = decode(csv.as_bytes()).unwrap().table;
    let mut mapping = guess(&table);
    let outcome = read(&table, &mapping, &facilities(), TODAY).unwrap();
    assert_eq!(problems(&outcome), [(2, Field::Ground, "row-ground-empty")]);
    mapping.default_ground = Some(LegalGround::CouncilSupport);
    let outcome = read(&table, &mapping, &facilities(), TODAY).unwrap();
    assert_eq!(outcome.accepted[0].ground, LegalGround::CouncilSupport);
}

#[test]
fn facilities_are_found_in_any_width_and_a_near_miss_is_suggested() {
    let found = |name: &str| outcome_of(&format!("{name},2年,,佐藤蓮,,R8.4.1,,児相依頼"));
    assert_eq!(found("架空区立 ミドリ小学校").accepted.len(), 1);
    let near = found("みどり小学校");
    let reason = &near.refused[0].problems[0].reason;
    assert_eq!(reason, &RowReason::FacilityUnknown { nearest: Some("架空区立みどり小学校".to_owned()) });
    assert_eq!(found("").refused[0].problems[0].reason, RowReason::FacilityEmpty);

    let mut twins = facilities();
    twins.push(KnownFacility { id: Id::from(Uuid::from_u128(9)), ..twins[0].clone() });
    let table = decode(format!("{HEADER}\n架空区立みどり小学校,2年,,佐藤蓮,,R8.4.1,,児相依頼").as_bytes()).unwrap().table;
    let outcome = read(&table, &guess(&table), &twins, TODAY).unwrap();
    assert_eq!(problems(&outcome), [(2, Field::Facility, "row-facility-ambiguous")]);
}

#[test]
fn nobody_is_asked_for_at_a_facility_beyond_its_end() {
    let mut closing = facilities();
    closing[0].closes = Some(Date::constant(2027, 4, 1));
    let read_row = |from: &str, until: &str| {
        let row = format!("{HEADER}\n架空区立みどり小学校,2年,,佐藤蓮,,{from},{until},児相依頼");
        let table = decode(row.as_bytes()).unwrap().table;
        read(&table, &guess(&table), &closing, TODAY).unwrap()
    };
    let last = Some(Date::constant(2027, 3, 31));
    assert_eq!(read_row("R8.4.1", "").accepted[0].until, last);
    assert_eq!(read_row("R8.4.1", "R9.9.30").accepted[0].until, last);
    assert_eq!(read_row("R8.4.1", "R9.2.1").accepted[0].until, Some(Date::constant(2027, 2, 1)));
    assert_eq!(problems(&read_row("R9.4.1", "")), [(2, Field::Facility, "row-facility-closes")]);
}

#[test]
fn nobody_is_asked_for_at_a_facility_before_it_opens() {
    let mut opening = facilities();
    opening[0].opens = Some(Date::constant(2027, 4, 1));
    let read_row = |from: &str| {
        let row = format!("{HEADER}\n架空区立みどり小学校,2年,,佐藤蓮,,{from},,児相依頼");
        let table = decode(row.as_bytes()).unwrap().table;
        read(&table, &guess(&table), &opening, TODAY).unwrap()
    };
    assert_eq!(problems(&read_row("R9.3.31")), [(2, Field::From, "row-facility-opens")]);
    assert_eq!(read_row("R9.4.1").accepted[0].from, Date::constant(2027, 4, 1));
}

#[test]
fn one_child_twice_is_refused_and_two_children_of_one_name_are_not() {
    let outcome = outcome_of(
        "架空区立みどり小学校,2年,1組,髙橋　蓮,,R8.4.1,,児相依頼\r\n\
         架空区立みどり小学校,小2,１組,高橋蓮,,R8.5.1,,児相依頼\r\n\
         架空区立みどり小学校,2年,2組,高橋蓮,,R8.5.1,,児相依頼\r\n\
         架空区立みどり小学校,2年,,高橋蓮,,R8.5.1,,児相依頼\r\n\
         架空区立みどり小学校,3年,1組,高橋蓮,,R8.5.1,,児相依頼\r\n\
         架空区立あおば中学校,2年,1組,高橋蓮,,R8.5.1,,児相依頼",
    );
    assert_eq!(outcome.accepted.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 4, 6, 7]);
    assert_eq!(problems(&outcome), [(3, Field::Name, "row-duplicate"), (5, Field::Name, "row-duplicate")]);
}

#[test]
fn rows_that_lost_or_won_cells_are_refused_whole() {
    assert_eq!(keys("架空区立みどり小学校,2年,,佐藤,蓮,サトウ,R8.4.1,,児相依頼"), ["row-long"]);
    assert_eq!(keys("架空区立みどり小学校,2年,,佐藤蓮"), ["row-short"]);
    // Empty cells at the end may be left out, and added.
    let mapping_has_ground = "架空区立みどり小学校,2年,,佐藤蓮,,R8.4.1";
    assert_eq!(keys(mapping_has_ground), ["row-ground-empty"]);
    assert_eq!(keys("架空区立みどり小学校,2年,,佐藤蓮,,R8.4.1,,児相依頼,,,"), Vec::<&str>::new());
    let swallowed =
        "架空区立みどり小学校,2年,,佐藤蓮,\"サトウ,R8.4.1,,児相依頼\r\n架空区立みどり小学校,2年,,鈴木蓮,,R8.4.1,,児相依頼\r\n";
    assert_eq!(keys(swallowed), ["row-swallowed-rows"]);
}

#[test]
fn totals_repeated_headers_and_footnotes_are_passed_over_but_a_child_never_is() {
    let outcome = outcome_of(&format!(
        "架空区立みどり小学校,2年,,佐藤蓮,,R8.4.1,,児相依頼\r\n{HEADER}\r\n架空区立みどり小学校,2年,,計 太郎,,R8.4.1,,児相依頼\r\n\
         合 計,,,2名,,,,\r\n※取扱注意,,,,,,,\r\n以上\r\n合計,2年,,佐藤凜,,R8.4.1,,児相依頼"
    ));
    let why = [(3, Why::Header), (5, Why::Total { stated: Some(2) }), (6, Why::Footnote), (7, Why::Footnote)];
    assert_eq!(outcome.passed_over, why.map(|(line, why)| PassedOver { line, why }));
    assert_eq!(outcome.accepted.len(), 2);
    assert_eq!(problems(&outcome), [(8, Field::Facility, "row-facility-unknown")]);
}

#[test]
fn of_ten_thousand_rows_one_bad_one_is_refused() {
    let rows: Vec<String> = (0..10_000)
        .map(|n| {
            let from = if n == 7_000 { "令和8年2月30日" } else { "令和８年４月１日" };
            format!("架空区立みどり小学校,{}年,{}組,架空 {n},カクウ,{from},,児相依頼", n % 6 + 1, n % 3 + 1)
        })
        .collect();
    let outcome = outcome_of(&rows.join("\r\n"));
    assert_eq!(outcome.accepted.len(), 9_999);
    assert_eq!(problems(&outcome), [(7_002, Field::From, "date-impossible")]);
}
