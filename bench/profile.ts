/** The CPU profile of another Node process, through its inspector. https://chromedevtools.github.io/devtools-protocol/v8/Profiler/ */

export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  /** Microseconds between samples. */
  readonly timeDeltas: readonly number[];
}

export interface Profiler {
  start(): Promise<void>;
  stop(): Promise<CpuProfile>;
  close(): void;
}

const SAMPLE_MICROSECONDS = 200;

export async function attachProfiler(inspector: string): Promise<Profiler> {
  const socket = new WebSocket(inspector);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error('The inspector of the server does not answer.')), {
      once: true,
    });
  });
  let last = 0;
  function call(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = ++last;
    return new Promise((resolve, reject) => {
      socket.addEventListener('message', function hear({ data }) {
        const answer = JSON.parse(String(data)) as {
          id?: number;
          result?: Record<string, unknown>;
          error?: { message: string };
        };
        if (answer.id !== id) return;
        socket.removeEventListener('message', hear);
        if (answer.result === undefined) reject(new Error(`${method}: ${answer.error?.message ?? 'no result'}`));
        else resolve(answer.result);
      });
      socket.send(JSON.stringify({ id, method, params }));
    });
  }
  await call('Profiler.enable');
  await call('Profiler.setSamplingInterval', { interval: SAMPLE_MICROSECONDS });
  return {
    async start() {
      await call('Profiler.start');
    },
    async stop() {
      return (await call('Profiler.stop'))['profile'] as CpuProfile;
    },
    close: () => socket.close(),
  };
}

export interface Cost {
  readonly name: string;
  /** Of the time that the process was not idle. */
  readonly share: number;
}

export interface ProfileSummary {
  /** Of the whole time. */
  readonly busy: number;
  /** Self time by room of src/, package, or part of Node. */
  readonly groups: readonly Cost[];
  /** Self time by function, the dearest first. */
  readonly functions: readonly Cost[];
}

/** Adds up self times. */
export function summarise(profile: CpuProfile): ProfileSummary {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const groups = new Map<string, number>();
  const functions = new Map<string, number>();
  let total = 0;
  let idle = 0;
  for (const [n, id] of profile.samples.entries()) {
    const { functionName, url, lineNumber } = frames.get(id)!;
    const spent = profile.timeDeltas[n] ?? 0;
    total += spent;
    if (functionName === '(idle)') {
      idle += spent;
      continue;
    }
    const place = placeOf(functionName, url);
    add(groups, place.group, spent);
    add(
      functions,
      `${functionName === '' ? '(anonymous)' : functionName}  ${place.file}${place.file === '' ? '' : `:${lineNumber + 1}`}`,
      spent,
    );
  }
  const busy = total - idle;
  return { busy: busy / total, groups: dearest(groups, busy), functions: dearest(functions, busy) };
}

function placeOf(functionName: string, url: string): { group: string; file: string } {
  const room = /\/(src\/(?:[^/]+\/)?)[^/]+$/.exec(url)?.[1];
  if (url.includes('/node_modules/')) {
    const file = url.slice(url.lastIndexOf('/node_modules/') + '/node_modules/'.length);
    return { group: /^(@[^/]+\/)?[^/]+/.exec(file)![0], file };
  }
  if (room !== undefined) return { group: room, file: url.slice(url.lastIndexOf('/src/') + 1) };
  if (url.startsWith('node:')) return { group: url.replace(/^(node:(?:internal\/)?[^/]+).*$/, '$1'), file: url };
  return { group: functionName.startsWith('(') ? functionName : '(native)', file: url };
}

function add(sums: Map<string, number>, name: string, spent: number): void {
  sums.set(name, (sums.get(name) ?? 0) + spent);
}

function dearest(sums: ReadonlyMap<string, number>, whole: number): Cost[] {
  return [...sums].map(([name, spent]) => ({ name, share: spent / whole })).sort((a, b) => b.share - a.share);
}
