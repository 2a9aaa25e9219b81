import { Fault } from '../../../src/base/index.ts';

export interface Refusal {
  readonly status: number;
  readonly key: string;
  readonly text: string;
  readonly expression: string | undefined;
}

/** The first issue of the fault that the work ends with. */
export function refusal(work: () => unknown): Refusal {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const [issue] = error.issues;
    return { status: error.status, key: issue!.key, text: issue!.text, expression: issue!.expression };
  }
  throw new Error('it was not refused');
}
