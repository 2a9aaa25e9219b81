/** A well-formed value of types that stand in a choice. */
export const SAMPLES: Readonly<Record<string, unknown>> = {
  boolean: true,
  integer: 3,
  string: 'Sample',
  dateTime: '2026-01-14',
  uri: 'https://other.example/sample',
  code: 'sample',
  Period: { start: '2026-01-14' },
  Quantity: { value: 3 },
  CodeableConcept: { text: 'Sample' },
  Reference: { display: 'Sample' },
  Annotation: { text: 'Sample' },
  Attachment: { title: 'Sample' },
};

/** Values of the right JSON type that the form of the type refuses (http://hl7.org/fhir/R4/datatypes.html#primitive). */
export const WRONG_FORMS: Readonly<Record<string, readonly unknown[]>> = {
  base64Binary: ['***', 'abc'],
  canonical: ['has space', ''],
  code: [' x', 'x  y', ''],
  date: ['2026-13-01', '01/02/2026', '2026-02-30', '2026-1-1', ''],
  dateTime: ['2026-11-22T10:00', '2026-11-22T10:00:00', '2026-02-30', '22.11.2026', ''],
  id: ['has space', 'under_score', 'x'.repeat(65), ''],
  instant: ['2026-11-22', '2026-11-22T10:00:00', '2026-11-22T25:00:00Z', ''],
  integer: [1.5, 2147483648],
  markdown: [''],
  oid: ['1.2.3', 'urn:oid:9.1'],
  positiveInt: [0, -1, 1.5],
  string: [''],
  time: ['25:00:00', '10:00'],
  unsignedInt: [-1, 1.5],
  uri: ['has space', ''],
  url: ['has space', ''],
  uuid: ['urn:uuid:0', 'c757873d-ec9a-4326-a141-556f43239520'],
  xhtml: ['<p>No div</p>', '<div xmlns="http://www.w3.org/1999/xhtml"><script>x()</script></div>', 'Plain'],
};

/** Types that are a number or a boolean in JSON; all other primitives are strings. */
export const JSON_TYPES: Readonly<Record<string, 'number' | 'boolean'>> = {
  boolean: 'boolean',
  decimal: 'number',
  integer: 'number',
  positiveInt: 'number',
  unsignedInt: 'number',
};

/** In no value set, and of no form that a grammar of codes allows: BCP 13, BCP 47, UCUM. */
export const NO_CODE = 'no_such_code';
export const OTHER_SYSTEM = 'https://other.example/codes';
/** Systems that the definitions list completely: their codes are known. */
export const LISTED_SYSTEM =
  /^(?:http:\/\/hl7\.org\/fhir\/|http:\/\/terminology\.hl7\.org\/CodeSystem\/|https:\/\/consilium\.example\/)/;
