/** `npm start`: runs the server until it is told to stop. */
import { runProcess } from './commands/index.ts';

await runProcess(['serve']);
