import { Fault } from '../base/index.ts';
import type { Issue } from '../base/index.ts';

type SystemError = Error & { code?: string; address?: string; port?: number };

/** What went wrong, for somebody who did not write this program: no stack, no name of a class. */
export function describeError(error: unknown): string {
  if (error instanceof Fault) return error.issues.map(describeIssue).join('\n');
  if (!(error instanceof Error)) return String(error);
  const { code, address, port, message } = error as SystemError;
  if (code === 'EADDRINUSE') {
    return `Port ${port ?? ''} on ${address ?? 'this machine'} is taken by another program. Stop that one, or set PORT to another.`;
  }
  if (code === 'EADDRNOTAVAIL') return `This machine has no address ${address ?? ''}. Set HOST to one of its own.`;
  return message || error.name;
}

/** Places inside of something are named; those that are options of the command line speak for themselves. */
function describeIssue({ text, expression }: Issue): string {
  return expression?.includes('[') ? `${expression}: ${text}` : text;
}
