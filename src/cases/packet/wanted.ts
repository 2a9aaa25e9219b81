import type { PacketItem } from '../programme/rules.ts';
import { CONSENT_PURPOSE_SYSTEM } from './cover.ts';
import { PACKET_KIND_SYSTEM } from './kinds.ts';

/** What is asked for, in words. */
interface Wanted {
  readonly what: string;
  /** Which record to send, with the code that tells what it is. */
  readonly how: string;
  /** LOINC code of the List by which the home side says that there is none; absent: there always is one. */
  readonly none?: string;
}

const document = (kind: string): string => `a DocumentReference with category ${kind} of ${PACKET_KIND_SYSTEM}`;
const FORM = 'the QuestionnaireResponse of the form narrative-and-questions';

/** How each item is sent, and how it is said that there is none. */
export const WANTED: Readonly<Record<PacketItem, Wanted>> = {
  imaging: {
    what: 'imaging (CT, MRI, PET, ultrasound or x-ray)',
    how: `an ImagingStudy, or ${document('imaging')} that holds the DICOM files`,
    none: '18748-4',
  },
  'imaging-report': {
    what: 'the radiologist’s report on the imaging',
    how: `a DiagnosticReport with category RAD of http://terminology.hl7.org/CodeSystem/v2-0074 that names the study in imagingStudy, or ${document('imaging-report')}`,
    none: '18748-4',
  },
  'pathology-slides': {
    what: 'pathology slides or whole-slide images',
    how: `an ImagingStudy with modality SM, or the Specimen that is sent by courier, or ${document('pathology-slides')}`,
    none: '11526-1',
  },
  'pathology-report': {
    what: 'the pathology report',
    how: `a DiagnosticReport with category SP of http://terminology.hl7.org/CodeSystem/v2-0074, or ${document('pathology-report')}`,
    none: '11526-1',
  },
  laboratory: {
    what: 'laboratory results',
    how: `Observations with category laboratory, a DiagnosticReport with category LAB of http://terminology.hl7.org/CodeSystem/v2-0074, or ${document('laboratory')}`,
    none: '11502-2',
  },
  'operative-report': {
    what: 'the operative report',
    how: document('operative-report'),
    none: '11504-8',
  },
  'medication-list': {
    what: 'the current medication list',
    how: `MedicationStatements or MedicationRequests with status active, or ${document('medication-list')}`,
    none: '10160-0',
  },
  allergies: {
    what: 'the allergies',
    how: `AllergyIntolerances, or ${document('allergies')}`,
    none: '48765-2',
  },
  'prior-treatment': {
    what: 'a summary of prior treatment',
    how: `Procedures, or ${document('prior-treatment')}`,
    none: '47519-4',
  },
  'first-opinion': {
    what: 'the first doctor’s opinion and treatment plan',
    how: `${document('first-opinion')}, or a CarePlan`,
    none: '18776-5',
  },
  narrative: {
    what: 'the patient’s story',
    how: `${FORM} with an answer to narrative, or ${document('narrative')}`,
  },
  questions: {
    what: 'the questions to be answered',
    how: `${FORM} with an answer to questions for each of them, or ${document('questions')}`,
  },
  condition: {
    what: 'the condition in question',
    how: 'a Condition named in ServiceRequest.reasonReference, or a code in ServiceRequest.reasonCode',
  },
  consent: {
    what: 'the patient’s consent that records go abroad',
    how: `an active Consent of the patient with category cross-border-opinion of ${CONSENT_PURPOSE_SYSTEM} beside 59284-0 of http://loinc.org`,
  },
};

/** How to send an item, or to say that there is none. */
export function tellHow(item: PacketItem): string {
  const { how, none } = WANTED[item];
  const place = item === 'condition' ? '' : ' Name it in ServiceRequest.supportingInfo.';
  const absent =
    none === undefined
      ? ''
      : ` If there is none, name a List with code ${none} of http://loinc.org and emptyReason nilknown.`;
  return `Send ${how}.${place}${absent}`;
}
