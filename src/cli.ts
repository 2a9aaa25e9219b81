/** `npm run -s consilium -- …`: the command line. */
import { runProcess } from './commands/index.ts';

await runProcess(process.argv.slice(2));
