//! The book as a workbook: a sheet for each class, closed days struck out, what the days come to at the end, and a sheet of codes.

use std::collections::HashSet;

use jiff::civil::Weekday;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, FormatDiagonalBorder, Workbook, Worksheet, XlsxError};

use super::{
    book::{Book, Class, DayCell, Line},
    symbol::{LEGEND, symbol},
};
use crate::domain::{
    calendar::SchoolYear,
    totals::Totals,
    wareki,
    xlsx_out::{About, Refusal, properties},
};

/// Names of sheets hold 31 characters, none of these.
const MOST_NAME: usize = 31;
const NOT_IN_NAMES: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];
const A4: u8 = 9;
/// Title, day, weekday; the children stand below.
const TITLE: u32 = 0;
const HEADING: u32 = 2;
const FIRST: u32 = 4;
/// 氏名 and フリガナ stand before the days.
const BEFORE: u16 = 2;
const YEAR_NOTE: &str = "見守り開始日以降の、この施設での集計です。つなぎに報告された記録だけを数えています。";
const TOTALS: [&str; 10] =
    ["授業日数", "停止・忌引等", "一時保護等", "出席すべき日数", "出席", "欠席", "校外確認", "遅刻", "早退", "未報告"];

struct Look {
    title: Format,
    heading: Format,
    text: Format,
    day: Format,
    struck: Format,
    missing: Format,
    count: Format,
    small: Format,
}

impl Look {
    fn new() -> Self {
        let cell = || Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter);
        let centred = || cell().set_align(FormatAlign::Center);
        Self {
            title: Format::new().set_bold().set_font_size(14),
            heading: centred().set_bold().set_text_wrap().set_background_color("#E6E6E6"),
            // The format of text: nothing is made a formula or a number when somebody edits the cell.
            text: cell().set_num_format("@"),
            day: centred().set_num_format("@"),
            struck: centred()
                .set_background_color("#D9D9D9")
                .set_border_diagonal(FormatBorder::Thin)
                .set_border_diagonal_type(FormatDiagonalBorder::BorderUp),
            missing: centred().set_num_format("@").set_background_color("#FFF2CC"),
            count: centred().set_num_format("0"),
            small: Format::new().set_font_size(9).set_text_wrap().set_align(FormatAlign::Top),
        }
    }
}

/// Writes the book. The same book and the same `about` give the same bytes.
pub fn write(book: &Book, about: &About<'_>) -> Result<Vec<u8>, Refusal> {
    let look = Look::new();
    let mut file = Workbook::new();
    file.set_properties(&properties(about));
    let mut names = HashSet::new();
    let several = book.classes.iter().any(|class| book.classes.first().is_some_and(|first| first.facility != class.facility));
    for class in &book.classes {
        let page = file.add_worksheet();
        let wanted = if several { format!("{} {}", class.facility, class.place) } else { class.place.clone() };
        page.set_name(name(&wanted, &mut names))?;
        fill(page, book, class, about, &look)?;
        print(page)?;
    }
    let page = file.add_worksheet();
    page.set_name(name("年度累計", &mut names))?;
    years(page, book, about, &look)?;
    let page = file.add_worksheet();
    page.set_name(name("管理コード", &mut names))?;
    codes(page, book, &look)?;
    Ok(file.save_to_buffer()?)
}

/// A name that a sheet can have and none has yet.
fn name(wanted: &str, taken: &mut HashSet<String>) -> String {
    let plain: String = wanted.chars().filter(|c| !NOT_IN_NAMES.contains(c) && !c.is_control()).collect();
    let plain = plain.trim_matches(['\'', ' ']);
    let plain = if plain.is_empty() { "組なし" } else { plain };
    for number in 1_u32.. {
        let ending = if number == 1 { String::new() } else { format!(" {number}") };
        // Excel counts UTF-16 code units; two for a character outside the first plane.
        let mut name = String::new();
        for c in plain.chars() {
            if name.encode_utf16().count() + c.len_utf16() + ending.len() > MOST_NAME {
                break;
            }
            name.push(c);
        }
        let name = format!("{}{ending}", name.trim_end_matches('\''));
        if taken.insert(name.to_lowercase()) {
            return name;
        }
    }
    String::new()
}

fn fill(page: &mut Worksheet, book: &Book, class: &Class, about: &About<'_>, look: &Look) -> Result<(), XlsxError> {
    let month = wareki::long(book.month.first());
    let month = month.trim_end_matches("1日");
    page.write_string_with_format(TITLE, 0, format!("{month}　出席簿　{}　{}", class.facility, class.place), &look.title)?;
    page.write_string_with_format(
        TITLE + 1,
        0,
        format!("{}　つなぎに報告された、見守りの依頼があるお子さんの記録", about.issuer),
        &look.small,
    )?;
    page.write_string_with_format(HEADING, 0, "氏名", &look.heading)?;
    page.write_string_with_format(HEADING, 1, "フリガナ", &look.heading)?;
    page.write_blank(HEADING + 1, 0, &look.heading)?;
    page.write_blank(HEADING + 1, 1, &look.heading)?;
    page.set_column_width(0, 18)?.set_column_width(1, 18)?;
    let mut column = BEFORE;
    for day in &book.days {
        page.write_number_with_format(HEADING, column, day.day(), &look.heading)?;
        page.write_string_with_format(HEADING + 1, column, letter(day.weekday()), &look.heading)?;
        page.set_column_width(column, 3.6)?;
        column += 1;
    }
    for total in TOTALS {
        page.write_string_with_format(HEADING, column, total, &look.heading)?;
        page.write_blank(HEADING + 1, column, &look.heading)?;
        page.set_column_width(column, 6)?;
        column += 1;
    }
    let mut row = FIRST;
    for line in &class.lines {
        fill_line(page, row, line, look)?;
        row += 1;
    }
    page.write_string_with_format(row + 1, 0, LEGEND, &Format::new().set_font_size(9))?;
    Ok(())
}

fn fill_line(page: &mut Worksheet, row: u32, line: &Line, look: &Look) -> Result<(), XlsxError> {
    page.write_string_with_format(row, 0, &line.name, &look.text)?;
    page.write_string_with_format(row, 1, &line.kana, &look.text)?;
    let mut column = BEFORE;
    for cell in &line.cells {
        match cell {
            DayCell::Closed | DayCell::Outside => page.write_blank(row, column, &look.struck)?,
            DayCell::ToCome => page.write_blank(row, column, &look.day)?,
            DayCell::Missing => page.write_string_with_format(row, column, "未", &look.missing)?,
            DayCell::Marked(mark) => page.write_string_with_format(row, column, symbol(mark), &look.day)?,
        };
        column += 1;
    }
    for count in totals(&line.totals) {
        page.write_number_with_format(row, column, count, &look.count)?;
        column += 1;
    }
    Ok(())
}

/// In the order of the headings.
const fn totals(totals: &Totals) -> [u32; 10] {
    [
        totals.open_days,
        totals.excused,
        totals.in_care,
        totals.expected(),
        totals.present,
        totals.absent,
        totals.met_elsewhere,
        totals.late,
        totals.left_early,
        totals.unreported,
    ]
}

/// 年度累計: what the days of the school year come to, from April to the end of the book's month.
fn years(page: &mut Worksheet, book: &Book, about: &About<'_>, look: &Look) -> Result<(), XlsxError> {
    let (first, last) = (wareki::long(SchoolYear::of(book.month.last()).first()), wareki::long(book.month.last()));
    page.write_string_with_format(TITLE, 0, format!("年度累計　{first}から{last}まで　{}", about.issuer), &look.title)?;
    page.write_string_with_format(TITLE + 1, 0, YEAR_NOTE, &look.small)?;
    let mut column = 0;
    for (heading, width) in [("施設", 30.0), ("学年・組", 14.0), ("氏名", 18.0), ("フリガナ", 18.0), ("見守り開始日", 18.0)]
    {
        page.write_string_with_format(HEADING, column, heading, &look.heading)?;
        page.set_column_width(column, width)?;
        column += 1;
    }
    for total in TOTALS {
        page.write_string_with_format(HEADING, column, total, &look.heading)?;
        page.set_column_width(column, 8)?;
        column += 1;
    }
    let lines = book.classes.iter().flat_map(|class| class.lines.iter().map(move |line| (class, line)));
    for (row, (class, line)) in (HEADING + 1..).zip(lines) {
        let from = wareki::long(line.from);
        let mut column = 0;
        for text in [&class.facility, &class.place, &line.name, &line.kana, &from] {
            page.write_string_with_format(row, column, text, &look.text)?;
            column += 1;
        }
        for count in totals(&line.year) {
            page.write_number_with_format(row, column, count, &look.count)?;
            column += 1;
        }
    }
    page.set_freeze_panes(HEADING + 1, 0)?;
    page.set_repeat_rows(HEADING, HEADING)?;
    page.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
    Ok(())
}

/// The codes by which a school's system names the children.
fn codes(page: &mut Worksheet, book: &Book, look: &Look) -> Result<(), XlsxError> {
    for (column, (heading, width)) in
        (0u16..).zip([("施設", 30.0), ("学年・組", 14.0), ("氏名", 18.0), ("フリガナ", 18.0), ("管理コード", 40.0)])
    {
        page.write_string_with_format(0, column, heading, &look.heading)?;
        page.set_column_width(column, width)?;
    }
    let lines = book.classes.iter().flat_map(|class| class.lines.iter().map(move |line| (class, line)));
    for (row, (class, line)) in (1u32..).zip(lines) {
        let code = line.code.to_string();
        for (column, text) in (0u16..).zip([&class.facility, &class.place, &line.name, &line.kana, &code]) {
            page.write_string_with_format(row, column, text, &look.text)?;
        }
    }
    page.set_freeze_panes(1, 0)?;
    page.set_paper_size(A4).set_print_fit_to_pages(1, 0);
    Ok(())
}

/// Names and headings stay in view; A4 landscape, one page wide.
fn print(page: &mut Worksheet) -> Result<(), XlsxError> {
    page.set_freeze_panes(FIRST, BEFORE)?;
    page.set_repeat_rows(HEADING, HEADING + 1)?;
    page.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
    page.set_footer("&L&A&R&P / &N");
    Ok(())
}

const fn letter(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "月",
        Weekday::Tuesday => "火",
        Weekday::Wednesday => "水",
        Weekday::Thursday => "木",
        Weekday::Friday => "金",
        Weekday::Saturday => "土",
        Weekday::Sunday => "日",
    }
}
