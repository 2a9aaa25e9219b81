/** The rooms of src/ and the rooms that each may import; the same table as in the design. */
const BASE = ['base'];
const FHIR = ['definitions', 'terminology', 'fhir', 'base'];
const ROOMS = {
  base: [],
  keys: BASE,
  definitions: BASE,
  terminology: ['definitions', 'base'],
  fhir: ['definitions', 'base'],
  search: FHIR,
  validation: FHIR,
  access: ['search', 'definitions', 'fhir', 'base'],
  cases: ['access', 'terminology', 'fhir', 'base'],
  subscriptions: ['search', 'cases', 'access', ...FHIR],
  pages: ['access', 'fhir', 'base'],
  reports: ['cases', 'keys', 'terminology', 'fhir', 'base'],
  audit: ['access', 'fhir', 'base'],
  store: ['search', 'fhir', 'base'],
  content: BASE,
  interactions: [
    'store',
    'content',
    'audit',
    'reports',
    'cases',
    'subscriptions',
    'access',
    'validation',
    'search',
    ...FHIR,
  ],
  auth: ['store', 'audit', 'pages', 'access', 'keys', 'fhir', 'base'],
  documents: ['interactions', 'content', 'audit', 'access', 'fhir', 'base'],
  imaging: ['interactions', 'content', 'audit', 'access', 'fhir', 'base'],
  delivery: ['interactions', 'store', 'content', 'audit', 'subscriptions', 'access', 'keys', 'search', 'fhir', 'base'],
  jobs: ['interactions', 'delivery', 'reports', 'keys', 'store', 'content', 'base', 'fhir'],
  http: [
    'auth',
    'interactions',
    'documents',
    'imaging',
    'delivery',
    'subscriptions',
    'access',
    'pages',
    'fhir',
    'base',
  ],
  demo: BASE,
};
/** The command line's commands wire rooms together as app does. */
ROOMS.commands = [...Object.keys(ROOMS), 'app.ts', 'config.ts'];

/** No input or output and no clock of their own. */
const PURE = [
  'definitions',
  'terminology',
  'fhir',
  'search',
  'validation',
  'access',
  'cases',
  'subscriptions',
  'pages',
  'reports',
  'audit',
];
// `module`: to load a package when it is first needed.
const PURE_BUILTINS = '^(node:)?(buffer|crypto|module|string_decoder|util|zlib)$';

/** Packages that one room (or a few) keeps to itself. */
const KEPT = [
  { packages: 'knex|pg', rooms: ['store'] },
  { packages: '@hapi/.+', rooms: ['http'] },
  { packages: 'joi', rooms: ['http', 'cases', 'config.ts'] },
  { packages: 'luxon', rooms: ['cases'] },
  { packages: 'node-jose|@peculiar/.+|reflect-metadata', rooms: ['keys'] },
  { packages: 'oidc-provider|openid-client', rooms: ['auth'] },
  { packages: 'hastscript|hast-util-to-html', rooms: ['pages'] },
  { packages: 'graphile-worker', rooms: ['jobs'] },
  { packages: 'pdfkit|@embedpdf/.+|bidi-js|qrcode-generator', rooms: ['reports'] },
  { packages: 'fhir-kit-client', rooms: ['demo', 'delivery'] },
  { packages: 'undici', rooms: ['base'] },
  { packages: 'pino', rooms: ['main.ts', 'cli.ts', 'app.ts'] },
];

const anyOf = (names) => `(${names.join('|')})`;
const inRooms = (names) => `^src/${anyOf(names.map((name) => (name.endsWith('.ts') ? `${name}$` : `${name}/`)))}`;
const WIRING = '^src/(main|cli|app)\\.ts$';
const KNOWN = [inRooms(Object.keys(ROOMS)), '^src/(main|cli|app|config)\\.ts$'];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.entries(ROOMS).map(([room, imports]) => ({
      name: `${room}-imports`,
      comment: `${room}/ may import ${imports.join(', ') || 'no other room'}.`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: '^src/', pathNot: inRooms([room, ...imports]) },
    })),
    {
      name: 'through-the-door',
      comment: 'A room is entered only through its index.ts.',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: '^src/jobs/render-thread\\.ts$' },
      to: { path: '^src/[^/]+/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'through-the-door-from-the-root',
      comment: 'A room is entered only through its index.ts.',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$' },
      to: { path: '^src/[^/]+/', pathNot: '^src/[^/]+/index\\.ts$' },
    },
    {
      name: 'letter-door',
      comment: 'The thread that draws letters loads what draws them, and nothing else of the house.',
      severity: 'error',
      from: { path: '^src/jobs/render-thread\\.ts$' },
      to: { path: '^src/', pathNot: ['^src/reports/pdf/index\\.ts$', '^src/jobs/render-aside\\.ts$'] },
    },
    {
      name: 'embedded-door',
      comment: 'The embedded server is entered only through src/store/embedded/index.ts.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/store/embedded/' },
      to: { path: '^src/store/embedded/', pathNot: '^src/store/embedded/index\\.ts$' },
    },
    {
      name: 'config-readers',
      comment: 'Only app and the commands read the configuration; all others are handed values.',
      severity: 'error',
      from: { path: '^src/', pathNot: [WIRING, '^src/commands/'] },
      to: { path: '^src/config\\.ts$' },
    },
    {
      name: 'config-imports',
      comment: 'The configuration knows no room.',
      severity: 'error',
      from: { path: '^src/config\\.ts$' },
      to: { path: '^src/' },
    },
    {
      name: 'no-undeclared-room-from',
      comment: 'Every folder of src/ is a room of the table above; beside them there are main, cli, app and config.',
      severity: 'error',
      from: { path: '^src/', pathNot: KNOWN },
      to: {},
    },
    {
      name: 'no-undeclared-room-to',
      comment: 'Every folder of src/ is a room of the table above; beside them there are main, cli, app and config.',
      severity: 'error',
      from: {},
      to: { path: '^src/', pathNot: KNOWN },
    },
    ...KEPT.map(({ packages, rooms }) => ({
      name: `kept-${packages.replaceAll(/\W+/g, '-').replaceAll(/^-|-$/g, '')}`,
      comment: `Only ${rooms.join(', ')} may import ${packages}.`,
      severity: 'error',
      from: { path: '^src/', pathNot: inRooms(rooms) },
      to: { path: `(^|/)node_modules/(@types/)?(${packages})/` },
    })),
    {
      name: 'pure-rooms',
      comment: 'Pure rooms do no input or output: bytes, time and randomness are handed in.',
      severity: 'error',
      from: { path: inRooms(PURE) },
      to: { dependencyTypes: ['core'], pathNot: PURE_BUILTINS },
    },
    {
      name: 'no-development-packages',
      comment: 'What is installed for development only is missing where the server runs.',
      severity: 'error',
      from: { path: '^(src|migrations)/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/@types/',
      },
    },
    {
      name: 'nobody-imports-tests',
      severity: 'error',
      from: { path: '^(src|migrations)/' },
      to: { path: '^(test|bench)/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      comment: 'A file that nobody imports and that starts nothing is dead.',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: [WIRING, '\\.d\\.ts$'] },
      to: {},
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
