import type { Resource } from './resource.ts';

/**
 * The stored text of a record in two halves; the store puts `lastUpdated` between them, because only the database
 * knows it at the moment of the write. Id and meta stand in front, so that a read never has to parse.
 */
export interface Body {
  readonly head: string;
  readonly tail: string;
}

/** Writes `resource` as text with this id and version; whatever else its meta holds is kept. */
export function resourceToBody(resource: Resource, id: string, version: number): Body {
  const { resourceType, id: _id, meta, ...rest } = resource;
  const head = `{"resourceType":"${resourceType}","id":"${id}","meta":{"versionId":"${version}","lastUpdated":"`;
  let metaRest = '';
  if (meta !== undefined) {
    const { versionId: _versionId, lastUpdated: _lastUpdated, ...others } = meta;
    metaRest = JSON.stringify(others).slice(1, -1);
  }
  const members = JSON.stringify(rest);
  const tail = `"${metaRest === '' ? '' : `,${metaRest}`}}${members === '{}' ? '}' : `,${members.slice(1)}`}`;
  return { head, tail };
}
