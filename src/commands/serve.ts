import { startApp } from '../app.ts';
import { defineCommand } from './command.ts';
import { untilSignalled } from './signals.ts';

export const serveCommand = defineCommand({
  name: 'serve',
  summary: 'Runs the server until it is told to stop (Ctrl-C); the same as npm start.',
  notes:
    'Brings the database to this release, then listens on HOST and PORT. At Ctrl-C or SIGTERM requests under way are\n' +
    'finished, for 25 seconds at most; a second Ctrl-C does not wait for them.',
  options: {},
  example: 'serve',
  async run({ loadConfig }) {
    // Listened for from the beginning: who is told to stop while it starts stops as soon as it has.
    const signalled = untilSignalled(() => process.exit(1));
    const app = await startApp(loadConfig());
    await signalled;
    await app.stop();
    return undefined;
  },
});
