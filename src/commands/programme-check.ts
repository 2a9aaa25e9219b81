import { readKnowledge } from '../app.ts';
import { systemClock } from '../base/index.ts';
import { specialtyNames } from '../cases/index.ts';
import { defineCommand } from './command.ts';
import { readProgrammeFile } from './programme-file.ts';
import { describeProgramme, warnOfCalendar } from './programme-summary.ts';

export const checkProgrammeCommand = defineCommand({
  name: 'programme check',
  summary: "Checks a file with a programme's rules: all mistakes with their places, or what the programme does.",
  notes: 'Needs no database and changes nothing. Files to begin with stand in profiles/programmes/.',
  options: {
    file: { value: 'FILE', text: 'The rules as JSON.', required: true, positional: true },
  },
  example: 'programme check profiles/programmes/seven-days.json',
  async run(setting, { file }) {
    const { terminology } = await readKnowledge();
    const rules = await readProgrammeFile(setting, file, terminology);
    if (rules === undefined) return 1;
    for (const line of describeProgramme(rules, specialtyNames(terminology))) setting.terminal.print(line);
    for (const line of warnOfCalendar(rules, systemClock())) setting.terminal.warn(line);
    return undefined;
  },
});
