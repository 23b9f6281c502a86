//! The monthly slip (定期的情報提供連絡票): a sheet for each child, so that an office can put it into the one file it belongs to.

use jiff::Timestamp;
use typst::foundations::{Array, Dict, Value, dict};

use crate::{
    FormError, Paper,
    press::{Template, print},
    wording::Wording,
};

/// One child in one month; texts as they shall stand on the paper.
#[derive(Debug, Clone, Copy, Default)]
pub struct SlipSheet<'a> {
    /// 令和8年10月分
    pub month: &'a str,
    /// Empty for a draft, which says so across the sheet.
    pub submitted_on: &'a str,
    pub facility: &'a str,
    pub prepared_by: &'a str,
    pub approved_by: &'a str,
    /// Which version it is and why, when it is not the first.
    pub version: &'a str,
    pub name: &'a str,
    /// 学年・組
    pub place: &'a str,
    /// 授業日数, 出席, 欠席, 遅刻, 早退, 停止・忌引等, 校外等, 未報告, each with its heading.
    pub counts: &'a [(&'a str, &'a str)],
    /// The days the child did not come: at most those of a month.
    pub lines: &'a [SlipLine<'a>],
    /// 3日（10月9日〜10月15日）
    pub longest: &'a str,
    pub last_seen: &'a str,
    /// 気づいた様子 with whether it is ticked; none ticked and `unchanged` is 変わりなし.
    pub noticed: &'a [(&'a str, bool)],
    pub unchanged: bool,
    /// 連絡事項; may have several lines.
    pub note: &'a str,
}

/// A day the child did not come.
#[derive(Debug, Clone, Copy, Default)]
pub struct SlipLine<'a> {
    pub day: &'a str,
    pub status: &'a str,
    /// 家庭からの連絡
    pub contact: &'a str,
    pub reason: &'a str,
    pub note: &'a str,
}

/// Prints one sheet of A4 for each child, in their order.
///
/// `made_at` becomes the date of the document; PDF/A asks for one.
pub fn slip_sheets(sheets: &[SlipSheet<'_>], made_at: Timestamp) -> Result<Paper, FormError> {
    if sheets.is_empty() {
        return Err(FormError::Empty);
    }
    let mut values = Array::new();
    let mut unprinted = Vec::new();
    for (at, sheet) in sheets.iter().enumerate() {
        let mut wording = Wording::of(at);
        values.push(Value::Dict(sheet.values(&mut wording)));
        unprinted.extend(wording.into_unprinted());
    }
    let pdf = print(Template::Slip, dict! { "sheets" => values }, sheets.len(), made_at)?;
    Ok(Paper { pdf, unprinted })
}

impl SlipSheet<'_> {
    fn values(&self, wording: &mut Wording) -> Dict {
        let counts: Array = self
            .counts
            .iter()
            .map(|(heading, count)| Value::Dict(dict! { "heading" => wording.line(heading), "count" => wording.line(count) }))
            .collect();
        let lines: Array = self.lines.iter().map(|line| Value::Dict(line.values(wording))).collect();
        let noticed: Array = self
            .noticed
            .iter()
            .map(|(word, ticked)| Value::Dict(dict! { "word" => wording.line(word), "ticked" => *ticked }))
            .collect();
        let note: Array = wording.lines(self.note).into_iter().map(|line| Value::Str(line.into())).collect();
        dict! {
            "month" => wording.line(self.month),
            "submitted-on" => wording.line(self.submitted_on),
            "facility" => wording.line(self.facility),
            "prepared-by" => wording.line(self.prepared_by),
            "approved-by" => wording.line(self.approved_by),
            "version" => wording.line(self.version),
            "name" => wording.line(self.name),
            "place" => wording.line(self.place),
            "counts" => counts,
            "lines" => lines,
            "longest" => wording.line(self.longest),
            "last-seen" => wording.line(self.last_seen),
            "noticed" => noticed,
            "unchanged" => self.unchanged,
            "note" => note,
            "footnote" => wording.footnote(),
        }
    }
}

impl SlipLine<'_> {
    fn values(&self, wording: &mut Wording) -> Dict {
        dict! {
            "day" => wording.line(self.day),
            "status" => wording.line(self.status),
            "contact" => wording.line(self.contact),
            "reason" => wording.line(self.reason),
            "note" => wording.line(self.note),
        }
    }
}
