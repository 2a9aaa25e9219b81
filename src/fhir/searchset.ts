/** One entry of a searchset or history: the stored text stands in the Bundle as it is, never parsed. */
export interface TextEntry {
  readonly fullUrl: string;
  /** Absent for a deletion in a history. */
  readonly body?: string;
  readonly search?: 'match' | 'include' | 'outcome';
  readonly request?: { readonly method: string; readonly url: string };
  readonly response?: { readonly status: string; readonly etag?: string; readonly lastModified?: string };
}

export interface TextBundle {
  readonly type: 'searchset' | 'history';
  /** See `watermark`: whoever polls `_lastUpdated=ge` this misses nothing. */
  readonly lastUpdated: string;
  readonly total?: number;
  readonly links: readonly { readonly relation: string; readonly url: string }[];
  readonly entries: readonly TextEntry[];
}

/** https://hl7.org/fhir/R4/bundle.html as text. */
export function bundleToText(bundle: TextBundle): string {
  const entries = bundle.entries.map(entryToText).join(',');
  const total = bundle.total === undefined ? '' : `,"total":${bundle.total}`;
  const list = entries === '' ? '' : `,"entry":[${entries}]`;
  const meta = `"meta":{"lastUpdated":"${bundle.lastUpdated}"}`;
  return `{"resourceType":"Bundle",${meta},"type":"${bundle.type}"${total},"link":${JSON.stringify(bundle.links)}${list}}`;
}

function entryToText(entry: TextEntry): string {
  let text = `{"fullUrl":${JSON.stringify(entry.fullUrl)}`;
  if (entry.body !== undefined) text += `,"resource":${entry.body}`;
  if (entry.search !== undefined) text += `,"search":{"mode":"${entry.search}"}`;
  if (entry.request !== undefined) text += `,"request":${JSON.stringify(entry.request)}`;
  if (entry.response !== undefined) text += `,"response":${JSON.stringify(entry.response)}`;
  return `${text}}`;
}
