//! What a mark of a file means: chosen by a person of the facility once, and remembered.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::{
    attendance::{DayContext, Mark, MarkInput, MarkRefusal, Reason, Status},
    calendar::DayKind,
    name::search_key,
};

/// A mark and what it stands for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meaning {
    /// As the file writes it; empty is an empty cell.
    pub mark: String,
    /// A code of [`Status`]; empty: cells with this mark are left out.
    pub status: String,
    pub contact: String,
    pub reason: String,
}

/// A mark that cannot mean this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeaningRefusal {
    /// Its place in the list.
    pub at: usize,
    pub refusals: Vec<MarkRefusal>,
}

impl Meaning {
    /// The report a cell with this mark makes; nothing where it is left out.
    pub fn read(&self) -> Result<Option<Mark>, Vec<MarkRefusal>> {
        if self.status.is_empty() {
            return Ok(None);
        }
        let input = MarkInput {
            status: self.status.clone(),
            contact: self.contact.clone(),
            reason: self.reason.clone(),
            ..MarkInput::default()
        };
        // Which day it is matters to whoever weighs the cells.
        let any = Date::constant(2020, 4, 1);
        input.check(&DayContext { day: any, kind: DayKind::Open, today: any }).map(Some)
    }
}

/// What a mark probably means. Whether the family called no register says, so that is never guessed; nor is an empty cell, which is
/// silence until somebody says that it is not.
pub fn guess_meaning(mark: &str) -> Meaning {
    let (status, reason) = match search_key(mark).as_str() {
        "○" | "〇" | "◯" | "出" | "出席" | "登校" | "登園" | "来所" => (Some(Status::Present), None),
        "ち" | "遅" | "遅刻" => (Some(Status::Late), None),
        "早" | "早退" => (Some(Status::LeftEarly), None),
        "ち早" | "遅早" | "遅刻早退" | "◆" => (Some(Status::LateAndLeftEarly), None),
        "別" | "別室" | "保健室" => (Some(Status::SeparateRoom), None),
        "病" | "病欠" => (Some(Status::Absent), Some(Reason::Illness)),
        "事" | "事故欠" | "事故" => (Some(Status::Absent), Some(Reason::Other)),
        "都" | "都合欠" => (Some(Status::Absent), Some(Reason::Family)),
        "欠" | "欠席" | "×" | "✕" | "/" => (Some(Status::Absent), None),
        "停" | "出停" | "出席停止" => (Some(Status::Suspended), None),
        "公" | "公欠" => (Some(Status::SuspendedOther), None),
        "忌" | "忌引" => (Some(Status::Bereaved), None),
        "入" | "入院" => (Some(Status::Hospital), None),
        "自" | "自粛" => (Some(Status::StayedHome), None),
        _ => (None, None),
    };
    Meaning {
        mark: mark.to_owned(),
        status: status.map_or("", Status::code).to_owned(),
        contact: String::new(),
        reason: reason.map_or("", Reason::code).to_owned(),
    }
}
