//! On what legal ground a facility is asked to watch a child.

use super::{coded::coded, name::search_key};

coded! {
    /// The ground of a request to watch (情報提供依頼の根拠).
    pub enum LegalGround {
        /// 指針（要対協登録）: the national guideline on regular reports about children registered with the council
        /// (学校、保育所等から市町村又は児童相談所への定期的な情報提供に関する指針).
        GuidelineRegistered = "guideline_registered",
        /// 児相依頼: asked for by a child guidance centre under the same guideline.
        GuidanceCentreRequest = "guidance_centre_request",
        /// 要対協（要支援）: a child in need of support, exchanged within the council (児童福祉法25条の2).
        CouncilSupport = "council_support",
        /// 虐待防止法13条の4: material may be handed over on request (児童虐待の防止等に関する法律13条の4).
        Act13_4 = "act_13_4",
        /// その他.
        Other = "other",
    }
}

/// How offices write each ground, already in the form of [`plain`].
const SPELLINGS: &[(LegalGround, &[&str])] = &[
    (LegalGround::GuidelineRegistered, &["指針", "指針要対協登録", "要対協登録", "国指針", "定期的な情報提供に関する指針"]),
    (
        LegalGround::GuidanceCentreRequest,
        &["児相依頼", "児相の依頼", "児童相談所依頼", "児童相談所の依頼", "児童相談所長の依頼", "児相"],
    ),
    (LegalGround::CouncilSupport, &["要対協要支援", "要支援", "要支援児童", "要対協要支援児童"]),
    (
        LegalGround::Act13_4,
        &[
            "虐待防止法13条の4",
            "児童虐待防止法13条の4",
            "児虐法13条の4",
            "法13条の4",
            "13条の4",
            "虐待防止法第13条の4",
            "児童虐待防止法第13条の4",
            "児童虐待の防止等に関する法律第13条の4",
            "児童虐待の防止等に関する法律13条の4",
            "虐待防止法第十三条の四",
            "児童虐待の防止等に関する法律第十三条の四",
        ],
    ),
    (LegalGround::Other, &["その他", "他"]),
];

impl LegalGround {
    /// Reads a ground as people write it; `None` when it could mean two things or nothing known.
    pub fn read(text: &str) -> Option<Self> {
        let wanted = plain(text);
        let spelt = |(_, spellings): &&(Self, &[&str])| spellings.iter().any(|known| plain(known) == wanted);
        SPELLINGS.iter().find(spelt).map(|(ground, _)| *ground)
    }
}

/// The search key without brackets and list marks.
fn plain(text: &str) -> String {
    search_key(text).chars().filter(|c| !matches!(c, '(' | ')' | '「' | '」' | '、' | ',' | ':')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_spelling_means_one_ground_and_the_bare_council_means_none() {
        for (text, ground) in [
            ("指針（要対協登録）", LegalGround::GuidelineRegistered),
            ("指針(要対協登録)", LegalGround::GuidelineRegistered),
            ("児相依頼", LegalGround::GuidanceCentreRequest),
            ("要対協（要支援）", LegalGround::CouncilSupport),
            ("虐待防止法１３条の４", LegalGround::Act13_4),
            ("児童虐待の防止等に関する法律 第13条の4", LegalGround::Act13_4),
            ("その他", LegalGround::Other),
        ] {
            assert_eq!(LegalGround::read(text), Some(ground), "{text}");
        }
        assert_eq!(LegalGround::read("要対協"), None);
        assert_eq!(LegalGround::read(""), None);
    }

    #[test]
    fn codes_lead_back_to_their_ground() {
        for ground in LegalGround::ALL {
            assert_eq!(LegalGround::from_code(ground.code()), Some(*ground));
            assert_eq!(serde_json::to_value(ground).unwrap(), ground.code());
        }
    }
}
