//! Files as they come: CP932, marks, formulas, merged cells, ten thousand rows.

use encoding_rs::SHIFT_JIS;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use super::*;

const PEOPLE: &str = "氏名,職員番号,所属,役割,開始日\r\n髙橋 凜,1,架空区立みどり小学校,校長,R9.4.1\r\n";

fn people_in(bytes: &[u8]) -> PeoplePlan {
    let table = decode(bytes).unwrap().table;
    let known = Known { organizations: &ward(), people: &[] };
    super::people::plan(&table, &Mapping::guess(&table), Defaults { role: None, from: None }, known, TODAY).unwrap()
}

#[test]
fn the_same_file_in_every_encoding_is_the_same_plan() {
    let plan = people_in(PEOPLE.as_bytes());
    assert_eq!(counts(&plan.rows), [1, 0, 0, 0], "{plan:?}");
    let (cp932, _, _) = SHIFT_JIS.encode(PEOPLE);
    assert_eq!(people_in(&cp932), plan);
    assert_eq!(people_in(format!("\u{feff}{PEOPLE}").as_bytes()), plan);
    assert_eq!(people_in(PEOPLE.replace(',', "\t").as_bytes()), plan);
}

#[test]
fn a_workbook_with_merged_cells_dates_and_formulas_is_read_as_it_is_seen() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let unformatted = Format::new();
    sheet.merge_range(0, 0, 0, 4, "令和9年度 職員一覧", &unformatted).unwrap();
    for (column, heading) in (0u16..).zip(["所属", "氏名", "職員番号", "役割", "開始日"]) {
        sheet.write_string(2, column, heading).unwrap();
    }
    sheet.merge_range(3, 0, 5, 0, "架空区立みどり小学校", &unformatted).unwrap();
    let day = Format::new().set_num_format("[$-ja-JP-x-gannen]ggge\"年\"m\"月\"d\"日\"");
    for (row, name) in (3u32..).zip(["佐藤 蓮", "鈴木 湊", "高橋 凜"]) {
        sheet.write_string(row, 1, name).unwrap();
        sheet.write_string(row, 2, format!("000{row}")).unwrap();
        sheet.write_datetime_with_format(row, 4, ExcelDateTime::from_ymd(2027, 4, 1).unwrap(), &day).unwrap();
    }
    sheet.write_string(3, 3, "校長").unwrap();
    sheet.write_formula(4, 3, Formula::new("=D4").set_result("施設長")).unwrap();
    sheet.write_formula(5, 3, Formula::new("=VLOOKUP(1,A1:A1,2)").set_result("#N/A")).unwrap();
    let plan = people_in(&book.save_to_buffer().unwrap());
    assert_eq!(problems(&plan.rows), [(6, "role", "row-error-value")]);
    let added: Vec<_> =
        plan.rows.added.iter().map(|entry| (entry.line, entry.organization, entry.steps[0].term().from())).collect();
    assert_eq!(added, [(4, id(2), APRIL), (5, id(2), APRIL)]);
    assert_eq!(plan.rows.added[0].details.staff_code, "0003");
}

#[test]
fn rows_that_lost_their_shape_are_refused_and_totals_passed_over() {
    let plan = people_of(
        "氏名,職員番号,所属,役割,開始日\r\n\
         佐藤 蓮,1,架空区立みどり小学校,校長,R9.4.1,余分\r\n\
         鈴木 湊,2\r\n\
         高橋 凜,\"3,架空区立みどり小学校,校長,R9.4.1\r\n田中 葵,4,架空区立みどり小学校,校長,R9.4.1\r\n\",,,\r\n\
         氏名,職員番号,所属,役割,開始日\r\n\r\n計,,4名,,\r\n※取扱注意\r\n",
        &[],
    );
    assert_eq!(
        problems(&plan.rows),
        [(2, "ignored", "row-long"), (3, "ignored", "row-short"), (4, "ignored", "row-swallowed-rows")]
    );
    assert_eq!(plan.rows.passed_over.iter().map(|passed| passed.line).collect::<Vec<_>>(), [5, 6, 7, 8]);
}

#[test]
fn ten_thousand_people_are_weighed_against_ten_thousand() {
    let people: Vec<KnownPerson> = (0..10_000u128)
        .map(|n| person(n, &format!("架空 {n}"), &format!("{n:07}"), &[held(n, n, 2, Role::Reporter, None)]))
        .collect();
    let rows: Vec<String> = (0..10_000)
        .map(|n| match n {
            7_000 => format!("架空 {n},{n},架空区立みどり小学校,,"),
            n if n % 100 == 0 => format!("架空 {n},{n:07},架空区立みどり小学校,転出,R9.3.31"),
            n => format!("架空 {n},{n:07},架空区立みどり小学校,,"),
        })
        .collect();
    let plan = people_of(&format!("氏名,職員番号,所属,異動,異動日\r\n{}", rows.join("\r\n")), &people);
    assert_eq!(counts(&plan.rows), [0, 99, 9_900, 1]);
    assert_eq!(problems(&plan.rows), [(7_002, "staff_code", "directory-staff-code-zeros")]);
    assert_eq!(plan.missing, []);
}

#[test]
fn ten_thousand_organizations_in_one_line_of_descent_are_weighed() {
    let rows: Vec<String> =
        (0..10_000).map(|n| format!("課{n},その他,{}", if n == 0 { String::new() } else { format!("課{}", n - 1) })).collect();
    let plan = organizations_of(&format!("名称,種別,上位機関\r\n{}", rows.join("\r\n")), &ward());
    assert_eq!(counts(&plan), [10_000, 0, 0, 0]);
    assert_eq!(plan.added.last().unwrap().details.name, "課9999");
}
