import { parseArgs } from 'node:util';

/** What a run measures, and for how long. */
export interface Options {
  readonly rounds: number;
  /** Seconds of load before counting begins. */
  readonly warmUp: number;
  /** Seconds counted. */
  readonly seconds: number;
  /** Workloads to measure; undefined: all, and the micro-benchmarks. */
  readonly only: readonly string[] | undefined;
  /** The workload whose CPU profile is taken, instead of measuring. */
  readonly profile: string | undefined;
}

const HELP = `npm run bench -- [options]

  --quick            one round, 1 s warm-up, 4 s each: shows that all works, proves nothing
  --only NAMES       only these workloads, with commas between them
  --profile NAME     takes a CPU profile of the server under this workload instead of measuring
  --help

Workloads: `;

/**
 * Reads the arguments. Ends the process with a text when they ask for help or cannot be read.
 * @param others what is measured beside the workloads, and cannot be profiled
 */
export function readOptions(argv: readonly string[], workloads: readonly string[], others: readonly string[]): Options {
  const all = [...workloads, ...others];
  const { values } = parse(argv, all);
  const only = values.only?.split(',').map((name) => name.trim());
  for (const name of only ?? []) {
    if (!all.includes(name)) leave(`There is no workload ${name}. There are: ${all.join(', ')}.`);
  }
  if (values.profile !== undefined && !workloads.includes(values.profile))
    leave(`${values.profile} is no workload that can be profiled. These are: ${workloads.join(', ')}.`);
  const time = values.quick === true ? { rounds: 1, warmUp: 1, seconds: 4 } : { rounds: 3, warmUp: 5, seconds: 15 };
  return { ...time, only, profile: values.profile };
}

function parse(argv: readonly string[], workloads: readonly string[]) {
  try {
    const parsed = parseArgs({
      args: [...argv],
      options: {
        quick: { type: 'boolean' },
        only: { type: 'string' },
        profile: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    if (parsed.values.help === true) leave(HELP + workloads.join(', '), 0);
    return parsed;
  } catch (error) {
    return leave(`${(error as Error).message}\n\n${HELP}${workloads.join(', ')}`);
  }
}

function leave(text: string, status = 2): never {
  console.log(text);
  process.exit(status);
}
