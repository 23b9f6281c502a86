//! 様子の確認の依頼: questions about a child's day, as the facility that was asked answers them.

mod answer;
mod index;

use crate::{
    gate::actions::{AnswerInquiry, ReadSheet},
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app).get("/inquiries", Door::asks::<ReadSheet>(), index::index).post(
        "/inquiries/{day}/{watch}",
        Door::asks::<AnswerInquiry>(),
        answer::create,
    )
}
