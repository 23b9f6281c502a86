//! The words for reasons, judgements and how an opening stands.

use i18n_embed_fl::fl;

use crate::{
    domain::opening::{FEWEST, Judgement, Lack, Reason, Refusal, Standing},
    web::Lang,
};

pub(super) fn reason(lang: Lang, reason: Reason) -> String {
    let texts = lang.texts();
    match reason {
        Reason::Inquiry => fl!(texts, "emergency-reason-inquiry"),
        Reason::Danger => fl!(texts, "emergency-reason-danger"),
        Reason::Other => fl!(texts, "emergency-reason-other"),
    }
}

pub(super) fn judgement(lang: Lang, judgement: Judgement) -> String {
    let texts = lang.texts();
    match judgement {
        Judgement::Proper => fl!(texts, "emergency-judgement-proper"),
        Judgement::Doubtful => fl!(texts, "emergency-judgement-doubtful"),
    }
}

/// How it stands, and the tone of its pill.
pub(super) fn standing(lang: Lang, standing: Standing) -> (String, &'static str) {
    let texts = lang.texts();
    match standing {
        Standing::Waiting => (fl!(texts, "emergency-standing-waiting"), "wait"),
        Standing::Confirmed => (fl!(texts, "emergency-standing-confirmed"), "done"),
        Standing::Review => (fl!(texts, "emergency-standing-review"), "gap"),
        Standing::Judged => (fl!(texts, "emergency-standing-judged"), "done"),
        Standing::Doubtful => (fl!(texts, "emergency-standing-doubtful"), "gap"),
    }
}

/// Why it was not done.
pub(super) fn refusal(lang: Lang, refusal: Refusal) -> String {
    let texts = lang.texts();
    match refusal {
        Refusal::Over => fl!(texts, "emergency-refused-over"),
        Refusal::TooLate => fl!(texts, "emergency-refused-late"),
        Refusal::Already => fl!(texts, "emergency-refused-already"),
        Refusal::NotYet => fl!(texts, "emergency-refused-not-yet"),
    }
}

/// What is to be mended in a text of the named field.
pub(super) fn lack(lang: Lang, field: String, lack: Lack) -> String {
    let texts = lang.texts();
    match lack {
        Lack::Missing => fl!(texts, "error-required", field = field),
        Lack::TooShort => fl!(texts, "emergency-error-short", field = field, fewest = FEWEST),
        Lack::TooLong { written, most } => fl!(texts, "error-too-long", field = field, max = most, now = written),
        Lack::Unprintable => fl!(texts, "error-characters-hidden", field = field),
    }
}
