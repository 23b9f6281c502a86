//! What facilities and caseworkers of the demo wrote.

use crate::domain::{attendance::Sign, rule::RuleCode};

/// What was seen, in the facility's words.
pub(super) const fn seen(sign: Sign) -> &'static [&'static str] {
    match sign {
        Sign::Injury => {
            &["左ほおに赤みがあった。本人は「ころんだ」と話した。", "右うでに青あざが二か所。体育の着替えのときに気づいた。"]
        }
        Sign::Statement => &["「昨日たたかれた」と担任に話した。くわしい様子は聞き取っていない。"],
        Sign::UnwillingHome => &["帰りの時間になると「帰りたくない」と言って泣いた。", "下校の時間を過ぎても昇降口に残っていた。"],
        Sign::FamilyChange => &["父が先月から家にいないと話した。", "来月ひっこすかもしれないと母から聞いた。"],
        Sign::ParentPressure => &["電話で面会を断られた。声が強かった。"],
        Sign::Other => &["三日続けて同じ服だった。", "朝食を食べていない日が続いている。", "忘れ物が増えている。"],
    }
}

/// What a caseworker did first.
pub(super) const CALLED: &[&str] = &[
    "学校に電話し、家庭への連絡をお願いした。",
    "施設に電話。担任から最近の様子を聞いた。",
    "母に電話がつながり、本人の声も聞けた。",
    "家庭に電話したが出ない。夕方もう一度かける。",
];
pub(super) const VISITS: &[&str] = &["明日の午前に家庭訪問の予定。", "施設で本人と会う約束をした。"];
pub(super) const MET: &[&str] = &["家庭訪問で本人の様子を確認。変わりなかった。", "施設で本人と会えた。表情は明るかった。"];

/// How it ended, in the caseworker's words.
pub(super) const fn closing(rule: RuleCode) -> &'static [&'static str] {
    match rule {
        RuleCode::I1 | RuleCode::I2 => {
            &["施設に電話で確認。入力もれだった。", "担任の出張で入力できなかったとのこと。本人は登校していた。"]
        }
        RuleCode::S1 | RuleCode::S2 | RuleCode::S3 | RuleCode::U1 => &[
            "受理会議で協議し、家庭訪問で安全を確認した。引き続き見守る。",
            "児童相談所と協議し、当センターで支援を続けることにした。",
        ],
        RuleCode::S4 | RuleCode::S5 | RuleCode::S6 => {
            &["施設と話し、家庭の状況を確かめた。次の会議で報告する。", "担任に引き続き見守りをお願いした。"]
        }
        RuleCode::A1 | RuleCode::A2 | RuleCode::A11 | RuleCode::A12 => {
            &["午後に母から連絡があり、寝坊とのこと。翌日は登校した。", "施設から連絡がつき、発熱で休みと確認した。"]
        }
        RuleCode::A3 | RuleCode::A4 | RuleCode::A5 | RuleCode::A6 | RuleCode::A7 => &[
            "受診を確認。登校を再開した。",
            "学校と支援会議を開き、別室での登校を始めることになった。",
            "家庭訪問で本人の無事を確認した。",
        ],
        RuleCode::A8 | RuleCode::A9 | RuleCode::A10 | RuleCode::A13 => {
            &["学校と欠席の様子を確かめた。支援会議で話し合う。", "母と面談し、朝の支度を一緒に考えた。"]
        }
        RuleCode::I3 => &["施設へ電話し、連絡票をお願いした。"],
        RuleCode::I4 => &["家庭訪問で本人に会えた。元気だった。"],
        RuleCode::T1 | RuleCode::T2 | RuleCode::T3 | RuleCode::T4 => &["新しい施設と連絡を取り、本人が通い始めたことを確かめた。"],
        RuleCode::K1 | RuleCode::K2 | RuleCode::K8 | RuleCode::K9 => &["担当と期間を見直した。"],
    }
}
