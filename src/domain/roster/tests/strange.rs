//! Whatever is uploaded: nothing is too strange, and no row is lost.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(decoded) = decode(&bytes) {
            let mut mapping = guess(&decoded.table);
            mapping.default_ground = Some(LegalGround::Other);
            let _ = read(&decoded.table, &mapping, &facilities(), TODAY);
        }
    }

    #[test]
    fn no_row_is_lost(rows in prop::collection::vec("[架空区立みどり小学校2年,\"\r\n計※=R8./0-9]{0,30}", 0..12)) {
        let header = "施設名,氏名,学年,開始日,根拠\n";
        let text = format!("{header}{}", rows.join("\n"));
        let table = decode(text.as_bytes()).unwrap().table;
        let mapping = guess(&table);
        let outcome = read(&table, &mapping, &facilities(), TODAY).unwrap();
        let blank = table.blank.iter().filter(|line| **line > 1).count();
        let passed = outcome.passed_over.len() - blank;
        prop_assert_eq!(outcome.accepted.len() + outcome.refused.len() + passed, table.rows.len() - 1);
    }
}
