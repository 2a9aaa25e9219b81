import type { Definitions } from '../definitions/index.ts';
import { parseStored } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import { isSupported, listLinks, MAX_LINKS } from '../search/index.ts';
import { TOPICS } from '../subscriptions/index.ts';
import { OPERATIONS, PATCH_FORMATS, SYSTEM_INTERACTIONS, TYPE_BEHAVIOUR, TYPE_INTERACTIONS } from './offered.ts';
import type { Operation } from './offered.ts';
import type { Guide } from './publish-guide.ts';

/** What of the statement is not the same on every server. */
export interface StatementOptions {
  /** Public FHIR base without a slash at its end. */
  readonly base: string;
  /** Of the software. */
  readonly version: string;
  /** When it was started: an instant. */
  readonly date: string;
  /** Whether browsers may call from other origins. */
  /** Where access is asked for, by the names of SMART's extension. */
  readonly oauth: Readonly<Record<string, string>>;
  readonly guide: Guide;
}

/** https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html#smart-on-fhir-oauth-authorization-endpoints-and-capabilities */
const OAUTH_URIS = 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris';

const DOCUMENTATION = [
  'What is not understood in a search is named in an OperationOutcome of the page; with Prefer: handling=strict it is refused.',
  `Chains and _has go along ${MAX_LINKS} links at most. A page of a search or history has up to 500 matches and 32 MiB, what comes along up to 1,000 records, a page of $everything up to 1,000; a Bundle that is sent has up to 5,000 entries.`,
  '_text and _content find whole words, with AND, OR and parentheses. They follow a write within a second, later while very much is written.',
  'Follow next links as they are: they are for the client that asked, and for an hour.',
  'To poll without missing anything, ask _since (histories) or _lastUpdated=ge (searches) of the meta.lastUpdated that the first page before had, and drop the versions already seen.',
].join('\n\n');

/** Subscriptions R5 Backport 1.1.0: http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/conformance.html */
const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport';
const TOPIC_CANONICAL = `${BACKPORT}/StructureDefinition/capabilitystatement-subscriptiontopic-canonical`;
const BACKPORT_SUBSCRIPTION = `${BACKPORT}/StructureDefinition/backport-subscription`;

/** What this server really does, made from what it has. https://hl7.org/fhir/R4/capabilitystatement.html */
export function buildCapabilityStatement(
  definitions: Definitions,
  { base, version, date, oauth, guide }: StatementOptions,
): Resource {
  const artefacts = Array.from(guide.values(), (text) => parseStored(text));
  const profiles = profilesByType(artefacts);
  const arriving = linksByTarget(definitions);
  return {
    resourceType: 'CapabilityStatement',
    url: `${base}/metadata`,
    version,
    name: 'Consilium',
    title: 'Consilium: a gateway for cross-border medical second opinions',
    status: 'active',
    date,
    kind: 'instance',
    instantiates: [...requirementsIn(artefacts), `${BACKPORT}/CapabilityStatement/backport-subscription-server-r4`],
    software: { name: 'Consilium', version },
    implementation: { description: 'Second-opinion gateway', url: base },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'application/fhir+xml', 'json', 'xml'],
    patchFormat: [...PATCH_FORMATS],
    implementationGuide: [`${BACKPORT}/ImplementationGuide/hl7.fhir.uv.subscriptions-backport|1.1.0`],
    rest: [
      {
        mode: 'server',
        documentation: DOCUMENTATION,
        security: {
          extension: [
            { url: OAUTH_URIS, extension: Object.entries(oauth).map(([url, valueUri]) => ({ url, valueUri })) },
          ],
          // For pages of registered apps, and of the origins that the operator names.
          cors: true,
          service: [
            {
              coding: [
                { system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' },
              ],
            },
          ],
        },
        resource: definitions.resourceTypes.map((type) => ({
          ...(type === 'Subscription' ? { extension: TOPICS.map(({ url }) => topicExtension(url)) } : {}),
          type,
          profile: `http://hl7.org/fhir/StructureDefinition/${type}`,
          ...listed('supportedProfile', [
            ...(profiles.get(type) ?? []),
            ...(type === 'Subscription' ? [BACKPORT_SUBSCRIPTION] : []),
          ]),
          ...(type === 'Subscription' ? { documentation: describeTopics() } : {}),
          interaction: TYPE_INTERACTIONS.map((code) => ({ code })),
          ...TYPE_BEHAVIOUR,
          ...includesOf(definitions, type, arriving),
          searchParam: searchOf(definitions, type),
          operation: operationsOf(type),
        })),
        interaction: SYSTEM_INTERACTIONS.map((code) => ({ code })),
        compartment: COMPARTMENTS.filter((type) => definitions.compartment(type) !== undefined).map(
          (type) => `http://hl7.org/fhir/CompartmentDefinition/${type.toLowerCase()}`,
        ),
      },
    ],
  };
}

function topicExtension(valueCanonical: string): object {
  return { url: TOPIC_CANONICAL, valueCanonical };
}

/** In Markdown: what can be subscribed to, and how it is narrowed. */
function describeTopics(): string {
  const topics = TOPICS.map(
    ({ title, url, description, filters, focus }) =>
      `- **${title}** \`${url}\`: ${description} Filters, as in \`${focus[0]}?${filters[0]}=…\`: ${filters.join(', ')}.`,
  );
  return [
    'Subscriptions to topics (Subscriptions R5 Backport 1.1.0), by rest-hook, each message signed (Standard Webhooks):',
    topics.join('\n'),
    'Several filters (backport-filter-criteria) have to be met together, of the values of one (separated by commas) any. `case` is a case number, or the id of its ServiceRequest; `organization` is a party (Organization/id); `specialty` a code, or system|code; `patient` a Patient.',
    'Plain criteria of R4 (`Task?status=completed`) are served, too, where each record tells by itself whether it meets them.',
    'A client of its own registers a Subscription with status `requested`; after the handshake the server sets it to `active`. Heartbeats 60 to 86400 s, timeout 1 to 15 s, max-count 1 to 100. A message that does not get through is repeated for about a day, and the status is `error` then; write it with status `requested` to go on with the event that is next.',
  ].join('\n\n');
}

/** FHIR has no empty lists. */
function listed(name: string, values: readonly string[]): Record<string, readonly string[]> {
  return values.length === 0 ? {} : { [name]: values };
}

/** What the guide wants of a server that carries cases: this one does it. */
function requirementsIn(artefacts: readonly Resource[]): string[] {
  return artefacts
    .filter(({ resourceType, kind }) => resourceType === 'CapabilityStatement' && kind === 'requirements')
    .map(({ url }) => String(url));
}

/** The guide's profiles that records can claim: no extensions, and none that only others build on. */
function profilesByType(artefacts: readonly Resource[]): ReadonlyMap<string, readonly string[]> {
  const profiles = new Map<string, string[]>();
  for (const { resourceType, kind, derivation, abstract, type, url } of artefacts) {
    if (resourceType !== 'StructureDefinition' || kind !== 'resource') continue;
    if (derivation !== 'constraint' || abstract === true) continue;
    profiles.set(String(type), [...(profiles.get(String(type)) ?? []), String(url)]);
  }
  return profiles;
}

/** http://hl7.org/fhir/R4/valueset-compartment-type.html */
const COMPARTMENTS = ['Device', 'Encounter', 'Patient', 'Practitioner', 'RelatedPerson'];

function operationsOf(type: string): { name: string; definition: string; documentation?: string }[] {
  return OPERATIONS.filter(({ types }: Operation) => types?.includes(type) !== false).map(
    ({ code, definition, documentation }: Operation) => ({
      name: code,
      definition,
      ...(documentation === undefined ? {} : { documentation }),
    }),
  );
}

function searchOf(definitions: Definitions, type: string): { name: string; definition: string; type: string }[] {
  return [...definitions.searchParameters(type).values()]
    .filter((parameter) => isSupported(definitions, type, parameter))
    .map(({ code, url, type: kind }) => ({ name: code, definition: url, type: kind }));
}

/** FHIR has no empty lists: what a type has none of is left out. */
function includesOf(definitions: Definitions, type: string, arriving: Arriving): Record<string, string[]> {
  const includes = listLinks(definitions, type).map(({ code }) => `${type}:${code}`);
  const revincludes = [...(arriving.get(type) ?? []), ...(arriving.get(ANY) ?? [])];
  return {
    ...(includes.length === 0 ? {} : { searchInclude: ['*', ...includes] }),
    ...(revincludes.length === 0 ? {} : { searchRevInclude: ['*', ...revincludes] }),
  };
}

/** `Observation:subject` and so on, by the type that it leads to. */
type Arriving = ReadonlyMap<string, readonly string[]>;

/** Stands for every type: a parameter that may lead anywhere. */
const ANY = '*';

function linksByTarget(definitions: Definitions): Arriving {
  const arriving = new Map<string, string[]>();
  for (const type of definitions.resourceTypes) {
    for (const { code, targets } of listLinks(definitions, type)) {
      for (const target of targets.length === 0 ? [ANY] : targets) {
        arriving.set(target, [...(arriving.get(target) ?? []), `${type}:${code}`]);
      }
    }
  }
  return arriving;
}
