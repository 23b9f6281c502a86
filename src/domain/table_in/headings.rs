//! The header of a table: found by the words that stand in it, whatever row it is in.

use super::table::{Row, Table};
use crate::domain::name::search_key;

/// How far down a header is looked for, under titles and dates.
const DEEPEST: usize = 30;

/// The row with the most known words, and the meaning of each of its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headings<F> {
    /// The number of the row.
    pub line: u32,
    /// From the left; `None` where the word is not known, or means what a likelier word means already.
    pub columns: Vec<Option<F>>,
}

/// Finds the header by its words; `None` when no row knows two of them.
///
/// `words` gives each meaning the words that stand for it, the likelier first, compared as [`plain`] leaves them.
pub fn headings<F: Copy + PartialEq>(table: &Table, words: &[(F, &[&str])]) -> Option<Headings<F>> {
    let known: Vec<(F, Vec<String>)> =
        words.iter().map(|(field, words)| (*field, words.iter().map(|word| plain(word)).collect())).collect();
    let width = table.width();
    let mut best: Option<(Headings<F>, usize)> = None;
    for row in table.rows.iter().take(DEEPEST) {
        let columns = meanings(row, width, &known);
        let count = columns.iter().flatten().count();
        if count >= 2 && best.as_ref().is_none_or(|(_, most)| count > *most) {
            best = Some((Headings { line: row.line, columns }, count));
        }
    }
    best.map(|(headings, _)| headings)
}

/// The meaning of every column under this header; of two columns with one meaning the likelier word wins.
fn meanings<F: Copy + PartialEq>(row: &Row, width: usize, known: &[(F, Vec<String>)]) -> Vec<Option<F>> {
    let found: Vec<Option<(F, usize)>> = (0..width).map(|column| word(row.cell(column), known)).collect();
    let wins = |column: usize, field: F, rank: usize| {
        found.iter().enumerate().all(|(other, meaning)| match meaning {
            Some((same, its)) if *same == field => (rank, column) <= (*its, other),
            _ => true,
        })
    };
    let meaning = |(column, found): (usize, &Option<(F, usize)>)| {
        found.filter(|(field, rank)| wins(column, *field, *rank)).map(|(field, _)| field)
    };
    found.iter().enumerate().map(meaning).collect()
}

/// The field a header word names, and how far down the list of words it stands.
fn word<F: Copy>(header: &str, known: &[(F, Vec<String>)]) -> Option<(F, usize)> {
    let whole = plain(header);
    if whole.is_empty() {
        return None;
    }
    // 「終了日（予定）」 is looked up with and without what the brackets say.
    let bare = plain(header.split(['(', '（', '【', '※']).next().unwrap_or(""));
    [whole, bare]
        .iter()
        .find_map(|header| known.iter().find_map(|(field, words)| Some((*field, words.iter().position(|word| word == header)?))))
}

/// The search key without punctuation and the mark of a required field.
pub fn plain(header: &str) -> String {
    let key: String = search_key(header).chars().filter(|c| c.is_alphanumeric() || *c == 'ー').collect();
    key.strip_suffix("必須").map(str::to_owned).unwrap_or(key)
}
