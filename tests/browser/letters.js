// The codes of printed letters, read from the PDF as it comes: its text in the order it is painted, glyphs back to letters.
import { readFile } from "node:fs/promises";
import { inflateSync } from "node:zlib";

/** @param {string} path of a PDF of invitation letters @returns {Promise<string[]>} one code for each sheet, in their order */
export async function codesOf(path) {
  const streams = [...unpacked(await readFile(path))];
  const maps = streams.filter((text) => text.includes("begincmap")).map(letters);
  const pages = streams.filter((text) => /\bBT\b/.test(text) && /\bT[jJ]\b/.test(text));
  const codes = pages.map((page) => codeOf(runs(page), maps)).filter((code) => code !== undefined);
  if (codes.length === 0) throw new Error(`no code in ${pages.length} pages with ${maps.length} fonts`);
  return codes;
}

/** What is in the streams of the file, unpacked; pictures and fonts too. */
function* unpacked(file) {
  for (let at = file.indexOf("stream"); at >= 0; at = file.indexOf("stream", at + 6)) {
    if (file.subarray(at - 3, at).toString("latin1") === "end") continue;
    const begin = at + (file[at + 6] === 13 ? 8 : 7);
    try {
      yield inflateSync(file.subarray(begin, file.indexOf("endstream", begin))).toString("latin1");
    } catch {
      // Not packed, or packed another way: no text in there.
    }
  }
}

/** Glyph → letter, from a font's ToUnicode map. */
function letters(cmap) {
  const known = new Map();
  const text = (hex) => String.fromCodePoint(...(hex.match(/.{4}/g) ?? []).map((unit) => parseInt(unit, 16)));
  for (const [, block] of cmap.matchAll(/beginbfchar([\s\S]*?)endbfchar/g)) {
    for (const [, glyph, hex] of block.matchAll(/<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>/g)) known.set(parseInt(glyph, 16), text(hex));
  }
  for (const [, block] of cmap.matchAll(/beginbfrange([\s\S]*?)endbfrange/g)) {
    for (const [, from, to, hex] of block.matchAll(/<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>/g)) {
      const first = parseInt(from, 16);
      for (let glyph = first; glyph <= parseInt(to, 16); glyph += 1) known.set(glyph, String.fromCodePoint(parseInt(hex, 16) + glyph - first));
    }
  }
  return known;
}

/** The bytes of a string of the page: `<48656c>` or `(Hel)`. */
function bytesOf(token) {
  if (token.startsWith("<")) return (token.replace(/[<>\s]/g, "").match(/.{2}/g) ?? []).map((byte) => parseInt(byte, 16));
  const named = { n: 10, r: 13, t: 9, b: 8, f: 12 };
  const bytes = [];
  for (const [, octal, escaped, plain] of token.slice(1, -1).matchAll(/\\([0-7]{1,3})|\\([\s\S])|([\s\S])/g)) {
    if (octal) bytes.push(parseInt(octal, 8));
    else if (escaped) bytes.push(named[escaped] ?? escaped.charCodeAt(0));
    else bytes.push(plain.charCodeAt(0));
  }
  return bytes;
}

/** What is painted one after the other in one font: the font's name on the page, and its glyphs. */
function runs(page) {
  const found = [];
  let font = "";
  for (const [, name, string] of page.matchAll(/\/(\S+)\s+[\d.]+\s+Tf|(<[0-9a-fA-F\s]+>|\((?:\\[\s\S]|[^\\)])*\))/g)) {
    if (name) {
      font = name;
      continue;
    }
    const bytes = bytesOf(string);
    const glyphs = bytes.flatMap((high, at) => (at % 2 === 0 ? [high * 256 + bytes[at + 1]] : []));
    if (found.at(-1)?.font === font) found.at(-1).glyphs.push(...glyphs);
    else found.push({ font, glyphs });
  }
  return found;
}

/** Five groups of five letters in cells, with a joint of another font between them. */
function codeOf(page, maps) {
  for (let at = 0; at + 8 < page.length; at += 1) {
    const [one, a, two, b, three, c, four, d, five] = page.slice(at, at + 9).map(({ glyphs }) => glyphs);
    if ([a, b, c, d].some((joint) => joint.length !== 1) || [two, three, four].some((group) => group.length !== 5)) continue;
    const groups = [one.slice(-5), two, three, four, five.slice(0, 5)];
    for (const map of maps) {
      const read = groups.map((group) => group.map((glyph) => map.get(glyph) ?? "?").join(""));
      if (read.every((group) => /^[0-9A-Z]{5}$/.test(group))) return read.join("-");
    }
  }
  return undefined;
}
