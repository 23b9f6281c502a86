//! The column 異動: who goes, where from, and what their last day is.

use jiff::civil::Date;

use crate::domain::{coded::coded, directory::reason::Reason, table_in::plain, wareki};

coded! {
    /// How somebody goes.
    pub enum Leaving {
        /// 転出: away from this organization; what they hold elsewhere goes on.
        Transfer = "transfer",
        /// 退職: away altogether.
        Retirement = "retirement",
    }
}

const WORDS: &[(Leaving, &[&str])] = &[
    (Leaving::Transfer, &["転出", "異動転出", "転任", "転勤", "離任", "異動（転出）"]),
    (Leaving::Retirement, &["退職", "離職", "定年退職", "任期満了", "任期満了退職", "普通退職", "異動（退職）"]),
];
/// Words under the same heading for people who come or stay.
const STAYING: &[&str] = &[
    "転入",
    "採用",
    "新採用",
    "新規採用",
    "新任",
    "着任",
    "異動なし",
    "なし",
    "継続",
    "在籍",
    "在職",
    "留任",
    "昇任",
    "昇格",
    "配置換",
    "配置換え",
    "再任用",
    "兼務",
    "新規",
];

/// Reads 「転出」, 「退職（令和8年3月31日）」, 「R8.3.31転出」: the way of going and the day, if it stands there too.
///
/// `None` for people who come or stay.
pub(super) fn read(text: &str) -> Result<Option<(Leaving, Option<Date>)>, Reason> {
    let whole = plain(text);
    if whole.is_empty() || STAYING.iter().any(|word| plain(word) == whole) {
        return Ok(None);
    }
    let exact = WORDS.iter().find(|(_, words)| words.iter().any(|word| plain(word) == whole));
    if let Some((leaving, _)) = exact {
        return Ok(Some((*leaving, None)));
    }
    // The longest word first, or 定年退職 would leave 定年 behind.
    let mut held: Vec<(Leaving, &str)> = WORDS
        .iter()
        .flat_map(|(leaving, words)| words.iter().map(|word| (*leaving, *word)))
        .filter(|(_, word)| text.contains(word))
        .collect();
    held.sort_by_key(|(_, word)| std::cmp::Reverse(word.chars().count()));
    let (leaving, word) = held.first().ok_or(Reason::LeavingUnknown)?;
    let rest = text.replacen(word, "", 1);
    let day = rest
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '（' | '）' | '、' | ',' | ':' | '：' | '付' | 'で'));
    Ok(Some((*leaving, Some(wareki::parse(day).map_err(|_| Reason::LeavingUnknown)?))))
}
