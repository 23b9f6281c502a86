//! Reads a PDF back with a reader of its own: what it says, and how it looks.
#![expect(clippy::unwrap_used, reason = "a failed step of a test ends it where it happened")]

use std::sync::Arc;

use hayro::{
    RenderCache, RenderSettings,
    hayro_interpret::{
        BlendMode, ClipPath, Context, Device, GlyphDrawMode, Image, InterpreterCache, InterpreterSettings, Paint, PathDrawMode,
        SoftMask, font::Glyph, interpret_page,
    },
    hayro_syntax::Pdf,
    render,
    vello_cpu::{
        color::palette::css::WHITE,
        kurbo::{Affine, BezPath, Rect},
    },
};

/// A document open for reading.
pub(crate) struct Reader {
    bytes: Vec<u8>,
    pdf: Pdf,
}

impl Reader {
    pub(crate) fn open(bytes: &[u8]) -> Self {
        assert!(bytes.starts_with(b"%PDF-"));
        Self { bytes: bytes.to_vec(), pdf: Pdf::new(Arc::new(bytes.to_vec())).unwrap() }
    }

    pub(crate) fn pages(&self) -> usize {
        self.pdf.pages().len()
    }

    /// Width and height in points.
    pub(crate) fn size(&self, page: usize) -> (f32, f32) {
        self.pdf.pages()[page].render_dimensions()
    }

    /// What the glyphs of a page say, in the order they are drawn, without spaces and invisible places to break a line.
    pub(crate) fn text(&self, page: usize) -> String {
        let page = &self.pdf.pages()[page];
        let cache = InterpreterCache::new();
        let area = Rect::new(0.0, 0.0, 1000.0, 1000.0);
        let mut context = Context::new(Affine::IDENTITY, area, &cache, page.xref(), InterpreterSettings::default());
        let mut listener = Listener::default();
        interpret_page(page, &mut context, &mut listener);
        listener.text.replace([' ', '\u{A0}', '\u{3000}', '\u{200B}'], "")
    }

    /// Every QR code in the right half of the page, below the boxes of the code's letters, which look like another one; read from pictures of
    /// it: as a telephone moves until it has read it, the scale changes.
    pub(crate) fn qr_codes(&self, page: usize) -> Vec<String> {
        [4.0, 5.0, 6.0, 3.0].into_iter().find_map(|scale| self.photographed(page, scale)).unwrap_or_default()
    }

    /// `None` where one of them cannot be read at this scale.
    fn photographed(&self, page: usize, scale: f32) -> Option<Vec<String>> {
        let settings = RenderSettings { x_scale: scale, y_scale: scale, bg_color: WHITE, ..RenderSettings::default() };
        let picture = render(&self.pdf.pages()[page], &RenderCache::new(), &InterpreterSettings::default(), &settings);
        let (width, height) = (usize::from(picture.width()), usize::from(picture.height()));
        let (left, top) = (width * 6 / 10, height * 43 / 100);
        let green = |x: usize, y: usize| picture.data()[(top + y) * width + left + x].g;
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width - left, height - top, green);
        let read: Option<Vec<_>> = prepared.detect_grids().iter().map(|grid| grid.decode().ok().map(|(_, text)| text)).collect();
        read.filter(|codes| !codes.is_empty())
    }

    /// A property of the metadata packet (XMP), such as `pdfaid:part`.
    pub(crate) fn property(&self, name: &str) -> Option<String> {
        let text = String::from_utf8_lossy(&self.bytes);
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        rest.split_once('<').map(|(value, _)| value.to_owned())
    }

    pub(crate) fn says(&self, words: &str) -> bool {
        String::from_utf8_lossy(&self.bytes).contains(words)
    }
}

/// Hears the glyphs and looks at nothing else.
#[derive(Default)]
struct Listener {
    text: String,
}

impl<'a> Device<'a> for Listener {
    fn set_soft_mask(&mut self, _: Option<SoftMask<'a>>) {}
    fn set_blend_mode(&mut self, _: BlendMode) {}
    fn draw_path(&mut self, _: &BezPath, _: Affine, _: &Paint<'a>, _: &PathDrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_glyph(&mut self, glyph: &Glyph<'a>, _: Affine, _: Affine, _: &Paint<'a>, _: &GlyphDrawMode) {
        use hayro::hayro_interpret::hayro_cmap::BfString;
        match glyph.as_unicode().unwrap() {
            BfString::Char(character) => self.text.push(character),
            BfString::String(characters) => self.text.push_str(&characters),
        }
    }
    fn draw_image(&mut self, _: Image<'a, '_>, _: Affine) {}
    fn pop_clip_path(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
