//! The rules there are, and where each comes from.

use super::Severity;
use crate::domain::{attendance::Sign, coded::coded};

coded! {
    /// The name of a rule. The numbers in its default are the source's where one is given, else our choice.
    pub enum RuleCode {
        /// 当日 連絡なし欠席. 2019 guideline, 理由不明又は連絡のない欠席; nurseries call the same morning (松山市).
        A1 = "A1",
        /// 連絡なし・理由不明の欠席が続く. Same guideline, "続く"; the two days are our choice.
        A2 = "A2",
        /// 連続欠席 3 日. MEXT 2015 and 西東京ルール: after three days the head of school is told.
        A3 = "A3",
        /// 連続欠席 5 日・本人に会えていない. 西東京ルール: on the fifth day somebody meets the child at home.
        A4 = "A4",
        /// 連続欠席 7 日以上. 2019 guideline, 休業日を除き引き続き7日以上, 理由の如何を問わず; 学校教育法施行令20条.
        A5 = "A5",
        /// 連続欠席 10 日. 西東京ルール: about the tenth day the police are asked for advice.
        A6 = "A6",
        /// 連続未確認 7 日. Local wording (宇多津町): 子どもの様子が確認できない場合, 理由の如何にかかわらず.
        A7 = "A7",
        /// 月内欠席の多さ. Our choice.
        A8 = "A8",
        /// 年度累計 7・30・90 日. A screening sheet of 37 items for schools.
        A9 = "A9",
        /// 遅刻・早退の反復. The same sheet: once a week, three times a week; the three weeks are our choice.
        A10 = "A10",
        /// きょうだい同日欠席 (連絡なし). Our choice, after towns that let the facilities of siblings see each other.
        A11 = "A11",
        /// 長期休業・連休明けの初日に欠席. Our choice.
        A12 = "A12",
        /// 登園率の急変. Our choice; off until a ward wants it.
        A13 = "A13",
        /// 不自然な外傷. 2019 guideline, at once.
        S1 = "S1",
        /// 虐待についての証言. 2019 guideline, at once.
        S2 = "S2",
        /// 帰宅を嫌がる. 2019 guideline, at once.
        S3 = "S3",
        /// 家庭環境の変化. 2019 guideline.
        S4 = "S4",
        /// 保護者の威圧的要求・面会拒否. 2019 notice.
        S5 = "S5",
        /// その他気になる様子. 2019 guideline, its catch-all.
        S6 = "S6",
        /// 本日未入力. Our choice: missing input must never look like "no problem".
        I1 = "I1",
        /// 未入力が続く. Our choice.
        I2 = "I2",
        /// 月次の情報提供が未提出. The guideline asks about once a month; the seven business days are our choice.
        I3 = "I3",
        /// 長期休業中の週1確認がない. 見守り強化アクションプラン (2020): at least once a week, closures included.
        I4 = "I4",
        /// 転校・転園・転出・卒業の予定登録. 2019 notice on 進学・転学; the agreement of the guidance centres.
        T1 = "T1",
        /// 引継ぎ先で初登校・初登園が確認できない. 目黒 2018: handed over, and not seen for a month; the three days are our choice.
        T2 = "T2",
        /// 新所属に施設アカウントがない. Our choice: a request nobody can read is none.
        T3 = "T3",
        /// 所属が不明・消息不明. After the rules on children of unknown whereabouts.
        T4 = "T4",
        /// 通告の安全確認. Guideline on child guidance: forty-eight hours; the steps on the way are our choice. A clock.
        K1 = "K1",
        /// 緊急アラート未確認. Our choice: thirty and sixty minutes. A clock.
        K2 = "K2",
        /// 担当者不在・異動で未割当. Our choice: nothing waits on a person who left.
        K8 = "K8",
        /// 情報提供依頼の期間満了. The guideline's request has a period; the fourteen days are our choice.
        K9 = "K9",
        /// 至急連絡: the facility's own word that something cannot wait. No rule finds it, so none can be set or switched off.
        U1 = "U1",
    }
}

coded! {
    /// What a rule is about; the order of the list.
    pub enum Group {
        Absence = "absence",
        Signs = "signs",
        Input = "input",
        Transfer = "transfer",
        Process = "process",
    }
}

coded! {
    /// What the threshold of a rule counts.
    pub enum Measure {
        /// Open days in a row.
        DaysInRow = "days_in_row",
        /// Days of a month or a school year.
        Days = "days",
        /// Calendar days, weekends included.
        CalendarDays = "calendar_days",
        /// Days on which an office is open.
        OfficeDays = "office_days",
        /// Calendar days until something ends.
        DaysBefore = "days_before",
        Weeks = "weeks",
        /// Real hours, nights and holidays included.
        Hours = "hours",
        /// Real minutes, nights and holidays included.
        Minutes = "minutes",
        /// Children of one family.
        Children = "children",
        /// Points of a percentage.
        Points = "points",
        /// Nothing: the first time is enough.
        Once = "once",
    }
}

impl RuleCode {
    /// Whether a ward has a rule of this name; the others name alerts that are raised whatever the rules say.
    pub const fn is_a_rule(self) -> bool {
        !matches!(self, Self::U1)
    }

    /// It finds nothing by itself: it says how long what other rules raised may wait, and for whom.
    pub const fn is_clock(self) -> bool {
        matches!(self, Self::K1 | Self::K2)
    }

    /// The sign that alone makes this rule fire.
    pub const fn sign(self) -> Option<Sign> {
        match self {
            Self::S1 => Some(Sign::Injury),
            Self::S2 => Some(Sign::Statement),
            Self::S3 => Some(Sign::UnwillingHome),
            Self::S4 => Some(Sign::FamilyChange),
            Self::S5 => Some(Sign::ParentPressure),
            Self::S6 => Some(Sign::Other),
            _ => None,
        }
    }

    pub const fn group(self) -> Group {
        match self {
            Self::S1 | Self::S2 | Self::S3 | Self::S4 | Self::S5 | Self::S6 | Self::U1 => Group::Signs,
            Self::I1 | Self::I2 | Self::I3 | Self::I4 => Group::Input,
            Self::T1 | Self::T2 | Self::T3 | Self::T4 => Group::Transfer,
            Self::K1 | Self::K2 | Self::K8 | Self::K9 => Group::Process,
            _ => Group::Absence,
        }
    }

    pub const fn measure(self) -> Measure {
        match self {
            Self::A2 | Self::A3 | Self::A4 | Self::A5 | Self::A6 | Self::A7 | Self::I2 | Self::T2 => Measure::DaysInRow,
            Self::A8 | Self::A9 => Measure::Days,
            Self::A10 => Measure::Weeks,
            Self::A11 => Measure::Children,
            Self::A13 => Measure::Points,
            Self::I4 => Measure::CalendarDays,
            Self::K1 => Measure::Hours,
            Self::K2 => Measure::Minutes,
            Self::K9 => Measure::DaysBefore,
            Self::I3 => Measure::OfficeDays,
            _ => Measure::Once,
        }
    }

    /// A report that comes late can take the ground away from what this rule found: it had counted silence.
    pub const fn counts_silence(self) -> bool {
        matches!(self, Self::A7 | Self::I2 | Self::I4 | Self::T2)
    }

    /// It speaks of one day alone, as it was reported: another such day is not a longer run but the same thing again.
    pub const fn of_one_day(self) -> bool {
        self.sign().is_some() || matches!(self, Self::A1 | Self::A11 | Self::A12)
    }

    /// It speaks of what the office has arranged or was sent, whatever was reported of the child.
    pub const fn of_the_office(self) -> bool {
        matches!(self, Self::I3 | Self::K8 | Self::K9 | Self::T1 | Self::T3 | Self::T4)
    }

    /// It is asked at facilities that send no sheets too. Whether a child has come is the office's to find out where the facility does not
    /// say it from day to day.
    pub const fn needs_no_sheets(self) -> bool {
        self.of_the_office() || matches!(self, Self::T2)
    }

    /// It is about the request a child left as much as about the one it goes on by, so that whoever has either hears of it.
    pub const fn is_of_both_requests(self) -> bool {
        matches!(self, Self::T2)
    }

    /// Its ground goes away when something is mended: somebody takes the case, a place is found, what was missing comes. Of the others it
    /// goes away only because what was said of a day was wrong.
    pub const fn is_mended(self) -> bool {
        self.of_the_office() || self.counts_silence()
    }

    /// The least grave a ward may make it, where the guideline leaves no choice, or where without it what is urgent would wait for one
    /// person alone (K2): such a rule cannot be switched off.
    pub const fn demanded(self) -> Option<Severity> {
        match self {
            Self::A5 | Self::S1 | Self::S2 | Self::S3 | Self::K1 | Self::K2 => Some(Severity::Urgent),
            _ => None,
        }
    }
}
