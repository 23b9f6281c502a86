//! How a file is laid out: a column for each day, or a row for each day; and which columns say who.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::day_of;
use crate::domain::{
    coded::coded,
    rights::Month,
    table_in::{Row, Table, headings, plain},
};

coded! {
    /// What a column says. Columns of days are told by their headings.
    pub enum Column {
        Ignored = "ignored",
        /// 管理コード
        Code = "code",
        Name = "name",
        Class = "class",
        /// 日付, where each row is one day.
        Day = "day",
        /// 出欠, where each row is one day.
        Mark = "mark",
    }
}

/// The words above columns; those of the own file first.
const WORDS: &[(Column, &[&str])] = &[
    (Column::Code, &["管理コード", "つなぎ管理コード", "連携コード"]),
    (Column::Name, &["氏名", "児童氏名", "生徒氏名", "児童生徒氏名", "園児氏名", "名前", "児童名", "園児名", "生徒名", "お子さん"]),
    (Column::Class, &["組", "学級", "クラス", "年組", "学年組", "クラス名", "学級名"]),
    (Column::Day, &["日付", "年月日", "月日", "出欠日", "登園日"]),
    (Column::Mark, &["出欠", "出欠区分", "出欠席", "出欠状況", "区分", "種別", "状況"]),
];
/// So many columns of days make a row of headings.
const FEWEST_DAYS: usize = 3;
/// How far down headings are looked for.
const DEEPEST: usize = 30;

/// A file's layout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// The row of the headings; 0 without any.
    pub header: u32,
    /// From the left.
    pub columns: Vec<Column>,
    /// The columns of days.
    pub days: Vec<(usize, Date)>,
}

/// Why rows cannot be read with a layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LayoutRefusal {
    /// Neither a code nor a name says whose row it is.
    NoWho,
    /// Neither columns of days nor a day and a mark in each row.
    NoDays,
    /// Two columns say the same.
    Twice(Column),
}

impl LayoutRefusal {
    pub const fn key(self) -> &'static str {
        match self {
            Self::NoWho => "register-layout-no-who",
            Self::NoDays => "register-layout-no-days",
            Self::Twice(_) => "register-layout-twice",
        }
    }
}

/// The layout by the words of the file; columns that words do not tell are those of last time, where the file has as many.
pub fn guess(table: &Table, month: Month, before: &[Column]) -> Layout {
    let days_of = |row: &Row| -> Vec<(usize, Date)> {
        row.cells.iter().enumerate().filter_map(|(column, cell)| Some((column, day_of(cell, month)?))).collect()
    };
    let widest = table.rows.iter().take(DEEPEST).map(|row| (row.line, days_of(row)));
    let widest = widest.filter(|(_, days)| is_run(days)).max_by_key(|(line, days)| (days.len(), std::cmp::Reverse(*line)));
    let (by_days, days) = widest.unwrap_or((0, Vec::new()));
    let found = headings(table, WORDS);
    let width = table.width();
    let mut columns = vec![Column::Ignored; width];
    let header = match (&found, days.is_empty()) {
        (Some(found), true) => found.line,
        _ => by_days,
    };
    if let Some(row) = table.rows.iter().find(|row| row.line == header) {
        for (column, word) in columns.iter_mut().zip(words_of(row)) {
            *column = word.unwrap_or(Column::Ignored);
        }
    }
    let layout = Layout { header, columns, days };
    if layout.refusals().is_empty() || before.len() != width {
        return layout;
    }
    let remembered = Layout { columns: before.to_vec(), ..layout.clone() };
    if remembered.refusals().is_empty() { remembered } else { layout }
}

/// Days that follow each other from the left, as those of a month do; numbers of pupils stand below each other.
fn is_run(days: &[(usize, Date)]) -> bool {
    days.len() >= FEWEST_DAYS && days.windows(2).all(|pair| matches!(pair, [(_, one), (_, next)] if one < next))
}

/// What each word of a row means; of two columns with one meaning the first.
fn words_of(row: &Row) -> Vec<Option<Column>> {
    let mut taken = Vec::new();
    row.cells
        .iter()
        .map(|cell| {
            let word = plain(cell);
            let known = |words: &&[&str]| words.iter().any(|known| plain(known) == word);
            let found = WORDS.iter().find(|(_, words)| !word.is_empty() && known(words)).map(|(column, _)| *column);
            found.filter(|column| {
                let is_new = !taken.contains(column);
                taken.push(*column);
                is_new
            })
        })
        .collect()
}

impl Layout {
    /// Where a column of this meaning stands.
    pub fn at(&self, wanted: Column) -> Option<usize> {
        self.columns.iter().position(|column| *column == wanted)
    }

    /// Whether each row is one day.
    pub fn is_long(&self) -> bool {
        self.days.is_empty()
    }

    /// What keeps the rows from being read.
    pub fn refusals(&self) -> Vec<LayoutRefusal> {
        let mut refusals = Vec::new();
        if self.at(Column::Code).or(self.at(Column::Name)).is_none() {
            refusals.push(LayoutRefusal::NoWho);
        }
        if self.is_long() && self.at(Column::Day).zip(self.at(Column::Mark)).is_none() {
            refusals.push(LayoutRefusal::NoDays);
        }
        let twice =
            |wanted: &Column| *wanted != Column::Ignored && self.columns.iter().filter(|column| *column == wanted).count() > 1;
        refusals.extend(Column::ALL.iter().copied().filter(twice).map(LayoutRefusal::Twice));
        refusals
    }
}
