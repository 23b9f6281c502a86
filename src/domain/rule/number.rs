//! The numbers of a rule that a ward may set, and how far.

use std::ops::RangeInclusive;

use super::{Rule, RuleCode};
use crate::domain::coded::coded;

coded! {
    /// A number of a rule. Each rule has those that `RuleCode::numbers` lists.
    pub enum Number {
        /// From where on it fires.
        Threshold = "threshold",
        /// The same for children of rank A.
        Strict = "strict",
        /// A8: or this share of the month's open days.
        Percent = "percent",
        /// A9, I4: from here on it is one step graver. K1, K2: the second time somebody is told.
        SecondStep = "second_step",
        /// A9: and here one more. K1: the deadline.
        ThirdStep = "third_step",
        /// A10: or so often within one week, one step graver.
        InOneWeek = "in_one_week",
        /// A12: how long a closure must have been.
        ClosedDays = "closed_days",
        /// A13: how long each of the two stretches is.
        Stretch = "stretch",
    }
}

impl RuleCode {
    /// What can be set, in the order of the sentence. The other numbers stay as they are.
    pub const fn numbers(self) -> &'static [Number] {
        use Number::{ClosedDays, InOneWeek, Percent, SecondStep, Stretch, Strict, ThirdStep, Threshold};
        match self {
            Self::A2 | Self::A3 | Self::A4 | Self::A5 | Self::A6 | Self::A7 | Self::A11 | Self::I2 | Self::T2 => {
                &[Threshold, Strict]
            }
            Self::A8 => &[Threshold, Strict, Percent],
            Self::A9 => &[Threshold, SecondStep, ThirdStep],
            Self::A10 => &[Threshold, InOneWeek],
            Self::A12 => &[ClosedDays],
            Self::A13 => &[Threshold, Stretch],
            Self::I4 => &[Threshold, Strict, SecondStep],
            Self::K1 => &[Threshold, Strict, SecondStep, ThirdStep],
            Self::K2 => &[Threshold, SecondStep],
            Self::I3 | Self::K9 => &[Threshold],
            _ => &[],
        }
    }

    /// Within which bounds. What the guideline demands may be stricter, never laxer.
    pub const fn range(self, number: Number) -> RangeInclusive<u32> {
        match (self, number) {
            (Self::A5, Number::Threshold | Number::Strict) => 1..=7,
            (Self::A8, Number::Threshold | Number::Strict) => 2..=20,
            (Self::A9, Number::Threshold | Number::SecondStep | Number::ThirdStep) => 3..=200,
            (Self::A10, Number::Threshold) => 2..=8,
            (Self::A11, _) => 2..=6,
            (Self::I3, _) => 4..=20,
            (Self::T2, _) => 1..=10,
            (Self::K9, _) => 3..=60,
            // Forty-eight hours are the guideline's; less than half a day is no deadline that a night can keep.
            (Self::K1, Number::ThirdStep) => 12..=48,
            (Self::K1, Number::SecondStep) => 2..=47,
            (Self::K1, _) => 1..=46,
            // 緊急 must be in hand within the hour.
            (Self::K2, Number::SecondStep) => 10..=60,
            (Self::K2, _) => 5..=45,
            (Self::A13, Number::Threshold) | (_, Number::Percent) => 10..=90,
            (_, Number::InOneWeek) => 2..=5,
            (_, Number::ClosedDays) => 3..=14,
            (_, Number::Stretch) => 2..=4,
            _ => 1..=30,
        }
    }

    /// Whether the rule can be told that a meeting outside the facility ends an absence.
    pub const fn knows_visits(self) -> bool {
        matches!(self, Self::A3 | Self::A5 | Self::A6)
    }
}

impl Rule {
    pub const fn number(&self, number: Number) -> u32 {
        match number {
            Number::Threshold => self.threshold,
            Number::Strict => self.threshold_strict,
            Number::Percent | Number::SecondStep | Number::InOneWeek | Number::ClosedDays | Number::Stretch => self.second,
            Number::ThirdStep => self.third,
        }
    }

    /// Sets a number; where a rule has one column only, both columns.
    pub fn set(&mut self, number: Number, to: u32) {
        match number {
            Number::Threshold => {
                self.threshold = to;
                if !self.code.numbers().contains(&Number::Strict) {
                    self.threshold_strict = to;
                }
            }
            Number::Strict => self.threshold_strict = to,
            Number::Percent | Number::SecondStep | Number::InOneWeek | Number::ClosedDays | Number::Stretch => self.second = to,
            Number::ThirdStep => self.third = to,
        }
    }
}
