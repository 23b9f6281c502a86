//! 出欠の連携: attendance that schools' systems deliver, and what they are told.

mod answer;
mod batch;
mod create;
mod problem;

use utoipa::OpenApi;

use crate::{
    gate::actions,
    web::{App, Door, Routes},
};

/// This room's part of the description of the API.
#[derive(Debug, OpenApi)]
#[openapi(paths(create::create), components(schemas(batch::Batch, batch::Row, answer::Answer, answer::Line, crate::web::Problem)))]
pub struct Described;

pub fn routes(app: &App) -> Routes {
    use axum::handler::Handler;
    let deliver = create::create.layer(batch::body_limit());
    Routes::new(app).post("/api/v1/attendance", Door::client::<actions::SendAttendance>(), deliver)
}
