//! The link that lets one person in, sent to their address: the code stands in that one mail and nowhere else.

use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    confirm::Confirm,
    letters::{invitable, why_not},
    views::{self, Fact, page_of},
};
use crate::{
    domain::{
        ids::{Id, Person},
        mail::{Link, Mail},
    },
    gate::PersonFacts,
    store::{
        Tx,
        invitations::{self, Candidate, Way},
        mails, people,
    },
    web::{App, Error, Here, Path, Result, Secret, page, see_other, unprocessable},
};

pub(super) async fn new(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let person = views::person(&app, &mut tx, &here, &facts).await?;
    let (permit, candidate) = invitable(&app, &mut tx, &here, &facts).await?;
    let why = blocked(&app, &mut tx, &here, (&facts, &person), candidate.as_ref()).await?;
    tx.commit(permit.deed().with("step", "form").with("person", id)).await?;
    match why {
        None => page(&form(&app, &here, &person, candidate.as_ref())),
        Some(why) => unprocessable(&form(&app, &here, &person, None).refused(why)),
    }
}

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let person = views::person(&app, &mut tx, &here, &facts).await?;
    let (permit, _) = invitable(&app, &mut tx, &here, &facts).await?;
    invitations::withdraw_older(&mut tx, &permit, &[id]).await?;
    // Looked at again behind the lock: they may have come in by an older code.
    let candidate = invitations::candidates(&mut tx, &permit, Some(&[id])).await?.people.into_iter().next();
    if let Some(why) = blocked(&app, &mut tx, &here, (&facts, &person), candidate.as_ref()).await? {
        // Nothing was sent, so the older code goes on.
        drop(tx);
        let tx = app.tx(&here.actor).await?;
        tx.commit(permit.deed().with("step", "refused").with("person", id)).await?;
        return unprocessable(&form(&app, &here, &person, None).refused(why));
    }
    let code = Secret::code();
    let link = Link::with_code(&app.config.origin_text(), "/enrol", code.text());
    let link = link.ok_or_else(|| Error::internal(anyhow::anyhow!("a code that is none")))?;
    let invitation = invitations::issue(&mut tx, &permit, id, &code.hash(), Way::Mail).await?;
    let until = tx.now() + Way::Mail.life();
    let mail = mails::put(&mut tx, &permit, id, &Mail::Invitation { link, until }, Way::Mail.life()).await?;
    tx.commit(permit.deed().with("person", id).with("invitation", invitation).with("mail", mail)).await?;
    Ok(see_other(&format!("{}?done=mailed", page_of(id))))
}

/// Why no link can be sent.
async fn blocked(
    app: &App,
    tx: &mut Tx,
    here: &Here,
    (facts, person): (&PersonFacts, &people::Person),
    candidate: Option<&Candidate>,
) -> Result<Option<String>> {
    let texts = here.lang.texts();
    Ok(match candidate {
        None => Some(why_not(app, tx, here, facts, person).await?),
        // Whoever writes addresses down could read the mail, and then approve.
        Some(candidate) if candidate.proposed => Some(fl!(texts, "link-not-to-govern")),
        Some(_) if app.config.smtp.is_none() => Some(fl!(texts, "link-mail-is-off")),
        Some(candidate) if candidate.mail.is_empty() => Some(fl!(texts, "link-no-address")),
        Some(_) => None,
    })
}

fn form(app: &App, here: &Here, person: &people::Person, candidate: Option<&Candidate>) -> Confirm {
    let texts = here.lang.texts();
    let confirm = Confirm::new(app, here, person, fl!(texts, "link-title"));
    let Some(candidate) = candidate else { return confirm };
    let hours = Way::Mail.life().as_hours();
    let mut confirm = confirm.doing(fl!(texts, "link-lead", hours = hours), fl!(texts, "link-button"));
    confirm.facts.push(Fact::new(fl!(texts, "people-post"), views::post(here.lang, candidate.role, &candidate.organization_name)));
    confirm.facts.push(Fact::new(fl!(texts, "person-mail"), candidate.mail.clone()));
    confirm
}
