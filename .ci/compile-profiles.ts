/**
 * Compiles the implementation guide: profiles/*.fsh and profiles/examples/*.fsh become profiles/compiled/*.json (what the
 * server knows), profiles/examples/valid/*.json and, with the faults of profiles/examples/faults.json planted into these,
 * profiles/examples/invalid/*.json. Offline. With --check it writes nothing and fails where a file is not what would be
 * written.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fhirdefs, sushiExport, sushiImport, utils } from 'fsh-sushi';
import { format } from 'prettier';
import { CANONICAL } from '../src/cases/index.ts';
import { buildCorePackage } from './core-package.ts';
import { plantFaults } from './plant-faults.ts';
import type { FaultyExample, Group } from './plant-faults.ts';
import { printArtefact } from './print-artefact.ts';
import type { Artefact } from './print-artefact.ts';

const ROOT = new URL('../profiles/', import.meta.url);
const VERSION = '0.1.0';

/** Paths below profiles/ and what is to stand there. */
type Files = Map<string, string>;

interface Compiled {
  readonly definitions: Artefact[];
  readonly examples: Artefact[];
}

/** @throws Error with all that sushi says against the sources: a warning is a fault to be mended, too. */
async function compile(): Promise<Compiled> {
  for (const transport of utils.logger.transports) transport.silent = true;
  utils.errorsAndWarnings.reset();
  utils.errorsAndWarnings.shouldTrack = true;
  const definitions = await fhirdefs.createFHIRDefinitions();
  await definitions.loadVirtualPackage(buildCorePackage());
  const sources = fshFiles().map((name) => new sushiImport.RawFSH(readFileSync(new URL(name, ROOT), 'utf8'), name));
  const tank = utils.fillTank(sources, {
    canonical: CANONICAL,
    version: VERSION,
    status: 'active',
    fhirVersion: ['4.0.1'],
    FSHOnly: true,
  });
  tank.checkDuplicateNameEntities();
  const compiled = sushiExport.exportFHIR(tank, definitions);
  const { errors, warnings } = utils.errorsAndWarnings;
  if (errors.length + warnings.length > 0) throw new Error([...errors, ...warnings].map(describe).join('\n'));
  const instances = compiled.instances.map((one) => ({
    usage: one._instanceMeta.usage,
    resource: one.toJSON() as Artefact,
  }));
  const conformance = [...compiled.profiles, ...compiled.extensions, ...compiled.valueSets, ...compiled.codeSystems];
  return {
    definitions: [
      ...conformance.map((one) => one.toJSON(true) as Artefact),
      ...instances.filter(({ usage }) => usage === 'Definition').map(({ resource }) => resource),
    ],
    examples: instances.filter(({ usage }) => usage === 'Example').map(({ resource }) => resource),
  };
}

interface Message {
  readonly message: string;
  readonly input?: string;
  readonly location?: { readonly startLine: number };
}

function describe({ message, input, location }: Message): string {
  return `profiles/${input ?? ''}:${location?.startLine ?? ''} ${message}`;
}

function fshFiles(): string[] {
  const names = ['.', 'examples'].flatMap((folder) =>
    readdirSync(new URL(folder, ROOT)).map((name) => (folder === '.' ? name : `${folder}/${name}`)),
  );
  return names.filter((name) => name.endsWith('.fsh')).sort();
}

async function files({ definitions, examples }: Compiled): Promise<Files> {
  const made: Files = new Map();
  for (const artefact of definitions) {
    made.set(`compiled/${artefact.resourceType}-${artefact.id}.json`, printArtefact(artefact));
  }
  for (const example of examples) made.set(`examples/valid/${example.id}.json`, await printExample(example));
  const groups = JSON.parse(readFileSync(new URL('examples/faults.json', ROOT), 'utf8')) as Group[];
  const faulty = plantFaults(new Map(examples.map((example) => [example.id, example])), groups);
  for (const { name, resource } of faulty) made.set(`examples/invalid/${name}.json`, await printExample(resource));
  made.set('examples/invalid/index.json', await printExample(faulty.map(indexEntry)));
  return made;
}

function indexEntry({ name, profile, of, expects }: FaultyExample): object {
  return { file: `${name}.json`, profile, of, expects };
}

/** Examples are read by people: they stand as prettier has them. */
function printExample(example: unknown): Promise<string> {
  return format(JSON.stringify(example), { parser: 'json', printWidth: 120 });
}

/** Generated files that are there now: those that are no longer made are to go. */
function present(): string[] {
  return ['compiled/', 'examples/valid/', 'examples/invalid/'].flatMap((folder) => {
    const place = new URL(folder, ROOT);
    return existsSync(place) ? readdirSync(place).map((name) => folder + name) : [];
  });
}

function write(made: Files): void {
  for (const name of present()) if (!made.has(name)) rmSync(new URL(name, ROOT));
  for (const [name, text] of made) {
    const place = new URL(name, ROOT);
    mkdirSync(new URL('.', place), { recursive: true });
    if (!existsSync(place) || readFileSync(place, 'utf8') !== text) writeFileSync(place, text);
  }
}

function differing(made: Files): string[] {
  const names = new Set([...made.keys(), ...present()]);
  return [...names].filter((name) => {
    const place = new URL(name, ROOT);
    return !existsSync(place) || readFileSync(place, 'utf8') !== made.get(name);
  });
}

const made = await files(await compile());
if (!process.argv.includes('--check')) {
  write(made);
} else {
  const names = differing(made).sort();
  for (const name of names) console.error(`profiles/${name} is not what .ci/compile-profiles.ts writes: run it.`);
  if (names.length > 0) process.exitCode = 1;
}
