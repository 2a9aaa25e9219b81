import type * as x509 from '@peculiar/x509';

type X509 = typeof x509;

let loading: Promise<X509> | undefined;

/**
 * @peculiar/x509, loaded when a certificate is first made or read: it takes a tenth of a second, which most processes
 * never need.
 */
export function loadX509(): Promise<X509> {
  loading ??= load();
  return loading;
}

/**
 * Its container (tsyringe) refuses to load where nothing answers for the metadata of decorators. Nothing that is decorated
 * there has any, so that answering "none" is the truth; whoever loaded the real thing before keeps it.
 */
function load(): Promise<X509> {
  if (!('getMetadata' in Reflect)) {
    const none = (): undefined => undefined;
    Object.assign(Reflect, { getMetadata: none, getOwnMetadata: none, defineMetadata: none });
  }
  return import('@peculiar/x509');
}
