//! The roster of a request: whose it is, the permit for it, and its file read again.

use crate::{
    domain::{
        ids::{Id, RosterImport},
        roster::{self, Assessment, Decoded, KnownFacility, MappingRefusal, Watched},
    },
    gate::{Permit, actions},
    store::{
        Tx,
        imports::{self, Import, Reading},
        organizations, requests,
    },
    web::{App, Error, Here, Result},
};

/// Leave to go on with this roster; one of another office is not there.
pub(super) async fn permit(
    app: &App,
    here: &Here,
    tx: &mut Tx,
    id: Id<RosterImport>,
) -> Result<(Permit<actions::ImportRequests>, Import)> {
    let office = imports::owner(tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::ImportRequests>(&here.actor, &office)?;
    let import = imports::read(tx, &permit, id).await?.ok_or(Error::Hidden)?;
    Ok((permit, import))
}

/// Reads a file in the encoding chosen for it, away from the threads that serve pages: a workbook may take a second.
pub(super) async fn decode(file: Vec<u8>, reading: &Reading) -> Result<Decoded, Error> {
    let encoding = reading.encoding;
    let decoded = tokio::task::spawn_blocking(move || roster::decode_as(&file, encoding)).await.map_err(Error::internal)?;
    decoded.map_err(|refusal| Error::internal(anyhow::anyhow!("a stored roster cannot be read: {refusal}")))
}

/// What the rows are held against.
pub(super) struct World {
    facilities: Vec<KnownFacility>,
    watched: Vec<Watched>,
    today: jiff::civil::Date,
}

impl World {
    pub(super) async fn read(app: &App, here: &Here, tx: &mut Tx, permit: &Permit<actions::ImportRequests>) -> Result<Self> {
        let scope = app.gate.scope::<actions::ImportRequests>(&here.actor, &here.place())?;
        let facilities = organizations::facilities(tx, &scope).await?.into_iter();
        let facilities = facilities.map(organizations::Facility::known).collect();
        Ok(Self { facilities, watched: requests::watched(tx, permit).await?, today: tx.today() })
    }

    /// What would become of every row.
    pub(super) async fn assess(
        self,
        decoded: Decoded,
        reading: &Reading,
    ) -> Result<std::result::Result<Assessment, Vec<MappingRefusal>>> {
        let mapping = reading.mapping.clone();
        let work = move || roster::assess(&decoded.table, &mapping, &self.facilities, &self.watched, self.today);
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)
    }
}
