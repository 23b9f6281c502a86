//! 職員: who works where as what, how they come in, and who decides on rights over others.

mod approval;
mod confirm;
mod conflict;
mod draft;
mod edit;
mod ending;
mod everybody;
mod invitations;
mod leaving;
mod letters;
mod links;
mod list;
mod memberships;
mod new;
mod proposals;
mod reinstatement;
mod sessions;
mod show;
mod suspension;
mod views;

use crate::{
    gate::actions,
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app)
        .get("/people", Door::asks::<actions::ListPeople>(), list::index)
        .post("/people/search", Door::asks::<actions::ListPeople>(), list::search)
        .get("/people/new", Door::asks::<actions::CreatePerson>(), new::new)
        .post("/people", Door::asks::<actions::CreatePerson>(), new::create)
        .get("/people/proposals", Door::asks::<actions::ListPeople>(), proposals::index)
        .get("/people/{person}", Door::asks::<actions::ReadPerson>(), show::show)
        .get("/people/{person}/edit", Door::asks::<actions::EditPerson>(), edit::edit)
        .post("/people/{person}/edit", Door::asks::<actions::EditPerson>(), edit::update)
        .merge(invitation_routes(app))
        .merge(right_routes(app))
}

fn invitation_routes(app: &App) -> Routes {
    let invites = Door::asks::<actions::InvitePeople>();
    Routes::new(app)
        .get("/people/invitations", Door::asks::<actions::ListPeople>(), invitations::index)
        .get("/people/invitations/new", invites, invitations::new)
        .post("/people/invitations", invites, invitations::create)
        .get("/people/{person}/invitation", invites, letters::new)
        .post("/people/{person}/invitation", invites, letters::create)
        .get("/people/{person}/invitation/link", invites, links::new)
        .post("/people/{person}/invitation/link", invites, links::create)
        .post(
            "/people/{person}/invitations/{invitation}/revocation",
            Door::asks::<actions::RevokeInvitation>(),
            invitations::revoke,
        )
}

fn right_routes(app: &App) -> Routes {
    let grants = Door::asks::<actions::GrantMembership>();
    let ends = Door::asks::<actions::EndMembership>();
    let suspends = Door::asks::<actions::SuspendPerson>();
    let reinstates = Door::asks::<actions::ReinstatePerson>();
    let ends_sessions = Door::asks::<actions::EndSessions>();
    let ends_all = Door::asks::<actions::EndAllSessions>();
    let decides = Door::asks::<actions::DecideProposal>();
    Routes::new(app)
        .get("/people/everybody-out", ends_all, everybody::new)
        .post("/people/everybody-out", ends_all, everybody::create)
        .get("/people/{person}/memberships/new", grants, memberships::new)
        .post("/people/{person}/memberships", grants, memberships::create)
        .get("/people/{person}/memberships/{membership}/ending", ends, ending::new)
        .post("/people/{person}/memberships/{membership}/ending", ends, ending::create)
        .get("/people/{person}/leaving", ends, leaving::new)
        .post("/people/{person}/leaving", ends, leaving::create)
        .get("/people/{person}/suspension", suspends, suspension::new)
        .post("/people/{person}/suspension", suspends, suspension::create)
        .get("/people/{person}/reinstatement", reinstates, reinstatement::new)
        .post("/people/{person}/reinstatement", reinstates, reinstatement::create)
        .post("/people/{person}/sessions/ending", ends_sessions, sessions::end_all)
        .post("/people/{person}/sessions/{session}/ending", ends_sessions, sessions::end)
        .get("/people/{person}/proposals/{proposal}", decides, approval::show)
        .post("/people/{person}/proposals/{proposal}", decides, proposals::decide)
}
