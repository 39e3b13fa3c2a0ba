import * as v from 'valibot';
import { list, Time } from './fields.ts';
import { Origin } from './origin.ts';
import type { Told } from './told.ts';

/**
 * A cookie session that the browser, not Holdfast, binds to a key of the device (Device Bound Session Credentials), as its
 * server's response headers told. It holds no challenge and no cookie.
 */
export const DeviceBoundSession = v.pipe(
  v.object({
    /** The origin that answered. */
    server: Origin,
    /** When it was registered, in milliseconds since the epoch; undefined when only a challenge was seen. */
    registeredAt: v.optional(Time),
    /** When the server last asked for a proof of the key. */
    challengedAt: v.optional(Time),
    algorithms: list(v.string()),
    /** Where the browser registers the key. */
    path: v.optional(v.string()),
  }),
  v.readonly(),
);
export type DeviceBoundSession = v.InferOutput<typeof DeviceBoundSession>;

/** The same, as views show it. */
export type CookieSession = Told<DeviceBoundSession>;
