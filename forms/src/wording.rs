//! Text as it can be printed: what the typeface lacks becomes visible, and is listed.

use crate::fonts;

/// Stands for a character that cannot be printed, as on forms since the days of lead type.
const GETA: char = '〓';
/// An invisible place to break a line.
const BREAK: char = '\u{200B}';
/// Letters and digits run on without a place to break; after this many there is one. No host name of a municipality is as long.
const LONGEST_RUN: usize = 40;

/// A character of the text that is not on the paper as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unprinted {
    /// Which sheet, counted from 0 in the order they were asked for.
    pub sheet: usize,
    /// The character as it was written, with the selector of its form if it had one.
    pub character: String,
    /// What the sheet shows.
    pub instead: Instead,
}

/// What stands in the place of a character the typeface does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instead {
    /// 〓, and a line at the foot of the sheet.
    Geta,
    /// The usual form of the character: the typeface has it, but not the form that was asked for.
    UsualForm,
}

/// Takes in the texts of one sheet and remembers what it lacks.
#[derive(Debug)]
pub(crate) struct Wording {
    sheet: usize,
    unprinted: Vec<Unprinted>,
}

impl Wording {
    pub(crate) fn of(sheet: usize) -> Self {
        Self { sheet, unprinted: Vec::new() }
    }

    /// One line of text. Control characters, a line break too, are characters that cannot be printed.
    pub(crate) fn line(&mut self, text: &str) -> String {
        let mut printed = String::with_capacity(text.len());
        let mut run = 0;
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            run = if character.is_ascii_graphic() && character != '/' { run + 1 } else { 0 };
            if run > LONGEST_RUN {
                printed.push(BREAK);
                run = 1;
            }
            let selector = characters.next_if(|next| is_selector(*next));
            let written = || [Some(character), selector].into_iter().flatten().collect::<String>();
            if !printable(character) {
                printed.push(GETA);
                self.note(written(), Instead::Geta);
                continue;
            }
            printed.push(character);
            match selector {
                Some(selector) if fonts::has_variation(character, selector) => printed.push(selector),
                Some(_) => self.note(written(), Instead::UsualForm),
                None => {}
            }
        }
        printed
    }

    /// A text of several lines.
    pub(crate) fn lines(&mut self, text: &str) -> Vec<String> {
        text.lines().map(|line| self.line(line)).collect()
    }

    /// What the sheet says at its foot: the code points behind each 〓, empty when there is none.
    pub(crate) fn footnote(&self) -> String {
        let codes: Vec<_> = self.unprinted.iter().filter(|one| one.instead == Instead::Geta).map(code_points).collect();
        codes.join("、")
    }

    pub(crate) fn into_unprinted(self) -> Vec<Unprinted> {
        self.unprinted
    }

    fn note(&mut self, character: String, instead: Instead) {
        if !self.unprinted.iter().any(|one| one.character == character) {
            self.unprinted.push(Unprinted { sheet: self.sheet, character, instead });
        }
    }
}

/// Archivable text holds no private characters (ISO 19005-2, 6.2.11.7.3) and no byte order mark; neither is a soft hyphen a letter.
fn printable(character: char) -> bool {
    let private = matches!(character, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..);
    let unseen = character.is_control() || matches!(character, '\u{AD}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}');
    !private && !unseen && fonts::has(character)
}

/// The characters that ask for a form of the one before: standardized and ideographic variations.
fn is_selector(character: char) -> bool {
    matches!(character, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

fn code_points(one: &Unprinted) -> String {
    one.character.chars().map(|character| format!("U+{:04X}", u32::from(character))).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(text: &str) -> (String, Vec<(String, Instead)>) {
        let mut wording = Wording::of(3);
        let line = wording.line(text);
        assert!(wording.unprinted.iter().all(|one| one.sheet == 3));
        (line, wording.unprinted.into_iter().map(|one| (one.character, one.instead)).collect())
    }

    #[test]
    fn what_the_typeface_has_stays_as_it_is() {
        for text in ["", "山田 花子", "葛\u{E0100}城 辻\u{E0101}", "濵田 髙﨑 德", "#set text(9pt) *$\\ `~@", "O’Brien"]
        {
            assert_eq!(printed(text), (text.to_owned(), vec![]), "{text}");
        }
    }

    #[test]
    fn what_it_lacks_becomes_visible_and_is_listed_once() {
        let rare = "\u{2B746}田\u{2B746}";
        assert_eq!(printed(rare), ("〓田〓".to_owned(), vec![("\u{2B746}".to_owned(), Instead::Geta)]));
        let form = ("葛\u{E01EF}".to_owned(), Instead::UsualForm);
        assert_eq!(printed("葛\u{E01EF}城"), ("葛城".to_owned(), vec![form]));
        for unseen in ['\n', '\u{202E}', '\u{E000}', '\u{FEFF}', '\u{200B}', '\u{AD}'] {
            assert_eq!(printed(&format!("山{unseen}田")).0, "山〓田", "{unseen:?}");
        }
    }

    #[test]
    fn the_footnote_names_what_stands_behind_the_geta() {
        let mut wording = Wording::of(0);
        wording.line("\u{2B746}\u{202E}葛\u{E01EF}");
        assert_eq!(wording.footnote(), "U+2B746、U+202E");
    }

    #[test]
    fn a_long_run_of_letters_can_be_broken() {
        let (line, unprinted) = printed(&"x".repeat(130));
        assert_eq!(line.replace(BREAK, ""), "x".repeat(130));
        assert_eq!(line.matches(BREAK).count(), 3);
        assert!(unprinted.is_empty());
    }
}
