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

/** Its container (tsyringe) asks for the metadata of decorators, and leaves it to the program where that comes from. */
async function load(): Promise<X509> {
  await import('reflect-metadata');
  return await import('@peculiar/x509');
}
