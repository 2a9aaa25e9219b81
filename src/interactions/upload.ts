import type { Readable } from 'node:stream';
import { checkType } from './check.ts';
import type { Committed } from './commit.ts';
import type { Context, House } from './house.ts';
import { create } from './write.ts';

/** Keeps an uploaded body as a Binary of this media type. https://hl7.org/fhir/R4/binary.html#rest */
export async function uploadBinary(
  house: House,
  context: Context,
  contentType: string,
  open: () => Readable,
): Promise<Committed> {
  checkType(house, context, 'Binary', 'c');
  const resource = {
    resourceType: 'Binary',
    contentType: contentType === '' ? 'application/octet-stream' : contentType,
  };
  const content = await house.content.put(open());
  return create(house, context, 'Binary', resource, { content });
}
