//! How urgent a finding is.

use crate::domain::coded::coded;

coded! {
    /// From the mildest to the gravest, so that the greater one is the graver one.
    pub enum Severity {
        /// 情報
        Notice = "notice",
        /// 注意: to be taken by the next business day.
        Caution = "caution",
        /// 警戒: to be taken the same day.
        Warning = "warning",
        /// 緊急: to be taken within the hour.
        Urgent = "urgent",
    }
}

impl Severity {
    /// One step graver.
    #[must_use]
    pub const fn raised(self) -> Self {
        match self {
            Self::Notice => Self::Caution,
            Self::Caution => Self::Warning,
            Self::Warning | Self::Urgent => Self::Urgent,
        }
    }

    /// One step milder, for a warning ahead of the threshold.
    #[must_use]
    pub const fn lowered(self) -> Self {
        match self {
            Self::Urgent => Self::Warning,
            Self::Warning => Self::Caution,
            Self::Caution | Self::Notice => Self::Notice,
        }
    }
}
