//! Stopping a token: at once, for good, and without a passkey in the way.

use axum::extract::State;

use super::list::address;
use crate::{
    domain::ids::{ApiToken, Id, Organization},
    gate::actions,
    store::{organizations, tokens},
    web::{App, Error, Form, Here, Path, Result, see_other},
};

pub(super) async fn create(
    here: Here,
    State(app): State<App>,
    Path((id, token)): Path<(Id<Organization>, Id<ApiToken>)>,
    Form(_): Form,
) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = organizations::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::RevokeToken>(&here.actor, &facts)?;
    let worked = tokens::revoke(&mut tx, &permit, token).await?.ok_or(Error::Hidden)?;
    tx.commit(permit.deed().with("token", token).with("already", !worked)).await?;
    Ok(see_other(&address(id)))
}
