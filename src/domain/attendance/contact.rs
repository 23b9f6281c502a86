//! 連絡 and 理由: whether the family called, who, how, and what they said; two questions that never answer each other.

use crate::domain::coded::coded;

coded! {
    /// 家庭からの連絡, asked by the guideline whatever the reason.
    pub enum Contact {
        /// あり (始業前)
        Before = "before",
        /// あり (始業後)
        After = "after",
        /// 施設から連絡して確認
        FacilityAsked = "facility_asked",
        /// 連絡つかず: the facility tried in vain.
        Unreachable = "unreachable",
        /// なし
        None = "none",
    }
}

impl Contact {
    /// Nobody at home has said anything: 連絡なし.
    pub const fn is_silent(self) -> bool {
        matches!(self, Self::Unreachable | Self::None)
    }
}

coded! {
    /// 連絡者
    pub enum ContactBy {
        /// 母
        Mother = "mother",
        /// 父
        Father = "father",
        /// 祖父母
        Grandparent = "grandparent",
        /// その他保護者
        OtherGuardian = "other_guardian",
        /// 本人
        Child = "child",
        /// 他機関
        Agency = "agency",
    }
}

coded! {
    /// 連絡手段
    pub enum ContactVia {
        /// 電話
        Phone = "phone",
        /// アプリ
        App = "app",
        /// 来所
        Visit = "visit",
        /// 連絡帳
        Notebook = "notebook",
    }
}

coded! {
    /// 欠席の理由. A diagnosis or the family's story is not asked for.
    pub enum Reason {
        /// 病気
        Illness = "illness",
        /// けが
        Injury = "injury",
        /// 家庭の都合
        Family = "family",
        /// 通院
        Clinic = "clinic",
        /// 登園(校)しぶり・不登校
        Reluctant = "reluctant",
        /// 家族の病気・事情
        FamilyIllness = "family_illness",
        /// 旅行・帰省
        Travel = "travel",
        /// 理由不明; legal together with 連絡あり.
        Unknown = "unknown",
        /// その他
        Other = "other",
    }
}
