import { MOST_HANDLES } from '../model/quotas.ts';
import type { Channel } from './channel.ts';
import type { Natives } from './natives.ts';
import { handlesOf, type Sent } from './recognise.ts';

/** What is looked at in a server's answer; the background decides what of it is true. */
interface Answer {
  readonly dpop_signing_alg_values_supported?: unknown;
  readonly token_endpoint?: string;
  readonly access_token?: unknown;
  readonly token_type?: string;
  readonly scope?: string;
  readonly expires_in?: number;
}

/** The longest metadata that is looked into, in UTF-16 code units. */
const LONGEST = 262_144;

/**
 * Tells the background which metadata the page has read, and waits until it is armed. What the page saw only decides
 * whether it is worth asking: the background fetches and validates the metadata itself.
 */
export async function reportMetadata(response: Response, url: string, channel: Channel): Promise<void> {
  const metadata = await json(response);
  const dpop = Array.isArray(metadata?.dpop_signing_alg_values_supported);
  await channel.ask({ kind: 'discover', url, dpop, tokenEndpoint: metadata?.token_endpoint });
}

/** Tells the background that the page got a token by itself, and waits until it is noted. The token is not in the message. */
export async function reportExposure(response: Response, url: string, body: string, channel: Channel): Promise<void> {
  const answer = await json(response);
  if (!answer?.access_token) return;
  await channel.ask({
    kind: 'exposed',
    url,
    body,
    type: answer.token_type,
    scope: answer.scope,
    expiresIn: answer.expires_in,
  });
}

/** Tells the background where the page sends handles to. What leaves is not touched. */
export function reportHandles(sent: Sent, natives: Natives, channel: Channel): void {
  const handles = handlesOf(sent).slice(0, MOST_HANDLES);
  if (handles[0]) channel.tell({ kind: 'passedOn', url: natives.absolute(sent.url), handles });
}

async function json(response: Response): Promise<Answer | undefined> {
  try {
    const text = await response.text();
    return text.length > LONGEST ? undefined : Object(JSON.parse(text));
  } catch {
    return undefined; // not JSON, or broken off: nothing to report
  }
}
