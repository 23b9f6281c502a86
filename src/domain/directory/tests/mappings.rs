//! Headings are recognised, and a corrected mapping is refused for everything wrong with it.

use super::*;

fn codes<F: Column>(mapping: &Mapping<F>) -> Vec<&'static str> {
    mapping.columns.iter().map(|field| field.code()).collect()
}

#[test]
fn the_headings_of_organizations_are_found_under_a_title() {
    let table = table(
        "施設一覧\r\n令和9年度,,\r\n番号,施設名,施設種別,地区,学校コード※,所管課,電話番号,開校日（予定）,廃止日,休業日のひな形\r\n1,a,b\r\n",
    );
    let mapping: Mapping<OrganizationField> = Mapping::guess(&table);
    assert_eq!(mapping.header_row, Some(3));
    let expected = ["ignored", "name", "kind", "district", "school_code", "parent", "phone", "opened_on", "closed_on", "template"];
    assert_eq!(codes(&mapping), expected);
    assert!(mapping.refusals(&table).is_empty());
}

#[test]
fn the_headings_of_people_are_found_whole_and_in_parts() {
    let guess = |text: &str| Mapping::<PersonField>::guess(&table(text));
    let whole = guess("職員番号,氏名,フリガナ,所属,職名,役割,着任日,終了日,メールアドレス,異動区分,異動日,生年月日\r\n");
    let expected = [
        "staff_code",
        "name",
        "kana",
        "organization",
        "ignored",
        "role",
        "from",
        "until",
        "mail",
        "leaving",
        "leaving_on",
        "ignored",
    ];
    assert_eq!(codes(&whole), expected);
    let parts = guess("勤務校,姓,名,セイ,メイ,権限\r\n");
    assert_eq!(codes(&parts), ["organization", "family_name", "given_name", "family_kana", "given_kana", "role"]);
    assert_eq!(codes(&guess("氏名,姓,名,所属\r\n")), ["name", "ignored", "ignored", "organization"]);
    assert_eq!(guess("佐藤,みどり小\r\n"), Mapping { header_row: None, columns: vec![PersonField::Ignored; 2] });
}

#[test]
fn a_mapping_survives_a_form_and_is_refused_for_everything_wrong() {
    let table = table("a,b,c\r\n1,2,3\r\n");
    let mapping: Mapping<PersonField> =
        serde_json::from_str(r#"{"header_row":9,"columns":["name","name","given_name","mail"]}"#).unwrap();
    let known = Known { organizations: &[], people: &[] };
    let refusals = super::people::plan(&table, &mapping, Defaults::default(), known, TODAY).unwrap_err();
    assert_eq!(
        refusals,
        [
            MappingRefusal::NoSuchRow(9),
            MappingRefusal::NoSuchColumn(3),
            MappingRefusal::Twice { field: PersonField::Name, columns: vec![0, 1] },
            MappingRefusal::Both(PersonField::Name, PersonField::GivenName),
            MappingRefusal::Missing(PersonField::Organization),
            MappingRefusal::NotChosen(PersonField::Role),
            MappingRefusal::NotChosen(PersonField::From),
        ]
    );
    let half = Mapping { header_row: Some(1), columns: vec![PersonField::FamilyName, PersonField::Organization] };
    assert_eq!(half.refusals(&table), [MappingRefusal::Half(PersonField::FamilyName, PersonField::GivenName)]);
    let empty: Mapping<OrganizationField> = Mapping { header_row: None, columns: vec![] };
    assert_eq!(empty.refusals(&table), [MappingRefusal::Missing(OrganizationField::Name)]);
}
