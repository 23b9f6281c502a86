//! The marks of an attendance book, as schools write them.

use crate::domain::attendance::{Mark, Reason, Status};

/// What stands for each kind of day, and what it means: printed under every sheet.
pub(super) const LEGEND: &str = "○ 出席　チ 遅刻　早 早退　別 別室・保健室　外 校外で確認　病 病気・けがの欠席　事 その他の欠席　欠 理由不明の欠席　\
                                 停 出席停止・公欠　忌 忌引　入 入院　保 一時保護・入所中　自 登園自粛　・ 利用日でない　未 未報告　／ 休業日";

/// The mark of a reported day.
pub const fn symbol(mark: &Mark) -> &'static str {
    match mark.status {
        Status::Present => "○",
        Status::Late => "チ",
        Status::LeftEarly => "早",
        Status::LateAndLeftEarly => "チ早",
        Status::SeparateRoom => "別",
        Status::SeenElsewhere => "外",
        Status::Absent => match mark.reason {
            Some(Reason::Illness | Reason::Injury | Reason::Clinic) => "病",
            None | Some(Reason::Unknown) => "欠",
            Some(_) => "事",
        },
        Status::Suspended | Status::SuspendedOther => "停",
        Status::Bereaved => "忌",
        Status::Hospital => "入",
        Status::InCare => "保",
        Status::NotScheduled => "・",
        Status::StayedHome => "自",
    }
}
