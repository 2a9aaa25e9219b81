import type { Calendar } from '../../../src/cases/programme/rules.ts';

const WEEKDAYS = [1, 2, 3, 4, 5];

export const BERLIN: Calendar = {
  timeZone: 'Europe/Berlin',
  workingDays: WEEKDAYS,
  holidays: ['2026-01-01', '2026-04-03', '2026-04-06', '2026-05-01', '2026-12-25', '2027-01-01'],
};

/** Works on Sundays, too, when clocks are changed. */
export const BERLIN_DAILY: Calendar = { timeZone: 'Europe/Berlin', workingDays: [1, 2, 3, 4, 5, 6, 7], holidays: [] };

export const NEW_YORK: Calendar = {
  timeZone: 'America/New_York',
  workingDays: WEEKDAYS,
  holidays: ['2026-01-01', '2026-07-03', '2026-11-26', '2026-12-25', '2027-01-01'],
};

/** Chinese New Year 2026, with the Sunday and the Saturday that are given up for it left as days off. */
export const SHANGHAI: Calendar = {
  timeZone: 'Asia/Shanghai',
  workingDays: WEEKDAYS,
  holidays: [15, 16, 17, 18, 19, 20, 21, 22, 23].map((day) => `2026-02-${day}`),
};

/** Works on Saturdays; Tet 2026. */
export const HANOI: Calendar = {
  timeZone: 'Asia/Ho_Chi_Minh',
  workingDays: [1, 2, 3, 4, 5, 6],
  holidays: [16, 17, 18, 19, 20].map((day) => `2026-02-${day}`),
};

export const UTC: Calendar = { timeZone: 'UTC', workingDays: WEEKDAYS, holidays: [] };
