import { type FetchArguments, readArguments } from './arguments.ts';
import type { Natives } from './natives.ts';
import type { Proofs } from './proofs.ts';
import { type Found, recognise, type Sent } from './recognise.ts';

export type Native = (given: FetchArguments) => Promise<Response>;

/** A call as it was found, with the arguments that can still be used. */
export interface Call {
  readonly found: Found | Aside | undefined;
  readonly given: FetchArguments;
}

/** A request of the page's own, where a token may still be presented. */
interface Aside {
  readonly kind: 'aside';
  readonly places: readonly string[];
  readonly found: Found | undefined;
}

/** Where a token may still be presented, as far as this scope knows. */
export type Warm = Pick<Proofs, 'any' | 'warm'>;

export function requestOf([input, init]: FetchArguments, natives: Natives): Request {
  return new natives.Request(input, init);
}

/**
 * A scope's `fetch`: what concerns Holdfast is handled, all else goes to the native one at once.
 *
 * @param sent is told of each request that is none to prove, and no form
 */
export function intercept(
  natives: Natives,
  proofs: Warm,
  handle: (found: Call['found'], given: FetchArguments, native: Native) => Promise<Response>,
  sent: (sent: Sent) => void = () => undefined,
): typeof fetch {
  return new Proxy(natives.fetch, {
    apply(_, self, original: Parameters<typeof fetch>) {
      const native: Native = (given) => Reflect.apply(natives.fetch, self, given);
      const { found, given } = look(original);
      return found ? handle(found, given, native) : native(given);
    },
  });

  /** Looks at the arguments without consuming them; where that cannot be, a Request takes their place. */
  function look(given: FetchArguments): Call {
    try {
      const read = readArguments(given, natives);
      if (!read) return look([requestOf(given, natives)]);
      const found = recognise(read, natives);
      if (found?.kind !== 'prove' && found?.kind !== 'form') sent(read);
      if (natives.presented(read.headers) || !proofs.any()) return { found, given };
      const places = proofs.warm(natives.absolute(read.url));
      return { found: places[0] ? { kind: 'aside', places, found } : found, given };
    } catch {
      return { found: undefined, given }; // not a request: the native fetch says why
    }
  }
}
