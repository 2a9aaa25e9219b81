import { SERVICES } from '../catalogue.ts';
import type { ProgrammeRules } from './rules.ts';

/** The rules of a programme that has given none: all services, nothing required, no clock, no price. */
export const NO_RULES: ProgrammeRules = {
  programme: '',
  title: '',
  description: '',
  calendar: { timeZone: 'UTC', workingDays: [1, 2, 3, 4, 5], holidays: [] },
  services: SERVICES.map(({ code, display, alone }) => ({
    code,
    title: display,
    alone,
    addOnTo: SERVICES.filter((one) => one.alone && one.code !== code).map((one) => one.code),
    afterReport: false,
    team: false,
    reviewers: 0,
    specialties: [],
  })),
  specialties: [],
  packet: [],
  exclusions: [{ code: 'emergency', action: 'refuse', override: 'nobody' }],
  languages: { read: [], translatedBy: 'programme', report: 'en', bilingual: false },
  report: { sections: 'optional' },
  confirmation: { required: false },
  payment: { when: 'none', coveredBy: [] },
  information: { remind: [] },
  clock: { pausedBy: ['home', 'payer', 'courier'] },
  routing: { conditions: [], independent: true },
  video: { minutes: [15, 60], localDoctor: 'optional', summary: false },
  thirdOpinion: 'always',
  followUp: [],
};
