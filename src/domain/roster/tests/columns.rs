//! Headings are recognized, and doubt is said.

use super::*;

fn table(rows: &[&[&str]]) -> Table {
    let csv = rows.iter().map(|row| row.join(",")).collect::<Vec<_>>().join("\r\n");
    decode(csv.as_bytes()).unwrap().table
}

fn codes(mapping: &Mapping) -> Vec<&'static str> {
    mapping.columns.iter().map(|field| field.code()).collect()
}

#[test]
fn the_header_is_found_under_a_title_and_in_other_words() {
    let table = table(&[
        &["対象児童一覧"],
        &["令和８年度", "", "作成日 令和8年4月1日"],
        &[],
        &[
            "番号",
            "在籍校（園）",
            "児童生徒氏名※",
            "よみがな",
            "学 年",
            "学級",
            "生年月日",
            "開始年月日",
            "終了予定日（予定）",
            "法的根拠",
        ],
        &["1", "架空区立みどり小学校", "佐藤 蓮", "さとう れん", "2年", "1組", "2018/5/5", "R8.4.1", "", "児相依頼"],
    ]);
    let mapping = guess(&table);
    assert_eq!(mapping.header_row, Some(4));
    let expected = ["ignored", "facility", "name", "kana", "grade", "class", "ignored", "from", "until", "ground"];
    assert_eq!(codes(&mapping), expected);
    assert_eq!(read(&table, &mapping, &facilities(), TODAY).unwrap().accepted.len(), 1);
}

#[test]
fn family_and_given_names_in_two_columns_are_joined() {
    let table = table(&[
        &["施設名", "姓", "名", "セイ", "メイ", "学年", "開始日", "根拠"],
        &["架空区立みどり小学校", "佐藤", "蓮", "さとう", "れん", "2年", "R8.4.1", "児相依頼"],
        &["架空区立みどり小学校", "", "", "", "", "2年", "R8.4.1", "児相依頼"],
    ]);
    let outcome = read(&table, &guess(&table), &facilities(), TODAY).unwrap();
    let [child] = outcome.accepted.as_slice() else { panic!("{outcome:?}") };
    assert_eq!((child.name.as_str(), child.kana.as_deref()), ("佐藤　蓮", Some("サトウ　レン")));
    assert_eq!(problems(&outcome), [(3, Field::FamilyName, "text-empty")]);
}

#[test]
fn of_two_columns_with_one_meaning_the_likelier_word_wins() {
    let table =
        table(&[&["施設名", "氏名", "学年・組", "学年", "依頼日", "情報提供開始日", "保護者氏名", "備考"], &["x", "x", "x", "x"]]);
    let expected = ["facility", "name", "grade_and_class", "ignored", "ignored", "from", "ignored", "ignored"];
    assert_eq!(codes(&guess(&table)), expected);
}

#[test]
fn a_grade_column_that_holds_classes_is_recognised_by_its_cells() {
    let table = table(&[&["施設名", "氏名", "学年", "開始日"], &["架空区立みどり小学校", "佐藤 蓮", "2年1組", "R8.4.1"]]);
    assert_eq!(codes(&guess(&table)), ["facility", "name", "grade_and_class", "from"]);
}

#[test]
fn without_a_header_nothing_is_guessed_and_a_person_can_say_everything() {
    let table = table(&[&["架空区立みどり小学校", "佐藤 蓮", "2年", "R8.4.1"]]);
    let mut mapping = guess(&table);
    assert_eq!((mapping.header_row, codes(&mapping)), (None, vec!["ignored"; 4]));
    mapping.columns = vec![Field::Facility, Field::Name, Field::Grade, Field::From];
    mapping.default_ground = Some(LegalGround::Other);
    let json = serde_json::to_string(&mapping).unwrap();
    assert!(json.contains(r#""columns":["facility","name","grade","from"],"default_ground":"other""#), "{json}");
    let mapping: Mapping = serde_json::from_str(&json).unwrap();
    assert_eq!(read(&table, &mapping, &facilities(), TODAY).unwrap().accepted.len(), 1);
}

#[test]
fn a_corrected_mapping_is_refused_for_everything_wrong_with_it() {
    let table = table(&[&["a", "b", "c", "d"], &["1", "2", "3", "4"]]);
    let refusals = |header_row, columns: &[Field], default_ground| {
        Mapping { header_row, columns: columns.to_vec(), default_ground }.refusals(&table)
    };
    assert_eq!(
        refusals(Some(9), &[Field::Name, Field::Name, Field::Ignored], None),
        [
            MappingRefusal::NoSuchRow(9),
            MappingRefusal::Twice { field: Field::Name, columns: vec![0, 1] },
            MappingRefusal::Missing(Field::Facility),
            MappingRefusal::Missing(Field::Grade),
            MappingRefusal::Missing(Field::From),
            MappingRefusal::GroundNotChosen,
        ]
    );
    let whole = [Field::Facility, Field::Name, Field::Grade, Field::From];
    assert_eq!(refusals(None, &whole, Some(LegalGround::Other)), []);
    assert_eq!(refusals(Some(1), &[whole.as_slice(), &[Field::Ground]].concat(), None), [MappingRefusal::NoSuchColumn(4)]);
    let both = [Field::Facility, Field::Name, Field::GradeAndClass, Field::From, Field::Class, Field::GivenName];
    assert_eq!(
        refusals(None, &both, Some(LegalGround::Other)),
        [
            MappingRefusal::NoSuchColumn(4),
            MappingRefusal::Both(Field::Name, Field::GivenName),
            MappingRefusal::Both(Field::GradeAndClass, Field::Class)
        ]
    );
    let half = [Field::Facility, Field::GivenName, Field::Grade, Field::From];
    assert_eq!(refusals(None, &half, Some(LegalGround::Other)), [MappingRefusal::Half(Field::GivenName, Field::FamilyName)]);
}
