import type { Request } from '@hapi/hapi';
import type { Caller } from '../base/index.ts';
import type { Context } from '../interactions/index.ts';
import { checkAccept } from './negotiate.ts';

declare module '@hapi/hapi' {
  interface UserCredentials {
    readonly caller?: Caller;
  }
}

/** Who asks, for the interactions. Only routes behind the bearer scheme may call it. */
export function contextOf(request: Request): Context {
  const caller = request.auth.credentials.user?.caller;
  if (caller === undefined) throw new Error('a route without authentication asked for its caller');
  return { caller, request: request.info.id };
}

/** The parameters of the query in their order, repeats kept; checks that the answer's format is one we have. */
export function paramsOf(request: Request): [string, string][] {
  const params = queryOf(request);
  const format = params.find(([name]) => name === '_format')?.[1];
  checkAccept(request.headers.accept as string | undefined, format);
  return params;
}

function queryOf(request: Request): [string, string][] {
  const { url = '' } = request.raw.req;
  const mark = url.indexOf('?');
  return mark < 0 ? [] : [...new URLSearchParams(url.slice(mark + 1))];
}

export function pathParam(request: Request, name: string): string {
  return String((request.params as Record<string, unknown>)[name] ?? '');
}

export function headerOf(request: Request, name: string): string | undefined {
  const value: unknown = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** `Prefer: handling=strict; return=minimal` → strict, minimal. https://hl7.org/fhir/R4/http.html#ops */
export function preferenceOf(request: Request, name: 'handling' | 'return'): string | undefined {
  const match = new RegExp(`(?:^|[;,\\s])${name}=([A-Za-z]+)`).exec(headerOf(request, 'prefer') ?? '');
  return match?.[1];
}
