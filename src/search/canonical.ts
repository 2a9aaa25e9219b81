import type { RowCollector } from './index-values.ts';
import { boundKey } from './param-key.ts';

/** `http://a.example/Profile|2` is version 2 of `http://a.example/Profile`. */
export function splitCanonical(canonical: string): { url: string; version: string } {
  const at = canonical.indexOf('|');
  return at < 0 ? { url: canonical, version: '' } : { url: canonical.slice(0, at), version: canonical.slice(at + 1) };
}

/** A canonical as a row: its version stands beside it. */
export function addCanonical(param: number, canonical: string, rows: RowCollector): void {
  const { url, version } = splitCanonical(canonical);
  rows.addText(param, boundKey(url), boundKey(version));
}
