import { expect, it } from '@jest/globals';
import { Places } from '../../src/fhir/place.ts';

it('tells places in any order', () => {
  const places = new Places('ab\n\ncd\r\ne');
  const told = [0, 2, 3, 4, 8, 5, 1, 9].map((at) => places.tell(at));
  expect(told).toEqual([
    'line 1, column 1',
    'line 1, column 3',
    'line 2, column 1',
    'line 3, column 1',
    'line 4, column 1',
    'line 3, column 2',
    'line 1, column 2',
    'line 4, column 2',
  ]);
});
