import type { Resource } from '../../fhir/index.ts';

/** `Type/id` */
export function refOf({ resourceType, id }: Resource): string {
  return `${resourceType}/${id ?? ''}`;
}
