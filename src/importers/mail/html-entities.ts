/** `name=text` of the entities that letters and reports use; others stay as they are written. */
const named: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["nbsp", "\u00a0"],
  ["ensp", "\u2002"],
  ["emsp", "\u2003"],
  ["thinsp", "\u2009"],
  ["zwnj", "\u200c"],
  ["zwj", "\u200d"],
  ["shy", "\u00ad"],
  ["ndash", "–"],
  ["mdash", "—"],
  ["lsquo", "‘"],
  ["rsquo", "’"],
  ["sbquo", "‚"],
  ["ldquo", "“"],
  ["rdquo", "”"],
  ["bdquo", "„"],
  ["laquo", "«"],
  ["raquo", "»"],
  ["lsaquo", "‹"],
  ["rsaquo", "›"],
  ["hellip", "…"],
  ["bull", "•"],
  ["middot", "·"],
  ["dagger", "†"],
  ["permil", "‰"],
  ["euro", "€"],
  ["trade", "™"],
  ["larr", "←"],
  ["rarr", "→"],
  ["uarr", "↑"],
  ["darr", "↓"],
  ["minus", "−"],
  ["times", "×"],
  ["divide", "÷"],
  ["le", "≤"],
  ["ge", "≥"],
  ["ne", "≠"],
  ["infin", "∞"],
  ["hearts", "♥"],
  ["check", "✓"],
  ["OElig", "Œ"],
  ["oelig", "œ"],
  ["Scaron", "Š"],
  ["scaron", "š"],
  ["Yuml", "Ÿ"],
  ...latin1("iexcl cent pound curren yen brvbar sect uml copy ordf", 0xa1),
  ...latin1("not", 0xac),
  ...latin1("reg macr deg plusmn sup2 sup3 acute micro para", 0xae),
  ...latin1("cedil sup1 ordm", 0xb8),
  ...latin1("frac14 frac12 frac34 iquest", 0xbc),
  ...latin1("Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml", 0xc0),
  ...latin1("ETH Ntilde Ograve Oacute Ocirc Otilde Ouml", 0xd0),
  ...latin1("Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig", 0xd8),
  ...latin1("agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml", 0xe0),
  ...latin1("eth ntilde ograve oacute ocirc otilde ouml", 0xf0),
  ...latin1("oslash ugrave uacute ucirc uuml yacute thorn yuml", 0xf8),
]);

function latin1(names: string, from: number): [string, string][] {
  return names.split(" ").map((name, index) => [name, String.fromCharCode(from + index)]);
}

/** The text that HTML writes with `&amp;`, `&#228;` and `&#xe4;`. */
export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z][a-z0-9]{1,30}));?/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return named.get(name) ?? whole;
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : "\ufffd";
  });
}
