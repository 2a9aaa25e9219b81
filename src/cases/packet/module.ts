import { PACKET_INCOMPLETE } from '../exclusions/override.ts';
import type { EngineModule } from '../module.ts';
import { checkPacket } from './check.ts';
import { readPacket } from './read.ts';
import { COMPLETENESS_TYPES } from './types.ts';

/** The packet's part in the engine: a case is not accepted while something is missing that its programme requires. */
export const packet: EngineModule = {
  guard: {
    to: ['accepted'],
    overridable: PACKET_INCOMPLETE,
    wanted: ({ row, rules }) =>
      rules.packet.some(({ level }) => level === 'required')
        ? { refs: [row.serviceRequest], types: COMPLETENESS_TYPES }
        : {},
    check({ row, rules, records, now }) {
      const request = records.get(row.serviceRequest);
      if (request === undefined) return [];
      const { service, specialty } = row.state;
      const read = readPacket(request, [...records.values()], row.state.ledger[0]?.from ?? now, now);
      return (
        checkPacket(rules, read, { service, now, ...(specialty === undefined ? {} : { specialty }) })
          .filter(({ severity }) => severity === 'error')
          // What is missing is not missing from the Task by which the case is accepted.
          .map(({ expression: _expression, ...issue }) => issue)
      );
    },
  },
};
