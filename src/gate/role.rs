//! The roles people hold in organizations, and the side of the house each belongs to.

use crate::domain::coded::coded;

coded! {
    /// What a person does in an organization.
    pub enum Role {
        /// 施設の入力担当 (教員, 保育士)
        Reporter = "reporter",
        /// 施設長 (校長, 園長)
        FacilityHead = "facility_head",
        /// 相談員 (子ども家庭支援センター, 児童相談所)
        Caseworker = "caseworker",
        /// スーパーバイザー (係長)
        Supervisor = "supervisor",
        /// 自治体の管理担当
        WardAdmin = "ward_admin",
        /// 個人情報保護の監査担当
        Auditor = "auditor",
        /// 運用者
        Operator = "operator",
    }
}

/// The side of the house: decides the database role a session stands in, and which pages exist for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    Facility,
    Office,
    Administration,
}

impl Side {
    /// The word the policies use.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Facility => "facility",
            Self::Office => "office",
            Self::Administration => "administration",
        }
    }
}

impl Role {
    /// Whether others' rights hang on this one: giving it takes two people, and it needs passkeys bound to a device.
    pub const fn is_privileged(self) -> bool {
        matches!(self.side(), Side::Administration)
    }

    pub const fn side(self) -> Side {
        match self {
            Self::Reporter | Self::FacilityHead => Side::Facility,
            Self::Caseworker | Self::Supervisor => Side::Office,
            Self::WardAdmin | Self::Auditor | Self::Operator => Side::Administration,
        }
    }
}
