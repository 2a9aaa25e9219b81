import type { TaskKind } from './catalogue.ts';
import { clock } from './clock/module.ts';
import type { EngineModule } from './module.ts';
import { packet } from './packet/module.ts';
import { payment, prices } from './payment/module.ts';
import { acknowledgement } from './report/acknowledgement.ts';
import { issuedReport } from './report/module.ts';
import { abort } from './steps/abort.ts';
import { completenessCheck } from './steps/completeness-check.ts';
import { followUp } from './steps/follow-up.ts';
import { informationRequest } from './steps/information-request.ts';
import { materials } from './steps/materials.ts';
import { mdt } from './steps/mdt.ts';
import { review } from './steps/review.ts';
import { reportTranslation } from './steps/report-translation.ts';
import { serviceConfirmation } from './steps/service-confirmation.ts';
import { offer } from './steps/offer.ts';
import { quote } from './steps/quote.ts';
import type { StepRules } from './steps/step.ts';
import { translation } from './steps/translation.ts';
import { videoConsultation } from './steps/video-consultation.ts';

/** The kinds of child Tasks, one line each. */
const STEPS: readonly StepRules[] = [
  serviceConfirmation,
  offer,
  quote,
  completenessCheck,
  informationRequest,
  translation,
  followUp,
  materials,
  review,
  mdt,
  videoConsultation,
  abort,
];

const BY_KIND: ReadonlyMap<TaskKind, StepRules> = new Map(STEPS.map((rules) => [rules.kind, rules]));

export function stepRules(kind: TaskKind): StepRules | undefined {
  return BY_KIND.get(kind);
}

/** All parts of the engine; each is asked in this order. */
export const MODULES: readonly EngineModule[] = [
  // What is a part of an issued report, or acknowledges one, means nothing else to a case.
  issuedReport,
  acknowledgement,
  ...STEPS,
  prices,
  payment,
  packet,
  clock,
  reportTranslation,
];
