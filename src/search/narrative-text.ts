/** Elements within a word or a sentence; all others part words. */
const INLINE = new Set(
  'a abbr acronym b bdo big cite code del dfn em font i ins kbd q s samp small span strong sub sup tt u var'.split(' '),
);
const COMMENT = /<!--.*?(?:-->|$)/gs;
// In well-formed XML no attribute has a `<`, so each attempt ends at the next one.
const TAG = /<\/?([A-Za-z][A-Za-z0-9]*)(?:[^<>"']|"[^"<]*"|'[^'<]*')*>/g;
const ENTITY = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z]\w*));/g;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** What a narrative says: its text without mark-up. See http://hl7.org/fhir/R4/narrative.html. */
export function narrativeText(div: string): string {
  return div
    .replace(COMMENT, '')
    .replace(TAG, (_tag, name: string) => (INLINE.has(name.toLowerCase()) ? '' : ' '))
    .replace(ENTITY, (_entity, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return NAMED[name] ?? ' ';
      const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : ' ';
    });
}
