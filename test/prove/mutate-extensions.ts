import type { ExtensionDefinition } from './mutate-definitions.ts';
import { choose } from './mutate-faults.ts';
import type { Fault } from './mutate-faults.ts';
import type { Holder } from './mutate-walk.ts';

/** An extension that is right, on an element that it is not one of. */
export function* strayExtensions(extensions: readonly ExtensionDefinition[], holder: Holder): Generator<Fault> {
  if (!holder.names.has('extension')) return;
  const others = extensions.filter(({ contexts }) => !contexts.some((context) => holder.isOf.has(context)));
  const stray = choose(others, holder.place);
  if (stray === undefined) return;
  const { extension } = holder.value;
  const held: readonly unknown[] = Array.isArray(extension) ? extension : [];
  yield {
    kind: 'extension context',
    rule: `${stray.url} is one of ${stray.contexts.join(', ')}`,
    pointer: [...holder.pointer, 'extension'],
    place: `${holder.place}.extension[${held.length}]`,
    change: (parent) => {
      parent['extension'] = [...held, { url: stray.url, [stray.name]: stray.value }];
    },
  };
}
