//! What columns can mean, and the guess from the words offices put above them.

use super::mapping::Mapping;
use crate::domain::{
    coded::coded,
    table_in::{Table, headings, plain},
};

coded! {
    /// The meaning of a column.
    pub enum Field {
        Facility = "facility",
        Name = "name",
        /// 姓, where family and given name have a column each.
        FamilyName = "family_name",
        GivenName = "given_name",
        Kana = "kana",
        FamilyKana = "family_kana",
        GivenKana = "given_kana",
        Grade = "grade",
        Class = "class",
        /// 「1才児 2組」 in one cell.
        GradeAndClass = "grade_and_class",
        /// Read for the grade alone, and kept nowhere.
        BirthDate = "birth_date",
        From = "from",
        Until = "until",
        Ground = "ground",
        /// Never read: running numbers, remarks and whatever else a roster holds.
        Ignored = "ignored",
    }
}

const BIRTH_WORDS: &[&str] = &["生年月日", "児童生年月日", "児童の生年月日", "児童生徒生年月日", "本人生年月日", "誕生日"];

/// Words above columns, the likelier first, as `table_in::plain` would leave them but for kana.
const WORDS: &[(Field, &[&str])] = &[
    (
        Field::Facility,
        &[
            "施設名",
            "学校園名",
            "園校名",
            "学校名",
            "園名",
            "保育所名",
            "保育園名",
            "所属施設名",
            "所属施設",
            "所属名",
            "所属",
            "所属機関",
            "在籍施設",
            "在籍校園",
            "在籍学校",
            "在籍校",
            "在籍園",
            "通学先",
            "通園先",
            "依頼先",
            "依頼先施設",
            "機関名",
            "施設",
            "学校",
            "園",
        ],
    ),
    (
        Field::Name,
        &[
            "氏名",
            "児童氏名",
            "児童の氏名",
            "児童生徒氏名",
            "生徒氏名",
            "園児氏名",
            "対象児童氏名",
            "対象児氏名",
            "対象児童名",
            "対象児童",
            "児童名",
            "園児名",
            "生徒名",
            "子どもの氏名",
            "子ども氏名",
            "本人氏名",
            "名前",
            "お名前",
        ],
    ),
    (Field::FamilyName, &["姓", "氏", "苗字", "名字", "児童姓"]),
    (Field::GivenName, &["名", "下の名前", "児童名前"]),
    (
        Field::Kana,
        &[
            "フリガナ",
            "氏名フリガナ",
            "児童氏名フリガナ",
            "児童フリガナ",
            "氏名カナ",
            "児童氏名カナ",
            "カナ氏名",
            "カナ",
            "よみがな",
            "読み仮名",
            "氏名よみ",
            "読み",
            "よみ",
        ],
    ),
    (Field::FamilyKana, &["セイ", "姓カナ", "姓フリガナ", "氏フリガナ"]),
    (Field::GivenKana, &["メイ", "名カナ", "名フリガナ"]),
    (Field::GradeAndClass, &["学年クラス", "学年組", "学年学級", "学年と組", "学年及び組", "クラス学年", "年組"]),
    (Field::Grade, &["学年", "年次", "学年年齢", "学年歳児", "歳児", "年齢クラス", "クラス年齢", "年齢区分", "年齢"]),
    (Field::Class, &["組", "組名", "クラス", "クラス名", "学級", "学級名"]),
    (Field::BirthDate, BIRTH_WORDS),
    (
        Field::From,
        &[
            "情報提供開始日",
            "情報提供開始年月日",
            "提供開始日",
            "見守り開始日",
            "依頼開始日",
            "開始日",
            "開始年月日",
            "依頼期間開始",
            "期間開始",
            "始期",
            "自",
            "開始",
            "情報提供依頼日",
            "依頼日",
            "依頼年月日",
        ],
    ),
    (
        Field::Until,
        &[
            "終了日",
            "情報提供終了日",
            "情報提供終了年月日",
            "提供終了日",
            "見守り終了日",
            "依頼終了日",
            "終了年月日",
            "終了予定日",
            "依頼期間終了",
            "期間終了",
            "終期",
            "至",
            "終了予定",
            "終了",
            "期限",
        ],
    ),
    (Field::Ground, &["根拠", "法的根拠", "根拠法令", "依頼根拠", "依頼の根拠", "根拠条文", "依頼区分"]),
];

/// Proposes a mapping: the row with the most known words is the header, its words give the columns their meaning.
///
/// Without a header (fewer than two known words in any row) every column is ignored and a person has to say.
pub fn guess(table: &Table) -> Mapping {
    let Some(found) = headings(table, WORDS) else {
        return Mapping { header_row: None, columns: vec![Field::Ignored; table.width()], default_ground: None };
    };
    let mut columns: Vec<Field> = found.columns.into_iter().map(|field| field.unwrap_or(Field::Ignored)).collect();
    prefer_whole_names(&mut columns);
    look_into_grades(table, found.line, &mut columns);
    Mapping { header_row: Some(found.line), columns, default_ground: None }
}

/// Whether birth dates stand under such a word, of the children or of anybody else.
pub(super) fn speaks_of_birth(heading: &str) -> bool {
    let heading = plain(heading);
    ["生年月", "誕生", "出生", "生まれ", "birth"].iter().any(|word| heading.contains(word))
}

/// Where the whole name has a column, its parts are not read a second time; 学年 beside 学年・クラス likewise, and no birth date where
/// the grade is written.
fn prefer_whole_names(columns: &mut [Field]) {
    let pairs = [
        (Field::Name, [Field::FamilyName, Field::GivenName]),
        (Field::Kana, [Field::FamilyKana, Field::GivenKana]),
        (Field::GradeAndClass, [Field::Grade, Field::Class]),
    ];
    for (whole, parts) in pairs {
        if columns.contains(&whole) {
            columns.iter_mut().filter(|field| parts.contains(field)).for_each(|field| *field = Field::Ignored);
        }
    }
    if columns.contains(&Field::Grade) || columns.contains(&Field::GradeAndClass) {
        columns.iter_mut().filter(|field| **field == Field::BirthDate).for_each(|field| *field = Field::Ignored);
    }
}

/// A grade column with 組 in its cells and no class column beside it holds both.
fn look_into_grades(table: &Table, header: u32, columns: &mut [Field]) {
    let Some(column) = columns.iter().position(|field| *field == Field::Grade) else { return };
    let below = table.rows.iter().filter(|row| row.line > header).take(100);
    if !columns.contains(&Field::Class) && below.into_iter().any(|row| row.cell(column).contains('組')) {
        columns.iter_mut().filter(|field| **field == Field::Grade).for_each(|field| *field = Field::GradeAndClass);
    }
}
