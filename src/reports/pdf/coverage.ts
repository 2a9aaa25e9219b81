/**
 * The code points that a TrueType or OpenType font has a glyph for, out of its Unicode `cmap`.
 * https://learn.microsoft.com/en-us/typography/opentype/spec/cmap
 * @throws RangeError if the bytes are no font or it has no Unicode table of format 4 or 12
 */
export function readCoverage(font: Uint8Array): ReadonlySet<number> {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const cmap = findTable(view, 'cmap');
  const covered = new Set<number>();
  let found = false;
  for (let index = 0; index < view.getUint16(cmap + 2); index++) {
    const record = cmap + 4 + index * 8;
    const platform = view.getUint16(record);
    // 0 is Unicode, 3 is Windows; 1 is Macintosh, whose codes are no code points.
    if (platform !== 0 && platform !== 3) continue;
    const table = cmap + view.getUint32(record + 4);
    const format = view.getUint16(table);
    if (format === 4) addSegments(view, table, covered);
    else if (format === 12) addGroups(view, table, covered);
    found ||= format === 4 || format === 12;
  }
  if (!found) throw new RangeError('The font has no Unicode cmap of format 4 or 12');
  return covered;
}

function findTable(view: DataView, name: string): number {
  for (let index = 0; index < view.getUint16(4); index++) {
    const record = 12 + index * 16;
    const tag = String.fromCharCode(...[0, 1, 2, 3].map((at) => view.getUint8(record + at)));
    if (tag === name) return view.getUint32(record + 8);
  }
  throw new RangeError(`The font has no table ${name}`);
}

function addSegments(view: DataView, table: number, covered: Set<number>): void {
  const doubled = view.getUint16(table + 6);
  for (let at = 0; at < doubled; at += 2) {
    const end = view.getUint16(table + 14 + at);
    const start = view.getUint16(table + 16 + doubled + at);
    const delta = view.getUint16(table + 16 + 2 * doubled + at);
    const rangeAt = table + 16 + 3 * doubled + at;
    const range = view.getUint16(rangeAt);
    for (let code = start; code <= end && code !== 0xffff; code++) {
      const glyph = range === 0 ? code + delta : view.getUint16(rangeAt + range + 2 * (code - start));
      if ((glyph & 0xffff) !== 0) covered.add(code);
    }
  }
}

function addGroups(view: DataView, table: number, covered: Set<number>): void {
  for (let index = 0; index < view.getUint32(table + 12); index++) {
    const group = table + 16 + index * 12;
    for (let code = view.getUint32(group); code <= view.getUint32(group + 4); code++) covered.add(code);
  }
}
