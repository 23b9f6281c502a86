//! Registers out and in: what is counted, what is picked out of a file, what a mark means.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::domain::{
    attendance::{Mark, Reason, Status},
    calendar::{Calendar, Exception, Span, Template, Week},
    history::Reported,
    ids::{Id, Watch},
    rights::Month,
    table_in::{Encoding, decode},
    xlsx_out::About,
};

fn november() -> Month {
    Month::of(date(2026, 11, 1))
}

fn day(day: i8) -> Date {
    date(2026, 11, day)
}

fn child(number: u128) -> Id<Watch> {
    Id::from(uuid::Uuid::from_u128(number))
}

fn calendar(closed: &[Date]) -> Calendar {
    let template = Template { week: Week::EVERY_DAY, closed_on_holidays: false, vacations: Vec::new(), extra_open: Vec::new() };
    let mut calendar = Calendar::plain(Arc::default(), Arc::new(template));
    calendar.facility = closed.iter().map(|day| Exception::closed(*day, *day)).collect();
    calendar
}

fn member(number: u128, name: &str, classes: &[&str]) -> Member {
    Member { watch: child(number), name: name.to_owned(), classes: classes.iter().map(ToString::to_string).collect() }
}

fn pupil(name: &str, days: &[(i8, Mark)]) -> Pupil {
    Pupil {
        code: child(1),
        facility: "架空区立みほん小学校".to_owned(),
        name: name.to_owned(),
        kana: "ミホン".to_owned(),
        place: "小2 1組".to_owned(),
        from: day(2),
        until: None,
        calendar: calendar(&[day(3)]),
        days: days.iter().map(|(at, mark)| (day(*at), mark.clone())).collect::<BTreeMap<_, _>>(),
        earlier: BTreeMap::new(),
    }
}

fn absent(reason: Reason) -> Mark {
    Mark { reason: Some(reason), ..Mark::only(Status::Absent) }
}

#[test]
fn headings_are_read_as_days_of_their_month() {
    for (text, expected) in [
        ("1", Some(1)),
        ("１日", Some(1)),
        ("20(金)", Some(20)),
        ("20日（金）", Some(20)),
        ("3.0", Some(3)),
        ("11/4", Some(4)),
        ("11月30日", Some(30)),
        ("2026-11-05", Some(5)),
        ("令和8年11月6日", Some(6)),
        ("R8.11.7", Some(7)),
        ("31", None),
        ("10/4", None),
        ("0", None),
        ("氏名", None),
        ("", None),
        ("番号1", None),
        ("46000", None),
    ] {
        assert_eq!(day_of(text, november()), expected.map(day), "{text}");
    }
}

#[test]
fn days_are_counted_as_the_book_counts_them() {
    let marks = [
        (4, Mark::only(Status::Present)),
        (5, Mark::only(Status::LateAndLeftEarly)),
        (6, absent(Reason::Illness)),
        (9, Mark::only(Status::Suspended)),
        (10, Mark::only(Status::InCare)),
        (11, Mark::only(Status::NotScheduled)),
        (12, Mark::only(Status::SeenElsewhere)),
    ];
    let book = book(vec![pupil("見本 花子", &marks)], november(), day(13));
    let line = &book.classes[0].lines[0];
    let cell = |at: usize| &line.cells[at - 1];
    assert_eq!((cell(1), cell(2), cell(3), cell(13)), (&DayCell::Outside, &DayCell::Missing, &DayCell::Closed, &DayCell::ToCome));
    let totals = &line.totals;
    assert_eq!((totals.open_days, totals.expected(), totals.unreported), (9, 7, 3));
    assert_eq!((totals.present, totals.absent, totals.late, totals.left_early), (2, 1, 1, 1));
    assert_eq!((totals.excused, totals.in_care, totals.met_elsewhere), (1, 1, 1));
}

/// Asked about from the last days of March 2026 on, at a facility that is open every day.
fn over_the_new_year(month: &[(Date, Status)], earlier: &[(Date, Status)]) -> Pupil {
    Pupil {
        from: date(2026, 3, 30),
        calendar: calendar(&[]),
        days: month.iter().map(|(day, status)| (*day, Mark::only(*status))).collect(),
        earlier: earlier.iter().map(|(day, status)| (*day, Reported::of(&Mark::only(*status), *day))).collect(),
        ..pupil("見本 花子", &[])
    }
}

#[test]
fn the_year_begins_on_the_first_of_april_and_goes_to_the_end_of_the_month() {
    use Status::{Absent, Late, Present, Suspended};
    let april = |day: i8| date(2026, 4, day);
    let counts = |pupil: &Pupil, month: Date, today: Date| {
        let year = year(pupil, Month::of(month), today);
        (year.open_days, year.present, year.absent, year.late, year.excused, year.unreported)
    };
    let months = [(april(1), Absent), (april(2), Present), (april(3), Late), (april(4), Suspended)];
    let march = [(date(2026, 3, 30), Absent), (date(2026, 3, 31), Absent)];
    let spring = over_the_new_year(&months, &march);
    assert_eq!(
        counts(&spring, april(1), april(6)),
        (5, 2, 1, 1, 1, 1),
        "the absences of March are the year's before; the 5th is missing"
    );
    assert_eq!(counts(&spring, april(1), april(1)), (1, 0, 1, 0, 0, 0), "today counts once it was reported");
    let morning = over_the_new_year(&[], &march);
    assert_eq!(counts(&morning, april(1), april(1)), (0, 0, 0, 0, 0, 0), "on the first morning nothing is over");
    let old = over_the_new_year(&march, &[]);
    assert_eq!(
        counts(&old, march[0].0, april(6)),
        (2, 0, 2, 0, 0, 0),
        "March is of the year before, from the day of the request on"
    );
    // In May, April is what was before; nothing of it is lost, and June is not asked about yet.
    let may = over_the_new_year(&[(date(2026, 5, 1), Absent)], &months);
    let in_june = counts(&may, date(2026, 5, 1), date(2026, 6, 9));
    assert_eq!(in_june, (61, 2, 2, 1, 1, 56));
}

#[test]
fn the_workbook_has_a_sheet_of_the_school_year() {
    let earlier: Vec<_> = (1..=9).map(|day| (date(2026, 10, day), Status::Absent)).collect();
    let from = date(2026, 10, 1);
    let child = Pupil { from, ..over_the_new_year(&[(day(4), Status::Absent), (day(5), Status::Present)], &earlier) };
    let book = book(vec![child], november(), day(6));
    let line = &book.classes[0].lines[0];
    assert_eq!((line.totals.absent, line.year.absent, line.year.present, line.year.open_days), (1, 10, 1, 36));
    let about = About { title: "出席簿", issuer: "架空区", made_at: "2026-11-20T00:00:00Z".parse().unwrap() };
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(write(&book, &about).unwrap())).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut archive.by_name(name).unwrap(), &mut text).unwrap();
        text
    };
    assert!(part("xl/workbook.xml").contains("年度累計"));
    let words = part("xl/sharedStrings.xml");
    for wanted in ["令和8年4月1日から令和8年11月30日まで", "見守り開始日以降の、この施設での集計です", "令和8年10月1日"]
    {
        assert!(words.contains(wanted), "{wanted}");
    }
    // The second sheet: facility, class, name, reading and first day, then the ten counts.
    let sheet = part("xl/worksheets/sheet2.xml");
    let at = |cell: &str| {
        let after = sheet.split_once(&format!("r=\"{cell}\"")).map(|(_, rest)| rest).unwrap_or_default();
        after.split_once("<v>").and_then(|(_, rest)| rest.split_once("</v>")).map(|(value, _)| value.to_owned())
    };
    assert_eq!((at("F4"), at("J4"), at("K4")), (Some("36".to_owned()), Some("1".to_owned()), Some("10".to_owned())));
}

#[test]
fn what_is_written_comes_back_in_and_runs_nothing() {
    let marks = [(4, Mark::only(Status::Present)), (5, absent(Reason::Illness)), (6, Mark::only(Status::Late))];
    let pupils =
        vec![pupil("=cmd|' /C calc'!A0", &marks), Pupil { code: child(2), place: "a/b[c]:*?".to_owned(), ..pupil("+81", &[]) }];
    let book = book(pupils, november(), day(20));
    let about = About { title: "出席簿", issuer: "架空区", made_at: "2026-11-20T00:00:00Z".parse().unwrap() };
    let bytes = write(&book, &about).unwrap();
    assert_eq!(bytes, write(&book, &about).unwrap());
    let decoded = decode(&bytes).unwrap();
    assert_eq!(decoded.encoding, Encoding::Xlsx);
    let layout = guess(&decoded.table, november(), &[]);
    assert_eq!((layout.days.len(), layout.refusals()), (30, vec![]));
    let picked = pick(&decoded.table, &layout, &[member(1, "=cmd|' /C calc'!A0", &["1組"])], november());
    let at = |wanted: i8| picked.cells.iter().find(|cell| cell.day == day(wanted)).map(|cell| cell.mark.as_str());
    assert_eq!((at(4), at(5), at(6), at(9)), (Some("○"), Some("病"), Some("チ"), Some("未")));
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    for part in 0..archive.len() {
        let mut text = String::new();
        let _ = std::io::Read::read_to_string(&mut archive.by_index(part).unwrap(), &mut text);
        assert!(!text.contains("<f>") && !text.contains("<hyperlink"), "nothing runs");
    }
}

const WIDE: &str =
    "令和8年11月,,,,\n番号,組,氏名,1,2,3\n,,,日,月,火\n1,1組,見本 花子,,〇,\n2,1組,よその 子,病,事,欠\n3,2組,見本 花子,〇,〇,〇\n";
const LONG: &str = "日付,組,氏名,出欠\n2026/11/2,1組,見本花子,病\n2026/11/4,1組,みほん太郎,〇\n11/5,1組,見本　花子,〇\n";

#[test]
fn only_children_asked_about_are_picked() {
    let table = decode(WIDE.as_bytes()).unwrap().table;
    let layout = guess(&table, november(), &[]);
    assert_eq!(layout.header, 2);
    let picked = pick(&table, &layout, &[member(1, "見本　花子", &["1組", "小2 1組"])], november());
    let cells: Vec<_> = picked.cells.iter().map(|cell| (cell.watch, cell.day, cell.mark.as_str())).collect();
    assert_eq!(cells, [(child(1), day(1), ""), (child(1), day(2), "〇"), (child(1), day(3), "")]);
    assert_eq!((picked.others, picked.unclear), (3, vec![]), "the weekdays, another child, a namesake of another class");

    let table = decode(LONG.as_bytes()).unwrap().table;
    let layout = guess(&table, november(), &[]);
    assert!(layout.is_long() && layout.refusals().is_empty(), "{layout:?}");
    let picked = pick(&table, &layout, &[member(1, "見本 花子", &["1組"])], november());
    assert_eq!(picked.cells.iter().map(|cell| cell.day).collect::<Vec<_>>(), [day(2), day(5)]);
}

#[test]
fn a_row_that_may_be_a_namesakes_is_not_taken() {
    let table = decode("氏名,1,2,3\n見本花子,〇,〇,〇\n見本花子,病,病,病\n".as_bytes()).unwrap().table;
    let layout = guess(&table, november(), &[]);
    let picked = pick(&table, &layout, &[member(1, "見本花子", &["1組"])], november());
    assert_eq!((picked.cells, picked.unclear), (vec![], vec![child(1)]));
    let table = decode("氏名,1,2,3\n見本花子,〇,〇,〇\n".as_bytes()).unwrap().table;
    let both = [member(1, "見本花子", &["1組"]), member(2, "見本花子", &["2組"])];
    assert_eq!(pick(&table, &layout, &both, november()).unclear, [child(1), child(2)]);
}

#[test]
fn a_file_without_known_words_is_read_as_last_time() {
    let table = decode("a,b,1,2,3\nx,見本花子,〇,〇,〇\n".as_bytes()).unwrap().table;
    let blind = guess(&table, november(), &[]);
    assert_eq!(blind.refusals(), [LayoutRefusal::NoWho]);
    let before = [Column::Ignored, Column::Name, Column::Ignored, Column::Ignored, Column::Ignored];
    assert_eq!(guess(&table, november(), &before).at(Column::Name), Some(1));
    assert_eq!(guess(&table, november(), &before[..3]).refusals(), [LayoutRefusal::NoWho], "another file");
}

#[test]
fn marks_are_guessed_but_never_that_the_family_called_and_never_an_empty_cell() {
    for (mark, status, reason) in [
        ("〇", "P", ""),
        ("○", "P", ""),
        ("チ", "L", ""),
        ("早", "E", ""),
        ("病", "A", "illness"),
        ("事", "A", "other"),
        ("／", "A", ""),
        ("停", "SS", ""),
        ("忌", "SB", ""),
        ("", "", ""),
        ("△", "", ""),
        ("1", "", ""),
    ] {
        let meaning = guess_meaning(mark);
        assert_eq!((meaning.status.as_str(), meaning.reason.as_str(), meaning.contact.as_str()), (status, reason, ""), "{mark}");
    }
    assert_eq!(guess_meaning("").read(), Ok(None));
    assert!(guess_meaning("病").read().is_err(), "contact has to be said");
    assert_eq!(guess_meaning("〇").read(), Ok(Some(Mark::only(Status::Present))));
}

#[test]
fn what_is_recorded_wins_and_the_rest_is_counted() {
    let recorded = [(day(2), (1, Mark::only(Status::Present))), (day(4), (2, Mark::only(Status::Late)))];
    let known = Known { calendar: calendar(&[day(3)]), from: day(2), until: None, days: recorded.into_iter().collect() };
    let known: BTreeMap<_, _> = [(child(1), known)].into_iter().collect();
    let cell = |number, at, mark: &str| Cell { watch: child(number), day: day(at), mark: mark.to_owned() };
    let cells = [
        cell(1, 1, "〇"),
        cell(1, 2, "〇"),
        cell(1, 3, "〇"),
        cell(1, 4, "〇"),
        cell(1, 5, "〇"),
        cell(1, 6, ""),
        cell(1, 21, "〇"),
        cell(2, 5, "〇"),
    ];
    let meanings = [guess_meaning("〇"), guess_meaning("")];
    let weighed = weigh(&cells, &meanings, &known, Span { from: day(1), to: day(20) });
    let days = |changes: &[Change]| changes.iter().map(|change| change.day).collect::<Vec<_>>();
    assert_eq!((days(&weighed.added), days(&weighed.conflicts)), (vec![day(5)], vec![day(4)]));
    assert_eq!(weighed.left, [(Left::Unmarked, 1), (Left::Closed, 1), (Left::Outside, 2), (Left::Same, 1), (Left::Gone, 1)]);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_within_bounds(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        if let Ok(decoded) = decode(&bytes) {
            let layout = guess(&decoded.table, november(), &[]);
            let picked = pick(&decoded.table, &layout, &[member(1, "見本花子", &[])], november());
            prop_assert!(picked.cells.len() <= decoded.table.rows.len() * 60);
        }
    }

    #[test]
    fn any_table_keeps_nothing_but_short_marks_of_those_asked_about(
        rows in proptest::collection::vec(proptest::collection::vec("[ -~ぁ-ん一-三〇病,1-9]{0,14}", 1..8), 0..12), at in 0_usize..12
    ) {
        let mut lines: Vec<String> = rows.iter().map(|row| row.join(",").replace('"', "")).collect();
        lines.insert(0, "氏名,1,2,3,4".to_owned());
        lines.insert(1 + at.min(lines.len() - 1), "見本花子,〇,病,,チ".to_owned());
        let table = decode(lines.join("\n").as_bytes());
        if let Ok(decoded) = table {
            let layout = guess(&decoded.table, november(), &[]);
            let picked = pick(&decoded.table, &layout, &[member(1, "見本花子", &[])], november());
            for cell in &picked.cells {
                prop_assert_eq!(cell.watch, child(1));
                prop_assert!(cell.mark.chars().count() <= LONGEST_MARK);
            }
        }
    }

    #[test]
    fn any_heading_and_any_mark_is_read_without_a_stumble(text: String) {
        let _ = day_of(&text, november());
        let meaning = guess_meaning(&text);
        prop_assert_eq!(&meaning.mark, &text);
        prop_assert!(meaning.contact.is_empty());
    }

    #[test]
    fn any_name_and_class_makes_a_workbook_that_reads_back(name in "\\PC{1,20}", place in any::<String>()) {
        let place: String = place.chars().take(40).filter(|c| !c.is_control()).collect();
        let book = book(vec![Pupil { place, ..pupil(&name, &[(4, Mark::only(Status::Present))]) }], november(), day(20));
        let about = About { title: "出席簿", issuer: "架空区", made_at: "2026-11-20T00:00:00Z".parse().unwrap() };
        let decoded = decode(&write(&book, &about).unwrap()).unwrap();
        let found = decoded.table.rows.iter().any(|row| row.cells.first().is_some_and(|cell| cell == &name));
        let no_character = |c: char| matches!(c, '\u{fffe}' | '\u{ffff}');
        prop_assert!(found || name.trim().is_empty() || name.chars().any(no_character));
    }
}
