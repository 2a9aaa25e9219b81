import type { Definitions } from '../../definitions/index.ts';
import type { Resource } from '../resource.ts';
import { parseXml } from './parse.ts';
import { createPrinter } from './print.ts';
import { createShapes } from './shape.ts';

export interface XmlCodec {
  /**
   * XML → the tree that `parseJson` makes of the same resource. Refuses (400, as a thrown Fault that says where) what is
   * not well-formed UTF-8, has a DOCTYPE, entities or processing instructions, or is nested too deep; and, as far as
   * possible all at once, elements and attributes that R4 does not have, or not there, or not in that order, or not as
   * often. Comments are dropped. Values are only checked where JSON could not have them; the rest is up to validation.
   */
  parse(bytes: Uint8Array): Resource;
  /** The tree as XML with its declaration. Refuses (406, as a thrown Fault that says where) what XML cannot carry. */
  print(resource: Resource): string;
}

/**
 * XML ↔ resource trees, by the definitions: http://hl7.org/fhir/R4/xml.html. Types are compiled when they are first met.
 */
export function createXmlCodec(definitions: Definitions): XmlCodec {
  const shapeOf = createShapes(definitions);
  const { resourceTypes } = definitions;
  const isResourceType = (name: string): boolean => definitions.isResourceType(name);
  return {
    parse: (bytes) => parseXml({ resourceTypes, isResourceType, shapeOf }, bytes),
    print: createPrinter(shapeOf, isResourceType),
  };
}
