import { createGuardedDispatcher, fetchGuarded, systemClock } from '../base/index.ts';
import type { Logger } from '../base/index.ts';
import type { House } from '../interactions/index.ts';
import { openDatabase } from '../store/index.ts';
import type { Database } from '../store/index.ts';
import { startDeliveries } from './deliveries.ts';
import { createEhrPush } from './ehr/index.ts';
import type { AssertionSigner } from './ehr/index.ts';
import { createDeliveryMeter } from './meter.ts';
import type { DeliveryMeter } from './meter.ts';
import type { SecretShelf } from './secrets.ts';
import { createMessageSigner } from './sign.ts';
import { startEventStreams } from './stream.ts';
import type { EventStreams } from './stream.ts';
import { openWebhookKeys } from './webhook-keys.ts';
import type { WebhookKeys } from './webhook-keys.ts';

export interface OpenDeliveryOptions {
  /** Of the database. */
  readonly url: string;
  /** As requests. */
  readonly database: Database;
  readonly house: House;
  /** 32 bytes. */
  readonly masterKey: Uint8Array;
  readonly secrets: SecretShelf;
  /** Proves at the token endpoint of a home EHR who this server is. */
  readonly prove: AssertionSigner;
  /** Hosts that are also called by plain http and at private addresses. */
  readonly allowedHosts: readonly string[];
  readonly logger: Logger;
}

/** All that tells others what happened. */
export interface Delivery {
  readonly streams: EventStreams;
  readonly meter: DeliveryMeter;
  readonly webhookKeys: WebhookKeys;
  /** Something was committed. */
  wake(): void;
  /** Ends once what is under way has ended. */
  close(): Promise<void>;
}

/** As many as are sent to one origin at the same time. */
const CONNECTIONS = 4;

/** Opens connections of its own, for what is sent and for what screens read, and starts sending. */
export async function openDelivery(options: OpenDeliveryOptions): Promise<Delivery> {
  const { url, database, house, masterKey, secrets, prove, allowedHosts, logger } = options;
  const undo: (() => Promise<void>)[] = [];
  const open = (size: number): Database => {
    const pool = openDatabase({ url, role: 'consilium_worker', size, logger });
    undo.push(() => pool.close());
    return pool;
  };
  const close = async (): Promise<void> => {
    for (const end of undo.splice(0).reverse()) await end();
  };
  try {
    const worker = open(4);
    const dispatcher = createGuardedDispatcher({ allowedHosts, connections: CONNECTIONS });
    undo.push(() => dispatcher.destroy());
    const webhookKeys = await openWebhookKeys({ database, masterKey, clock: house.clock });
    const meter = createDeliveryMeter({ worker, clock: house.clock });
    const ehr = createEhrPush({ house, signer: prove, allowedHosts, clock: systemClock });
    undo.push(() => ehr.close());
    const deliveries = await startDeliveries({
      house,
      worker,
      post: ({ url: to, ...request }) => fetchGuarded(to, { ...request, dispatcher }),
      sign: createMessageSigner(secrets, webhookKeys),
      ehr,
      onTried: (origin, outcome) => meter.note(origin, outcome),
      logger,
    });
    undo.push(() => deliveries.stop());
    // Its own: where all screens open their streams anew, nobody's deliveries wait for it.
    const streams = startEventStreams({ house, worker: open(2), logger });
    undo.push(() => streams.stop());
    const wake = (): void => {
      deliveries.wake();
      streams.wake();
    };
    return { streams, meter, webhookKeys, wake, close };
  } catch (error) {
    await close();
    throw error;
  }
}
