//! Trying the settings: the service is asked what it says of itself, and only one that answers well is used.

use axum::extract::State;

use super::{
    settings::{self, Said},
    words,
};
use crate::{
    gate::actions,
    store::providers,
    web::{App, Here, Result, see_other},
};

pub(super) async fn create(here: Here, State(app): State<App>) -> Result {
    let permit = app.gate.permit::<actions::EditSecurity>(&here.actor, &here.place())?;
    let mut tx = app.tx(&here.actor).await?;
    let provider = providers::find(&mut tx, &here.actor).await?;
    drop(tx);
    let relying = provider.as_ref().and_then(|provider| super::relying(&app, provider));
    // No connection of the database is held while another machine is waited for.
    let said = match &relying {
        None => Said::NotAllowed,
        Some(relying) => match app.providers.test(&relying.issuer, app.clock.now()).await {
            Ok(()) => Said::Good,
            Err(trouble) => {
                tracing::warn!(%trouble, "the sign-in service was tried and cannot be used");
                Said::Bad(words::trouble(here.lang, &trouble))
            }
        },
    };
    let mut tx = app.tx(&here.actor).await?;
    if let (Said::Good, Some(provider)) = (&said, provider) {
        let held = providers::set_tested(&mut tx, &permit, provider.revision).await?;
        tx.commit(permit.deed().with("provider", "tried").with("revision", provider.revision)).await?;
        return Ok(see_other(if held { "/provider?done=tested" } else { "/provider?done=changed" }));
    }
    settings::untried(&app, &here, tx, &permit, said).await
}
