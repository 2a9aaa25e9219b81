import type {
  ElementDefinition,
  ElementType,
  PublishedConstraint,
  SearchParameter,
  StructureDefinition,
} from './published.ts';

/*
 * The source package is R4 4.0.1 with additions of its own and pieces of later versions. These rules take it back to
 * what HL7 published (http://hl7.org/fhir/R4/definitions.json.zip); `test/definitions` compares element by element.
 */

/** Elements, each with all below it, that R4 does not have. */
const FOREIGN_ELEMENTS: readonly string[] = [
  'Binary.url',
  'DeviceDefinition.bodySite',
  'DeviceDefinition.classification',
  'EvidenceVariable.characteristic.definitionByCombination',
  'EvidenceVariable.characteristic.definitionByTypeAndValue',
  'EvidenceVariable.characteristic.definitionCanonical',
  'EvidenceVariable.characteristic.definitionCodeableConcept',
  'EvidenceVariable.characteristic.definitionExpression',
  'EvidenceVariable.characteristic.definitionId',
  'EvidenceVariable.characteristic.definitionReference',
  'EvidenceVariable.characteristic.duration[x]',
  'EvidenceVariable.characteristic.instances[x]',
  'EvidenceVariable.characteristic.linkId',
  'EvidenceVariable.characteristic.note',
  'EvidenceVariable.characteristic.timeFromEvent',
  'Meta.account',
  'Meta.accounts',
  'Meta.author',
  'Meta.compartment',
  'Meta.onBehalfOf',
  'Meta.project',
  'ObservationDefinition.publisher',
  'ResearchStudy.associatedParty',
  'ResearchStudy.classifier',
  'ResearchStudy.comparisonGroup',
  'ResearchStudy.descriptionSummary',
  'ResearchStudy.label',
  'ResearchStudy.name',
  'ResearchStudy.objective.description',
  'ResearchStudy.outcomeMeasure',
  'ResearchStudy.progressStatus',
  'ResearchStudy.recruitment',
  'ResearchStudy.region',
  'ResearchStudy.result',
  'ResearchStudy.studyDesign',
  'ResearchStudy.whyStopped',
];

/** Elements that say something else than R4 does. */
const CORRECTED_ELEMENTS: Readonly<Record<string, Partial<ElementDefinition>>> = {
  'AuditEvent.source.observer': {
    type: [reference('PractitionerRole', 'Practitioner', 'Organization', 'Device', 'Patient', 'RelatedPerson')],
  },
  'Bundle.entry.response.outcome': { type: [{ code: 'Resource' }] },
  'DetectedIssue.status': {
    binding: { strength: 'required', valueSet: 'http://hl7.org/fhir/ValueSet/observation-status|4.0.1' },
  },
  'EvidenceVariable.characteristic': { min: 1 },
  'EvidenceVariable.characteristic.description': { type: [{ code: 'string' }] },
  'MeasureReport.subject': {
    type: [reference('Patient', 'Practitioner', 'PractitionerRole', 'Location', 'Device', 'RelatedPerson', 'Group')],
  },
  'ResearchStudy.site': { type: [reference('Location')] },
  // The published definition says string; http://hl7.org/fhir/R4/resource.html#id says id.
  'Resource.id': { type: [{ code: 'id' }] },
};

/** Elements of R4 that the package has dropped, by the element they follow. */
const MISSING_ELEMENTS: Readonly<Record<string, readonly ElementDefinition[]>> = {
  'EvidenceVariable.characteristic.description': [
    {
      path: 'EvidenceVariable.characteristic.definition[x]',
      min: 1,
      max: '1',
      isSummary: true,
      type: [
        reference('Group'),
        { ...reference('ActivityDefinition'), code: 'canonical' },
        { code: 'CodeableConcept' },
        { code: 'Expression' },
        { code: 'DataRequirement' },
        { code: 'TriggerDefinition' },
      ],
    },
    {
      path: 'EvidenceVariable.characteristic.usageContext',
      min: 0,
      max: '*',
      type: [{ code: 'UsageContext' }],
    },
  ],
  'EvidenceVariable.characteristic.exclude': [
    {
      path: 'EvidenceVariable.characteristic.participantEffective[x]',
      min: 0,
      max: '1',
      type: [{ code: 'dateTime' }, { code: 'Period' }, { code: 'Duration' }, { code: 'Timing' }],
    },
    {
      path: 'EvidenceVariable.characteristic.timeFromStart',
      min: 0,
      max: '1',
      type: [{ code: 'Duration' }],
    },
    {
      path: 'EvidenceVariable.characteristic.groupMeasure',
      min: 0,
      max: '1',
      type: [{ code: 'code' }],
      binding: { strength: 'required', valueSet: 'http://hl7.org/fhir/ValueSet/group-measure|4.0.1' },
    },
  ],
};

const FOREIGN_SEARCH_PARAMETERS: readonly string[] = [
  'http://hl7.org/fhir/SearchParameter/DetectedIssue-status',
  'http://hl7.org/fhir/SearchParameter/DeviceDefinition-classification',
  'http://hl7.org/fhir/SearchParameter/ServiceRequest-order-detail',
  // A named query is no parameter over content (http://hl7.org/fhir/R4/search.html#query).
  'http://hl7.org/fhir/SearchParameter/Resource-query',
];

const CORRECTED_SEARCH_PARAMETERS: Readonly<Record<string, Partial<SearchParameter>>> = {
  'http://hl7.org/fhir/SearchParameter/MeasureReport-subject': {
    target: ['Device', 'Group', 'Location', 'Patient', 'Practitioner', 'PractitionerRole', 'RelatedPerson'],
  },
  'http://hl7.org/fhir/SearchParameter/clinical-patient': { target: ['Group', 'Patient'] },
  // Published as `name | alias`, without the type that all others have.
  'http://hl7.org/fhir/SearchParameter/InsurancePlan-name': { expression: 'InsurancePlan.name | InsurancePlan.alias' },
  // Without an expression they are no strings of an element (http://hl7.org/fhir/R4/search.html#content).
  'http://hl7.org/fhir/SearchParameter/DomainResource-text': { type: 'special' },
  'http://hl7.org/fhir/SearchParameter/Resource-content': { type: 'special' },
};

function reference(...targets: string[]): ElementType {
  return { code: 'Reference', targetProfile: targets.map((name) => `http://hl7.org/fhir/StructureDefinition/${name}`) };
}

/** Whether R4 has the type as one of its own: no later version, no logical model, no profile of another type. */
export function isR4Type(definition: StructureDefinition): boolean {
  return definition.fhirVersion === '4.0.1' && definition.kind !== 'logical' && definition.derivation !== 'constraint';
}

/** The elements of a type as R4 has them. */
export function scrubElements(elements: readonly ElementDefinition[]): ElementDefinition[] {
  return elements
    .filter(({ path }) => !FOREIGN_ELEMENTS.some((foreign) => path === foreign || path.startsWith(`${foreign}.`)))
    .flatMap((element) => {
      const corrected = CORRECTED_ELEMENTS[element.base?.path ?? element.path];
      return [{ ...element, ...corrected }, ...(MISSING_ELEMENTS[element.path] ?? [])];
    });
}

/** The search parameters as R4 has them. */
export function scrubSearchParameters(parameters: readonly SearchParameter[]): SearchParameter[] {
  return parameters
    .filter(({ url }) => !FOREIGN_SEARCH_PARAMETERS.includes(url))
    .map((parameter) => ({ ...parameter, ...CORRECTED_SEARCH_PARAMETERS[parameter.url] }));
}

/** Rules about elements that R4 does not have. */
const FOREIGN_CONSTRAINTS: readonly string[] = ['evv-1'];

/** Rules as R4 means them. */
export function scrubConstraints(constraints: readonly PublishedConstraint[]): PublishedConstraint[] {
  return constraints.filter(({ key }) => !FOREIGN_CONSTRAINTS.includes(key));
}
