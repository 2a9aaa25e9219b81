/** How the app wants somebody to be signed in. https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest */
export interface Asked {
  /** Now, whoever is signed in already, here or at the organisation's own sign-in. */
  readonly anew: boolean;
  /** How long ago at most, in seconds. */
  readonly maxAge?: number;
  readonly locales?: string;
}

/** What an authorization was begun with, and what was said in it since. */
interface Begun {
  readonly params: Readonly<Record<string, unknown>>;
  readonly result?: object | undefined;
}

/** Said in an authorization whose person turned out to be somebody else. */
export const SWITCHED = { switched: true } as const;

export function isSwitched({ result }: Begun): boolean {
  return (result as Partial<typeof SWITCHED> | undefined)?.switched === true;
}

export function toAsked(begun: Begun): Asked {
  const { prompt, max_age: maxAge, ui_locales: locales } = begun.params;
  const seconds = Number(maxAge);
  return {
    anew: isSwitched(begun) || (typeof prompt === 'string' && prompt.split(' ').includes('login')),
    ...(maxAge !== undefined && Number.isSafeInteger(seconds) ? { maxAge: seconds } : {}),
    ...(typeof locales === 'string' ? { locales: locales.slice(0, 200) } : {}),
  };
}
