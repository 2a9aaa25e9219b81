import { localReference } from '../../fhir/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { day, node, nodes, text } from '../elements.ts';
import type { Node } from '../elements.ts';
import type { Block, Section } from './model.ts';
import { isTranslated } from './origin.ts';
import type { Reading } from './reading.ts';
import { follow, nameOf, tellConcept } from './reading.ts';

/** Who answers for the report, with credentials. */
export function peopleSection(reading: Reading): Section {
  return {
    heading: reading.words.headings.attestation,
    blocks: answerable(reading).map((one) => tellPerson(reading, one)),
  };
}

interface Answerable {
  readonly party: Node;
  readonly attested?: string;
}

/** Those who attested it; where none did, those who interpreted the case, who performed the report, or who wrote it. */
function answerable({ composition, report }: Reading): Answerable[] {
  const attesters = nodes(composition.attester).filter(({ party }) => party !== undefined);
  if (attesters.length > 0)
    return distinct(attesters.map(({ party, time }) => ({ party: node(party), ...attestedOn(time) })));
  const lists = [report?.resultsInterpreter, report?.performer, composition.author].map(nodes);
  return distinct((lists.find((one) => one.length > 0) ?? []).map((party) => ({ party })));
}

function attestedOn(time: unknown): { attested?: string } {
  const attested = day(time);
  return attested === undefined ? {} : { attested };
}

/** The same person attests in several modes: named once, with the first date. */
function distinct(people: readonly Answerable[]): Answerable[] {
  const keys = people.map(({ party }) => localReference(party.reference));
  return people.filter((_, index) => keys[index] === undefined || keys.indexOf(keys[index]) === index);
}

function tellPerson(reading: Reading, { party, attested }: Answerable): Block {
  const found = follow(reading, party);
  const practitioner = found?.resourceType === 'PractitionerRole' ? follow(reading, found.practitioner) : found;
  const { words } = reading;
  return {
    kind: 'person',
    name: nameOf(reading, found) ?? text(party.display) ?? words.notNamed,
    lines: [
      ...nodes(practitioner?.qualification).flatMap((one) => readQualification(reading, one)),
      ...(found?.resourceType === 'PractitionerRole' ? readRole(reading, found) : []),
      ...(attested === undefined
        ? []
        : [
            `${isTranslated(reading) ? words.labels.attestedOriginal : words.labels.attested}${words.colon}${attested}`,
          ]),
    ],
  };
}

function readQualification(reading: Reading, qualification: Node): string[] {
  const said = tellConcept(reading.words, qualification.code);
  if (said === undefined) return [];
  const issuer = nameOf(reading, follow(reading, qualification.issuer)) ?? text(node(qualification.issuer).display);
  const since = day(node(qualification.period).start)?.slice(0, 4);
  return [[said, issuer, since].filter((part) => part !== undefined).join(reading.words.comma)];
}

const SNOMED = 'http://snomed.info/sct';

/** A bare code says nothing to a reader: it is named as the server knows it, or left out. */
function nameConcept({ words, specialties }: Reading, concept: Node): string | undefined {
  const codings = nodes(concept.coding);
  const isNamed = text(concept.text) !== undefined || codings.some(({ display }) => text(display) !== undefined);
  if (isNamed) return tellConcept(words, concept);
  return codings.flatMap(({ system, code }) =>
    system === SNOMED ? (specialties?.get(text(code) ?? '') ?? []) : [],
  )[0];
}

function readRole(reading: Reading, role: Resource): string[] {
  const said = [...nodes(role.specialty), ...nodes(role.code)].flatMap((one) => nameConcept(reading, one) ?? []);
  const organization = nameOf(reading, follow(reading, role.organization)) ?? text(node(role.organization).display);
  return [...said, ...(organization === undefined ? [] : [organization])];
}
