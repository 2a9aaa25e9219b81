import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { parseJson } from '../../src/fhir/index.ts';
import { validate } from './check.ts';

/** Synthetic records of whole patients, where they lie beside the project. */
const FOLDER = new URL('../../../shared/inputs/', import.meta.url);

it('finds no error in synthetic records of whole patients', () => {
  const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.json')) : [];
  const errors = files.flatMap((name) => validate(parseJson(readFileSync(new URL(name, FOLDER))), 'Bundle'));
  expect(errors).toEqual([]);
});
