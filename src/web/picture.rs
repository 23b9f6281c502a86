//! Pictures of numbers: bars as inline SVG, computed here and drawn by `parts/bars.html`. What a part is, is said by a letter, a
//! filling and a border; what the picture shows, by its description and by the table beside it.

/// How wide a picture is in its own units; narrow enough that its words stay readable on a telephone.
const WIDTH: usize = 280;
/// From one bar to the next: a line of words, the bar, air.
const STEP: usize = 44;
/// A part narrower than this has no room for its letter.
const LETTER: usize = 16;
/// What is not nothing is seen.
const LEAST: usize = 3;

/// One part of a bar: what the styles select by, its letter, its number.
#[derive(Debug, Clone)]
pub struct Part {
    pub kind: &'static str,
    pub letter: String,
    pub value: usize,
}

/// A bar: its name, its number in words, and its parts from the left.
#[derive(Debug, Clone)]
pub struct Bar {
    pub label: String,
    pub number: String,
    pub parts: Vec<Part>,
}

/// `parts/bars.html`.
#[derive(Debug)]
pub struct Bars {
    /// Makes the ids of title and description the page's own.
    pub id: &'static str,
    pub title: String,
    /// The finding, in a sentence.
    pub finding: String,
    pub width: usize,
    pub height: usize,
    pub rows: Vec<Row>,
}

#[derive(Debug)]
pub struct Row {
    pub words_y: usize,
    pub bar_y: usize,
    pub label: String,
    pub number: String,
    pub parts: Vec<Drawn>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Drawn {
    pub kind: &'static str,
    pub x: usize,
    pub width: usize,
    /// Where the letter stands, if there is room for it.
    pub letter: Option<(usize, String)>,
}

impl Bars {
    /// All bars to one scale: the longest takes the whole width.
    pub fn new(id: &'static str, title: String, finding: String, bars: Vec<Bar>) -> Self {
        let most = bars.iter().map(total).max().unwrap_or(0);
        let height = bars.len() * STEP;
        let row = |(place, bar): (usize, Bar)| Row {
            words_y: place * STEP + 14,
            bar_y: place * STEP + 20,
            parts: draw(&bar.parts, most),
            label: bar.label,
            number: bar.number,
        };
        Self { id, title, finding, width: WIDTH, height, rows: bars.into_iter().enumerate().map(row).collect() }
    }
}

fn total(bar: &Bar) -> usize {
    bar.parts.iter().map(|part| part.value).sum()
}

fn draw(parts: &[Part], most: usize) -> Vec<Drawn> {
    let mut drawn = Vec::with_capacity(parts.len());
    let mut x = 0;
    for part in parts.iter().filter(|part| part.value > 0) {
        let width = (part.value * WIDTH / most.max(1)).max(LEAST).min(WIDTH.saturating_sub(x));
        let letter = (width >= LETTER && !part.letter.is_empty()).then(|| (x + width / 2, part.letter.clone()));
        drawn.push(Drawn { kind: part.kind, x, width, letter });
        x += width;
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::{Bar, Bars, Part, WIDTH};

    fn bar(values: &[usize]) -> Bar {
        let parts = values.iter().map(|value| Part { kind: "plain", letter: "超".to_owned(), value: *value }).collect();
        Bar { label: String::new(), number: String::new(), parts }
    }

    fn widths(bars: &Bars, row: usize) -> Vec<(usize, usize)> {
        bars.rows[row].parts.iter().map(|part| (part.x, part.width)).collect()
    }

    #[test]
    fn bars_share_one_scale_and_the_longest_fills_it() {
        let bars = Bars::new("x", String::new(), String::new(), vec![bar(&[6, 2]), bar(&[2, 0]), bar(&[])]);
        assert_eq!(widths(&bars, 0), [(0, 210), (210, 70)]);
        assert_eq!(widths(&bars, 1), [(0, 70)], "nothing is not drawn");
        assert_eq!(widths(&bars, 2), []);
        assert_eq!((bars.width, bars.height), (WIDTH, 132));
    }

    #[test]
    fn one_of_very_many_is_still_seen_and_nothing_leaves_the_picture() {
        let bars = Bars::new("x", String::new(), String::new(), vec![bar(&[10_000, 1]), bar(&[1])]);
        assert!(widths(&bars, 0).iter().all(|(x, width)| x + width <= WIDTH));
        assert_eq!(widths(&bars, 1), [(0, 3)]);
        assert!(bars.rows[1].parts[0].letter.is_none(), "no letter where there is no room");
        assert_eq!(bars.rows[0].parts[0].letter, Some((139, "超".to_owned())));
    }

    #[test]
    fn nothing_at_all_is_an_empty_picture() {
        assert_eq!(Bars::new("x", String::new(), String::new(), vec![bar(&[0])]).rows[0].parts, []);
    }
}
