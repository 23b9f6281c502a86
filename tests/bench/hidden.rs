//! Whether time tells a child of another facility from no child at all (security A5): both asked for in turns.

use std::time::Instant;

use tsunagi::domain::ids::Id;
use uuid::Uuid;

use crate::{
    client::Client,
    ground::{CHILDREN, Ground, id, token},
    median,
};

/// How many of each.
const TIMES: usize = 1000;

/// The median answer in milliseconds for what is another's, and for what is not there.
pub(crate) async fn run(ground: &Ground) -> anyhow::Result<(f64, f64)> {
    let mut client = Client::connect(ground.address).await?;
    let (mut others, mut nowhere) = (Vec::new(), Vec::new());
    for n in 0..TIMES {
        let theirs = id(6, CHILDREN + n % 1000);
        others.push(ask(&mut client, &theirs).await?);
        nowhere.push(ask(&mut client, &Id::<Uuid>::random().to_string()).await?);
    }
    Ok((median(others), median(nowhere)))
}

async fn ask(client: &mut Client, watch: &str) -> anyhow::Result<f64> {
    let begun = Instant::now();
    let status = client.get(&format!("/sheet/reports/{watch}"), &token(0)).await?;
    anyhow::ensure!(status == 404, "a hidden child answered {status}");
    Ok(begun.elapsed().as_secs_f64() * 1000.0)
}
