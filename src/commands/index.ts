/**
 * The command line: one file a command. What an administrator types becomes a call into the rooms, and what comes back
 * becomes lines to read.
 * Words: *command* (what it is called, its options, what it does), *setting* (what a command works in: configuration,
 * terminal, folder), *terminal* (where it writes).
 * Must not hold rules of its own: what may be registered or read is decided in the rooms that it calls.
 */
export { runProcess } from './process.ts';
