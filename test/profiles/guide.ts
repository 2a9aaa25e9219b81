import { readdirSync, readFileSync } from 'node:fs';
import type { Expected } from '../../.ci/plant-faults.ts';

/** A resource or a part of one. */
export type Tree = Readonly<Record<string, unknown>>;

/** http://hl7.org/fhir/R4/elementdefinition.html, as far as the tests read it. */
export interface Element {
  readonly id: string;
  readonly path: string;
  readonly min?: number;
  readonly max?: string;
  readonly base?: { readonly path: string };
  readonly type?: readonly {
    readonly code: string;
    readonly profile?: readonly string[];
    readonly targetProfile?: readonly string[];
  }[];
  readonly slicing?: {
    readonly discriminator: readonly { readonly type: string; readonly path: string }[];
  };
  readonly binding?: { readonly strength: string; readonly valueSet: string };
  readonly constraint?: readonly Constraint[];
  readonly [name: string]: unknown;
}

export interface Constraint {
  readonly key: string;
  readonly severity: 'error' | 'warning';
  readonly expression: string;
}

export interface Structure {
  readonly resourceType: 'StructureDefinition';
  readonly id: string;
  readonly url: string;
  readonly title: string;
  readonly description: string;
  readonly type: string;
  readonly abstract: boolean;
  readonly baseDefinition: string;
  readonly snapshot: { readonly element: readonly Element[] };
  readonly differential: { readonly element: readonly Element[] };
}

export interface CodeSystem {
  readonly resourceType: 'CodeSystem';
  readonly id: string;
  readonly url: string;
  readonly content: string;
  readonly concept: readonly { readonly code: string; readonly display: string }[];
}

export interface ValueSet {
  readonly resourceType: 'ValueSet';
  readonly url: string;
  readonly compose: {
    readonly include: readonly { readonly system: string; readonly concept?: readonly { readonly code: string }[] }[];
  };
}

export interface Artefact extends Tree {
  readonly resourceType: string;
  readonly id: string;
  readonly url?: string;
}

export interface Example extends Artefact {
  readonly meta: { readonly profile: readonly [string] };
}

/** One invalid example, as `profiles/examples/invalid/index.json` lists it. */
export interface Fault {
  readonly file: string;
  readonly profile: string;
  readonly of: string;
  readonly expects: Expected;
}

const ROOT = new URL('../../profiles/', import.meta.url);

export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, ROOT), 'utf8'));
}

function readAll<T>(folder: string): T[] {
  return readdirSync(new URL(folder, ROOT)).map((name) => readJson(folder + name) as T);
}

export const artefacts = readAll<Artefact>('compiled/');
export const structures = ofType<Structure>('StructureDefinition');
export const codeSystems = ofType<CodeSystem>('CodeSystem');
export const valueSets = ofType<ValueSet>('ValueSet');
export const profiles = structures.filter(({ type }) => type !== 'Extension');
export const validExamples = readAll<Example>('examples/valid/');
export const faults = readJson('examples/invalid/index.json') as readonly Fault[];
export const invalidFiles = readdirSync(new URL('examples/invalid/', ROOT)).filter((name) => name !== 'index.json');

export function readFaulty({ file }: Fault): Tree {
  return readJson(`examples/invalid/${file}`) as Tree;
}

export function structureOf(url: string): Structure | undefined {
  return structures.find((structure) => structure.url === url);
}

/** `case-request` → its URL. */
export function profileUrl(id: string): string {
  return `https://consilium.example/fhir/StructureDefinition/${id}`;
}

function ofType<T>(type: string): T[] {
  return artefacts.filter(({ resourceType }) => resourceType === type) as unknown as T[];
}
