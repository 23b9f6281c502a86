//! Names nobody bears: families called after words for "sample" and "imaginary", with the characters that break other systems.

use super::dice::Dice;

/// Family names with their reading; among them 𠮷 (outside the BMP), 﨑 (a compatibility ideograph) and variation sequences.
const FAMILIES: &[(&str, &str)] = &[
    ("見本", "ミホン"),
    ("例題", "レイダイ"),
    ("仮野", "カリノ"),
    ("架木", "カケギ"),
    ("空見", "ソラミ"),
    ("雛形", "ヒナガタ"),
    ("夢沢", "ユメザワ"),
    ("星降", "ホシフリ"),
    ("𠮷見本", "ヨシミホン"),
    ("仮﨑", "カリサキ"),
    ("辻󠄀仮", "ツジカリ"),
    ("葛󠄀見本", "クズミホン"),
    ("試山", "タメシヤマ"),
    ("例川", "レイカワ"),
    ("見本谷", "ミホンダニ"),
    ("架空橋", "カクウバシ"),
    ("作田例", "ツクダレイ"),
    ("月影野", "ツキカゲノ"),
    ("夢渡", "ユメワタリ"),
    ("髙仮", "タカカリ"),
    ("想像田", "ソウゾウダ"),
    ("仮名井", "カナイ"),
    ("濵見本", "ハマミホン"),
    ("絵空", "エソラ"),
    ("架原", "カケハラ"),
    ("物語", "モノガタリ"),
];

const CHILDREN: &[(&str, &str)] = &[
    ("そら", "ソラ"),
    ("ひなた", "ヒナタ"),
    ("ことり", "コトリ"),
    ("いぶき", "イブキ"),
    ("つむぎ", "ツムギ"),
    ("みなも", "ミナモ"),
    ("かえで", "カエデ"),
    ("あさひ", "アサヒ"),
    ("こはる", "コハル"),
    ("りく", "リク"),
    ("凪", "ナギ"),
    ("蒼", "アオイ"),
    ("灯", "アカリ"),
    ("湊", "ミナト"),
    ("律", "リツ"),
    ("すず", "スズ"),
    ("はやて", "ハヤテ"),
    ("ミア", "ミア"),
    ("ルカ", "ルカ"),
    ("ニコ", "ニコ"),
    ("ほたる", "ホタル"),
    ("いと", "イト"),
    ("なつめ", "ナツメ"),
    ("かなた", "カナタ"),
];

const ADULTS: &[&str] = &[
    "一葉", "二葉", "三津", "四季", "五月", "六花", "七緒", "八雲", "九重", "十色", "百花", "千歳", "万里", "花野", "風太", "月子",
    "雪乃", "海斗", "山吹", "野乃",
];

/// A child's name and its reading.
pub(super) struct ChildName {
    pub(super) name: String,
    pub(super) kana: String,
}

/// A family, to be shared by siblings.
pub(super) fn family(dice: &mut Dice) -> usize {
    dice.below(FAMILIES.len())
}

/// The `nth` child's name in a family.
pub(super) fn child(family: usize, nth: usize) -> ChildName {
    let ((family, family_kana), (given, given_kana)) = (FAMILIES[family % FAMILIES.len()], CHILDREN[nth % CHILDREN.len()]);
    ChildName { name: format!("{family} {given}"), kana: format!("{family_kana}\u{3000}{given_kana}") }
}

/// The name of a member of staff; no two of the first 500 are the same.
pub(super) fn adult(nth: usize) -> String {
    let round = nth / FAMILIES.len();
    format!("{} {}", FAMILIES[nth % FAMILIES.len()].0, ADULTS[(nth * 7 + round) % ADULTS.len()])
}

pub(super) const GIVEN: usize = CHILDREN.len();
