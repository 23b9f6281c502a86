//! 支援措置: the mark beside a protected child's name, and what leaves the office without saying where the child is.

use i18n_embed_fl::fl;

use super::{Choice, Fields, Lang};

/// The name on the office's pages, marked where nobody may be told whereabouts. Facilities are never shown the mark.
pub fn marked(lang: Lang, name: &str, protected: bool) -> String {
    if protected { fl!(lang.texts(), "protection-named", name = name) } else { name.to_owned() }
}

/// Whether somebody has ticked that a file or a paper shall say it all the same.
pub fn reveals(asked: &Fields) -> bool {
    asked.get("reveal") == "1"
}

/// The box to tick.
pub fn tick(lang: Lang) -> Vec<Choice> {
    vec![Choice { value: "1".to_owned(), label: fl!(lang.texts(), "protection-reveal"), chosen: false, asks: false }]
}

/// What stands in the file instead, in Japanese whatever the language of the page: the file goes to other people.
pub fn hidden() -> String {
    fl!(Lang::Ja.texts(), "protection-hidden")
}
