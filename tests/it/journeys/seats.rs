//! Whose streams go on: the database's word on each seat, condition by condition.

use tsunagi::{
    gate::Role,
    store::sessions::{self, Seat},
};

use crate::support::{Staff, TestApp};

/// Where a staff member listens, as they signed in.
fn seat(app: &TestApp, staff: &Staff) -> Seat {
    let ward = if app.world.centre.staff(Role::Caseworker).session == staff.session { app.world.ward } else { app.other.ward };
    Seat { ward, session: staff.session, membership: staff.membership, role: staff.role, address: None }
}

#[tokio::test]
async fn a_seat_is_held_as_long_as_everything_is_as_it_was() {
    let app = TestApp::new().await;
    let [staff, other] = [&app.world, &app.other].map(|world| world.centre.staff(Role::Caseworker));
    // The one of another ward comes first, and mine twice: from two addresses.
    let mine = seat(&app, staff);
    let again = Seat { address: Some("192.0.2.1".parse().unwrap()), ..mine };
    let seats = [seat(&app, other), mine, again];
    let living = async || -> Vec<Seat> {
        let mut living: Vec<_> = sessions::living(&app.app.db, &seats, app.app.clock.today()).await.unwrap();
        living.sort_by_key(|it| seats.iter().position(|seat| *seat == it.seat));
        living.into_iter().map(|it| it.seat).collect()
    };
    assert_eq!(living().await, seats);

    let (session, membership, person) = (staff.session, staff.membership, staff.person);
    let session = |set: &str| format!("UPDATE hub.sessions SET {set} WHERE id = '{session}'");
    let membership = |set: &str| format!("UPDATE hub.memberships SET {set} WHERE id = '{membership}'");
    let person = |set: &str| format!("UPDATE hub.people SET {set} WHERE id = '{person}'");
    let office = |set: &str| format!("UPDATE hub.organizations SET {set} WHERE id = '{}'", app.world.centre.id);
    let chosen = format!("membership_id = '{}'", staff.membership);
    let changes = [
        (session("ended_at = seen_at"), session("ended_at = NULL")),
        (session("locked_at = seen_at"), session("locked_at = NULL")),
        (session("membership_id = NULL"), session(&chosen)),
        (membership("role = 'supervisor'"), membership("role = 'caseworker'")),
        (membership("suspended_at = '2026-11-20T00:00:00Z'"), membership("suspended_at = NULL")),
        (membership("until_on = '2026-11-19'"), membership("until_on = NULL")),
        (membership("from_on = '2026-11-21'"), membership("from_on = '2020-04-01'")),
        (person("status = 'suspended'"), person("status = 'active'")),
        (office("closed_on = '2026-11-20'"), office("closed_on = NULL")),
        (office("opened_on = '2026-11-21'"), office("opened_on = '2020-04-01'")),
        (office("sign_in = 'provider'"), office("sign_in = 'any'")),
    ];
    for (change, back) in changes {
        app.run(&change).await;
        assert_eq!(living().await, [seats[0]], "{change}");
        app.run(&back).await;
        assert_eq!(living().await, seats, "{back}");
    }
    let came_otherwise = format!("{}; {}", session("method = 'provider'"), office("sign_in = 'provider'"));
    app.run(&came_otherwise).await;
    assert_eq!(living().await, seats, "it came in as the office asks");
}

#[tokio::test]
async fn a_seat_is_not_another_s() {
    let app = TestApp::new().await;
    let [worker, supervisor] = [Role::Caseworker, Role::Supervisor].map(|role| app.world.centre.staff(role));
    let mine = seat(&app, worker);
    let strange = [
        Seat { role: Role::Supervisor, ..mine },
        Seat { membership: supervisor.membership, ..mine },
        Seat { session: supervisor.session, ..mine },
        Seat { ward: app.other.ward, ..mine },
    ];
    let living = sessions::living(&app.app.db, &strange, app.app.clock.today()).await.unwrap();
    assert!(living.is_empty(), "{living:?}");
}
