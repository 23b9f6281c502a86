//! 気になる様子: what must not wait for the monthly report.

use crate::domain::coded::coded;

coded! {
    /// A sign seen by staff (2019 guideline, urgent triggers).
    pub enum Sign {
        /// 不自然な外傷
        Injury = "injury",
        /// 対象児からの虐待についての証言
        Statement = "statement",
        /// 帰宅を嫌がる
        UnwillingHome = "unwilling_home",
        /// 家庭環境の変化 (同居人・離婚・失職・妊娠・転居予定)
        FamilyChange = "family_change",
        /// 保護者の威圧的要求・面会拒否
        ParentPressure = "parent_pressure",
        /// その他気になる様子
        Other = "other",
    }
}
