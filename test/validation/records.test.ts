import { expect, it } from '@jest/globals';
import { parseJson } from '../../src/fhir/index.ts';
import { readSyntheticRecords } from '../support/synthetic-records.ts';
import { validate } from './check.ts';

const RECORDS = readSyntheticRecords();

it.each([...RECORDS.keys()])('finds no error in the synthetic record %s', (name) => {
  const record = parseJson(RECORDS.get(name)!) as { readonly resourceType: string };
  expect(validate(record, record.resourceType)).toEqual([]);
});
