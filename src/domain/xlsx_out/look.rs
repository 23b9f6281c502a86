//! How a sheet looks on screen and on paper.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

use super::{About, Cell, Sheet};

/// 令和8年11月20日, the first year of an era as 元年: understood by Excel and `LibreOffice`.
pub(super) const DAY: &str = r#"[$-ja-JP-x-gannen]ggge"年"m"月"d"日""#;
pub(super) const MOMENT: &str = r#"[$-ja-JP-x-gannen]ggge"年"m"月"d"日" h:mm:ss"#;

const A4: u8 = 9;
/// Widths of columns in characters of the normal font: a heading stays legible, a long text wraps.
const NARROWEST: u16 = 6;
const WIDEST: u16 = 60;
const DAY_WIDTH: u16 = 17;
const MOMENT_WIDTH: u16 = 26;
/// A page header holds 255 characters, markup included.
const LONGEST_TITLE: usize = 100;

pub(super) struct Look {
    pub(super) heading: Format,
    pub(super) text: Format,
    pub(super) count: Format,
    pub(super) day: Format,
    pub(super) moment: Format,
}

impl Look {
    pub(super) fn new() -> Self {
        let cell = || Format::new().set_align(FormatAlign::Top);
        Self {
            heading: cell().set_bold().set_text_wrap().set_border_bottom(FormatBorder::Thin).set_background_color("#E6E6E6"),
            // The format of text: Excel does not make a number of it when somebody edits the cell.
            text: cell().set_text_wrap().set_num_format("@"),
            count: cell().set_num_format("0"),
            day: cell().set_num_format(DAY).set_align(FormatAlign::Left),
            moment: cell().set_num_format(MOMENT).set_align(FormatAlign::Left),
        }
    }
}

/// The width of a column: what its longest line needs, within bounds.
pub(super) fn width(sheet: &Sheet, column: usize) -> u16 {
    let heading = sheet.columns.get(column).map_or(0, |heading| columns_of(heading));
    let cells = sheet.rows.iter().filter_map(|row| row.get(column)).map(|cell| match cell {
        Cell::Day(_) => DAY_WIDTH,
        Cell::Moment(_) => MOMENT_WIDTH,
        other => columns_of(&other.text()),
    });
    // The button of the filter stands in the heading.
    cells.fold(heading.saturating_add(3), u16::max).saturating_add(1).clamp(NARROWEST, WIDEST)
}

/// Half-width places a text takes on its longest line: kanji and kana take two.
fn columns_of(text: &str) -> u16 {
    let wide = |c: char| if c.is_ascii() || matches!(c, '｡'..='ﾟ') { 1 } else { 2 };
    let longest = text.lines().map(|line| line.chars().map(wide).sum::<usize>()).max();
    u16::try_from(longest.unwrap_or(0)).unwrap_or(u16::MAX)
}

/// The header stays in view, has filters, and stands on every page; title above, page numbers below.
pub(super) fn print(page: &mut Worksheet, sheet: &Sheet, about: &About<'_>) -> Result<(), XlsxError> {
    page.set_freeze_panes(1, 0)?;
    page.set_repeat_rows(0, 0)?;
    page.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
    let title: String = about.title.chars().take(LONGEST_TITLE).collect();
    page.set_header(format!("&L{}&R&A", title.replace('&', "&&")));
    page.set_footer("&R&P / &N");
    if let (Some(last), Ok(rows)) = (sheet.columns.len().checked_sub(1), u32::try_from(sheet.rows.len()))
        && rows > 0
    {
        page.autofilter(0, 0, rows, u16::try_from(last).unwrap_or(u16::MAX))?;
    }
    Ok(())
}
