//! Looking for people and telling them apart, by table and by what holds for all names.

use proptest::prelude::*;

use super::*;

fn entry<'a>(name: &'a str, kana: &'a str, staff_code: &'a str) -> Entry<'a> {
    Entry { name, kana, staff_code }
}

#[test]
fn people_are_found_by_parts_of_names_and_by_whole_codes() {
    let somebody = entry("髙橋　花子", "タカハシ　ハナコ", "0012A");
    for typed in ["高橋", "花子", "高橋花子", "髙橋 花子", "たかはし", "ﾀｶﾊｼ", "ハナ", "0012a", "００１２Ａ"]
    {
        assert!(Sought::parse(typed).unwrap().fits(&somebody), "{typed}");
    }
    for typed in ["高木", "0012", "12A", "山田"] {
        assert!(!Sought::parse(typed).unwrap().fits(&somebody), "{typed}");
    }
    assert_eq!(Sought::parse(" 　"), None);
    assert!(!Sought::parse("x").unwrap().fits(&entry("山田", "", "")), "no code is nobody's code");
}

#[test]
fn the_code_says_more_than_the_name() {
    let one = entry("高橋　花子", "", "12");
    assert_eq!(likeness(&one, &entry("田中　太郎", "", "１２")), Some(Likeness::StaffCode));
    assert_eq!(likeness(&one, &entry("髙橋花子", "", "13")), Some(Likeness::Name));
    assert_eq!(likeness(&one, &entry("高橋花", "", "")), None);
    assert_eq!(likeness(&entry("甲", "", ""), &entry("乙", "", "")), None, "two without a code are not alike by it");
}

proptest! {
    #[test]
    fn everybody_is_found_by_their_own_name_and_code(name in "[一-龠ぁ-んァ-ヶa-zA-Z]{1,12}", code in "[A-Z0-9]{1,8}") {
        let somebody = entry(&name, "", &code);
        prop_assert!(Sought::parse(&name).unwrap().fits(&somebody));
        prop_assert!(Sought::parse(&code).unwrap().fits(&somebody));
        prop_assert_eq!(likeness(&somebody, &entry(&name, "", "")), Some(Likeness::Name));
        prop_assert_eq!(likeness(&somebody, &somebody), Some(Likeness::StaffCode));
    }

    #[test]
    fn likeness_is_mutual(a in "\\PC{0,8}", b in "\\PC{0,8}", x in "[0-9]{0,3}", y in "[0-9]{0,3}") {
        prop_assert_eq!(likeness(&entry(&a, "", &x), &entry(&b, "", &y)), likeness(&entry(&b, "", &y), &entry(&a, "", &x)));
    }
}
