/** Runs in a thread of its own, started by render-aside: renders one letter and posts its bytes. */
import { parentPort, workerData } from 'node:worker_threads';
import { renderReport } from '../reports/index.ts';
import type { RenderOrder } from './render-aside.ts';

const { input, fonts } = workerData as RenderOrder;
parentPort?.postMessage(await renderReport(input, fonts));
