//! The typeface of all forms in its two weights, inside the program; `fonts/README.md` says which and whose.

use std::sync::LazyLock;

use ttf_parser::Face;
use typst::{
    foundations::Bytes,
    text::{Font, FontBook},
    utils::LazyHash,
};

const FILES: [&[u8]; 2] = [include_bytes!("../fonts/BIZUDPGothic-Regular.ttf"), include_bytes!("../fonts/BIZUDPGothic-Bold.ttf")];

static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| FILES.iter().filter_map(|file| Font::new(Bytes::new(*file), 0)).collect());
static BOOK: LazyLock<LazyHash<FontBook>> = LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));
static FACES: LazyLock<Vec<Face<'static>>> = LazyLock::new(|| FILES.iter().filter_map(|file| Face::parse(file, 0).ok()).collect());

/// What the typesetter chooses from.
pub(crate) fn book() -> &'static LazyHash<FontBook> {
    &BOOK
}

/// The font at its place in the book.
pub(crate) fn font(index: usize) -> Option<Font> {
    FONTS.get(index).cloned()
}

/// Whether every weight has a glyph for the character.
pub(crate) fn has(character: char) -> bool {
    !FACES.is_empty() && FACES.iter().all(|face| face.glyph_index(character).is_some())
}

/// Whether every weight knows this form of the character.
pub(crate) fn has_variation(character: char, selector: char) -> bool {
    !FACES.is_empty() && FACES.iter().all(|face| face.glyph_variation_index(character, selector).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_weights_are_there_and_know_names() {
        assert_eq!((FONTS.len(), FACES.len()), (2, 2));
        assert!(book().contains_family("biz udpgothic"));
        for character in "山髙﨑邉辻神〓□A0".chars() {
            assert!(has(character), "{character}");
        }
        assert!(has_variation('葛', '\u{E0100}'));
        assert!(!has('𠮷'));
        assert!(!has_variation('葛', '\u{E01EF}'));
    }
}
