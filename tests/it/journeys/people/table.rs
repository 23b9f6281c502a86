//! `docs/ROLES.md`: which role can be given where, and by how many people; and the pages that hold to it.

use std::fmt::Write;

use jiff::civil::date;
use tsunagi::{
    domain::{
        facility::{FacilityKind, OrganizationKind},
        ids::Id,
        membership::{Term, Way, Wish, way},
    },
    gate::Role,
    web::{Lang, role_word, words},
};
use uuid::Uuid;

use super::{post, somebody, verified};
use crate::support::is_written;

fn given(role: Role, kind: OrganizationKind) -> Option<Way> {
    let day = date(2026, 11, 20);
    let wish = Wish {
        person: Id::from(Uuid::from_u128(1)),
        organization: Id::from(Uuid::from_u128(2)),
        role,
        term: Term::new(day, None).unwrap(),
    };
    way(&wish, kind, &[], day).ok()
}

#[test]
fn the_table_of_roles_is_up_to_date() {
    let mut text = "# どの役割をどこに与えられるか\n\n`src/domain/membership` の規則を表にしたものです。`tests/it/journeys/people/table.rs` が書きます（`UPDATE_DOCS=1`）。\n\n\
                    「1人」は自治体の管理者が1人で与え、「2人」は1人が申し出て別の1人が承認します。空欄は与えられません。\n\n"
        .to_owned();
    let heads = Role::ALL.iter().map(|role| role_word(Lang::Ja, *role)).collect::<Vec<_>>();
    let _ = writeln!(text, "| 施設・組織の種類 | {} |\n|---|{}", heads.join(" | "), ":-:|".repeat(heads.len()));
    let facilities = FacilityKind::ALL.iter().copied().map(OrganizationKind::Facility);
    for kind in OrganizationKind::OFFICES.into_iter().chain(facilities) {
        let cells = Role::ALL.iter().map(|role| match given(*role, kind) {
            Some(Way::AtOnce) => "1人",
            Some(Way::Proposed) => "2人",
            None => "",
        });
        let _ = writeln!(text, "| {} | {} |", words::kind_in_law(Lang::Ja, kind), cells.collect::<Vec<_>>().join(" | "));
    }
    is_written("docs/ROLES.md", &text);
}

#[tokio::test]
async fn the_pages_give_what_the_table_says() {
    let app = verified().await;
    let mut number = 100;
    for place in app.world.places() {
        for role in Role::ALL {
            number += 1;
            let person = somebody(&app, number, "所属　なし", "active").await;
            let answer = app.admin().post(&format!("/people/{person}/memberships"), &post(&place.id.to_string(), *role)).await;
            let count = async |table: &str| {
                app.value::<i64>(&format!("SELECT count(*) FROM hub.{table} WHERE person_id = '{person}'")).await
            };
            let became = (answer.status.as_u16(), count("memberships").await, count("proposals").await);
            let wanted = match given(*role, place.kind) {
                Some(Way::AtOnce) => (303, 1, 0),
                Some(Way::Proposed) => (303, 0, 1),
                None => (422, 0, 0),
            };
            assert_eq!(became, wanted, "{} at {}", role.code(), place.name);
        }
    }
}
