//! The fixed set of statuses; what each does to the counters is the heart of every absence rule.

use crate::domain::coded::coded;

coded! {
    /// What became of a child on an open day. 休業・学級閉鎖 come from the calendar, 転出 ends the watch,
    /// and 未入力 is the absence of a report; none of these is a status.
    pub enum Status {
        /// 出席
        Present = "P",
        /// 遅刻
        Late = "L",
        /// 早退
        LeftEarly = "E",
        /// 遅刻・早退
        LateAndLeftEarly = "LE",
        /// 別室・保健室登校
        SeparateRoom = "PS",
        /// 校外で確認 (家庭訪問で面会、教育支援センター等)
        SeenElsewhere = "PO",
        /// 欠席
        Absent = "A",
        /// 出席停止 (感染症)
        Suspended = "SS",
        /// 忌引
        Bereaved = "SB",
        /// 出席停止 (その他)・非常変災・公欠
        SuspendedOther = "SO",
        /// 入院 (医療機関で確認可)
        Hospital = "HO",
        /// 一時保護・施設入所・委託中: the rules rest (27文科初第335号).
        InCare = "TC",
        /// 登園予定なし (利用日でない)
        NotScheduled = "NS",
        /// 登園自粛 (要請)
        StayedHome = "HS",
    }
}

impl Status {
    /// Adds to 連続欠席: the child did not come. A visit at home (PO) is still a day away from the facility;
    /// the guideline's seven days know no exception for it, so a rule must ask for one (`Rule::visit_breaks`).
    pub const fn counts_absent(self) -> bool {
        matches!(self, Self::Absent | Self::SeenElsewhere)
    }

    /// Ends 連続欠席: the child came. Between this and `counts_absent` lie the days that do neither (停止・忌引・入院 …).
    pub const fn breaks_absence(self) -> bool {
        matches!(self, Self::Present | Self::Late | Self::LeftEarly | Self::LateAndLeftEarly | Self::SeparateRoom)
    }

    /// Somebody whose duty it is saw the child. A stay in hospital is judged with its confirmer: `Mark::is_seen_on`.
    pub const fn seen(self) -> bool {
        self.breaks_absence() || matches!(self, Self::SeenElsewhere | Self::InCare)
    }

    /// The day counts at all; not when the child was never expected or is in the care of the authority.
    pub const fn counts_as_open(self) -> bool {
        !matches!(self, Self::NotScheduled | Self::InCare)
    }

    /// What the day was, when `later` is said of it after this: who came late and then left early did both.
    #[must_use]
    pub const fn then(self, later: Self) -> Self {
        match (self, later) {
            (Self::Late, Self::LeftEarly) | (Self::LeftEarly, Self::Late) => Self::LateAndLeftEarly,
            _ => later,
        }
    }

    /// 連絡 and 理由 must be given.
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Somebody else's word stands for the child, or the child was met elsewhere: who says so is asked.
    pub const fn asks_confirmer(self) -> bool {
        matches!(self, Self::Hospital | Self::SeenElsewhere)
    }

    /// 連絡 and 理由 mean something; elsewhere what was typed there is left over from another choice.
    pub const fn may_have_reason(self) -> bool {
        !matches!(self, Self::Present | Self::SeparateRoom | Self::InCare | Self::NotScheduled)
    }
}
