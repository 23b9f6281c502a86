//! The operator's way out: for the last admin by a written form, and beside the only other one.

use tsunagi::{
    domain::ids::{Id, Person},
    gate::Role,
    work::recovery::{Made, Refused, Wanted, recover_admin},
};

use super::{admin, ask, reasons, redeem};
use crate::support::{Authenticator, TestApp};

async fn operate(app: &TestApp, person: &str, form: &str) -> Result<Made, Refused> {
    let wanted = Wanted { ward: "99001", person, form };
    recover_admin(&app.app.db, &app.app.gate, &app.app.clock, &wanted).await
}

fn last_admin(app: &TestApp) -> (String, Id<Person>) {
    let staff = app.world.root.staff(Role::WardAdmin);
    (staff.name.clone(), staff.person)
}

#[tokio::test]
async fn the_last_admin_comes_back_by_a_written_form_a_day_later() {
    let app = TestApp::new().await;
    let (name, person) = last_admin(&app);
    app.run(&format!("UPDATE hub.people SET staff_code = '1001' WHERE id = '{person}'")).await;
    for (person, form) in [("だれか", "F-1"), (app.world.centre.staff(Role::Supervisor).name.as_str(), "F-1")] {
        assert!(matches!(operate(&app, person, form).await, Err(Refused::Person)));
    }
    for form in ["", "番号", "A/B", "123456789012345678901"] {
        assert!(matches!(operate(&app, &name, form).await, Err(Refused::Form)), "{form}");
    }
    let made = operate(&app, "1001", "F-1").await.unwrap();
    assert_eq!(made.person, name);
    redeem(&app, made.code.text(), &mut Authenticator::new(1)).await.expect(422);
    assert_eq!(reasons(&app).await, ["early_recovery"]);
    app.at("2026-11-21T09:00");
    redeem(&app, made.code.text(), &mut Authenticator::new(1)).await.expect(200);
    let deeds = app.sql("SELECT principal, detail FROM hub.trail WHERE action = 'recoverAdmin'").await;
    assert_eq!((deeds.len(), &deeds[0]["principal"], &deeds[0]["detail"]["form"]), (1, &"commandLine".into(), &"F-1".into()));
    assert!(!deeds[0].to_string().contains(&name) && !deeds[0].to_string().contains(made.code.text()));

    assert!(matches!(operate(&app, "1001", "F-1").await, Err(Refused::FormUsed(_))), "a form is for one recovery");
    // A second form replaces what was under way.
    let first = operate(&app, "1001", "F-2").await.unwrap();
    operate(&app, "1001", "F-3").await.unwrap();
    app.at("2026-11-22T09:00");
    redeem(&app, first.code.text(), &mut Authenticator::new(2)).await.expect(422);
}

#[tokio::test]
async fn the_command_is_refused_where_there_are_others_to_do_it() {
    let app = TestApp::new().await;
    let (name, person) = last_admin(&app);
    let (second, _) = admin(&app, 2).await;
    assert!(matches!(operate(&app, &name, "F-1").await, Err(Refused::AskFirst)));
    ask(&second, person).await.expect(303);
    let made = operate(&app, &name, "F-1").await.unwrap();
    app.at("2026-11-21T09:00");
    redeem(&app, made.code.text(), &mut Authenticator::new(1)).await.expect(200);

    app.refresh_sessions().await;
    admin(&app, 3).await;
    app.verify_everybody().await;
    ask(&second, person).await.expect(303);
    assert!(matches!(operate(&app, &name, "F-2").await, Err(Refused::Enough(2))));
    app.run("UPDATE hub.people SET status = 'left' WHERE display_name = '架空 管理3'").await;
    operate(&app, &name, "F-2").await.unwrap();
}
