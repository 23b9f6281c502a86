//! Codes that nobody has used yet, and letters for everybody of an organization who cannot sign in.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    letters,
    views::{self, page_of, place_choices},
};
use crate::{
    domain::ids::{Id, Invitation, Organization, Person},
    gate::actions,
    store::{
        Tx,
        invitations::{self, Candidates, Way},
        organizations, people,
        people::memberships,
    },
    web::{
        App, Error, ErrorLine, Field, Form, Frame, Here, Pager, Paging, Path, Result, page, role_word, see_other, unprocessable,
        words,
    },
};

#[derive(Debug, Template)]
#[template(path = "hub/people/invitations.html")]
struct List {
    frame: Frame,
    pager: Pager,
    rows: Vec<InvitationRow>,
}

#[derive(Debug)]
struct InvitationRow {
    person_href: String,
    person: String,
    way: String,
    made: String,
    expires: String,
    expired: bool,
    revoke: String,
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let asked = here.query();
    let paging = Paging::read(Some(asked.get("page")));
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ListPeople>(&here.actor, &here.place())?;
    let open = invitations::open(&mut tx, &scope, (paging.limit(), paging.offset())).await?;
    let now = tx.now();
    tx.commit(scope.deed().with("invitations", open.len())).await?;
    let (lang, texts) = (here.lang, here.lang.texts());
    let mut rows: Vec<_> = open
        .into_iter()
        .map(|one| InvitationRow {
            person_href: page_of(one.person),
            person: one.name,
            way: views::way(lang, &one.way),
            made: words::moment(lang, one.created_at),
            expires: words::moment(lang, one.expires_at),
            expired: one.expires_at <= now,
            revoke: format!("/people/{}/invitations/{}/revocation", one.person, one.id),
        })
        .collect();
    let pager = Pager::new(paging, &mut rows, "/people/invitations", lang);
    let flash = (asked.get("done") == "revoked").then(|| fl!(texts, "invitation-revoked"));
    page(&List {
        frame: Frame::here(&app, &here, fl!(texts, "invitations-title"))
            .with_crumb("/people", fl!(texts, "people-title"))
            .with_flash(flash),
        pager,
        rows,
    })
}

#[derive(Debug, Template)]
#[template(path = "hub/people/invite.html")]
struct Invite {
    frame: Frame,
    errors: Vec<ErrorLine>,
    organization: Field,
    /// What is said once an organization is chosen.
    chosen: Option<Chosen>,
    days: i64,
}

#[derive(Debug)]
struct Chosen {
    id: String,
    name: String,
    people: Vec<CandidateRow>,
    /// How many more need a letter than one time prints.
    left: i64,
}

#[derive(Debug)]
struct CandidateRow {
    href: String,
    name: String,
    role: String,
}

/// The form, with whom letters would be printed for.
async fn form(app: &App, tx: &mut Tx, here: &Here, typed: &str, chosen: Option<&Candidates>) -> Result<Invite> {
    let texts = here.lang.texts();
    let places = memberships::places(tx, &here.actor).await?;
    let place = places.iter().find(|place| place.id.to_string() == typed);
    let chosen = place.zip(chosen).map(|(place, candidates)| Chosen {
        id: place.id.to_string(),
        name: place.name.clone(),
        left: candidates.left,
        people: candidates
            .people
            .iter()
            .map(|one| CandidateRow { href: page_of(one.person), name: one.name.clone(), role: role_word(here.lang, one.role) })
            .collect(),
    });
    Ok(Invite {
        frame: Frame::here(app, here, fl!(texts, "invite-title")).with_crumb("/people", fl!(texts, "people-title")),
        errors: Vec::new(),
        organization: Field::required("organization", typed).with_choices(place_choices(
            here.lang,
            fl!(texts, "field-choose"),
            &places,
        )),
        chosen,
        days: Way::Letter.life().as_hours() / 24,
    })
}

pub(super) async fn new(here: Here, State(app): State<App>) -> Result {
    let asked = here.query();
    let typed = asked.get("organization");
    let mut tx = app.tx(&here.actor).await?;
    let own = app.gate.permit::<actions::InvitePeople>(&here.actor, &here.place())?;
    let (permit, candidates) = match typed.parse::<Id<Organization>>() {
        Ok(id) => {
            let facts = organizations::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
            let permit = app.gate.permit::<actions::InvitePeople>(&here.actor, &facts)?;
            let candidates = invitations::candidates(&mut tx, &permit, None).await?;
            (permit, Some(candidates))
        }
        Err(_) => (own, None),
    };
    let template = form(&app, &mut tx, &here, typed, candidates.as_ref()).await?;
    tx.commit(permit.deed().with("step", "form").with("people", candidates.map_or(0, |found| found.people.len()))).await?;
    page(&template)
}

pub(super) async fn create(here: Here, State(app): State<App>, Form(fields): Form) -> Result {
    let typed = fields.get("organization");
    let mut tx = app.tx(&here.actor).await?;
    let own = app.gate.permit::<actions::InvitePeople>(&here.actor, &here.place())?;
    let Ok(id) = typed.parse::<Id<Organization>>() else {
        let mut template = form(&app, &mut tx, &here, typed, None).await?;
        let label = fl!(here.lang.texts(), "people-organization");
        template.organization.error = Some(fl!(here.lang.texts(), "error-choose", field = label));
        template.errors = ErrorLine::of([&template.organization]);
        tx.commit(own.deed().with("step", "refused")).await?;
        return unprocessable(&template);
    };
    let facts = organizations::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::InvitePeople>(&here.actor, &facts)?;
    let candidates = invitations::candidates(&mut tx, &permit, None).await?.people;
    if candidates.is_empty() {
        let mut template = form(&app, &mut tx, &here, typed, Some(&Candidates::default())).await?;
        template.errors = vec![ErrorLine { href: "#organization".to_owned(), text: fl!(here.lang.texts(), "invite-nobody") }];
        tx.commit(permit.deed().with("step", "refused")).await?;
        return unprocessable(&template);
    }
    drop(tx);
    letters::send(&app, &here, &permit, candidates, &format!("/people/invitations/new?organization={id}")).await
}

pub(super) async fn revoke(
    here: Here,
    State(app): State<App>,
    Path((id, invitation)): Path<(Id<Person>, Id<Invitation>)>,
    Form(fields): Form,
) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::RevokeInvitation>(&here.actor, &facts)?;
    // One that was used, taken back or nobody's opens nothing: the page says which are left.
    let done = invitations::revoke(&mut tx, &permit, invitation).await?;
    tx.commit(permit.deed().with("invitation", invitation).with("revoked", u64::from(done))).await?;
    let back = if fields.get("back") == "list" { "/people/invitations".to_owned() } else { page_of(id) };
    Ok(see_other(&format!("{back}?done=revoked")))
}
