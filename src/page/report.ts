import type { Channel } from './channel.ts';

/** The longest metadata that is looked into, in UTF-16 code units. */
const LONGEST = 262_144;

/**
 * Tells the background which metadata the page has read, and waits until it is armed. What the page saw only decides
 * whether it is worth asking: the background fetches and validates the metadata itself.
 */
export async function reportMetadata(response: Response, url: string, channel: Channel): Promise<void> {
  const metadata = await json(response);
  const dpop = Array.isArray(metadata?.dpop_signing_alg_values_supported);
  await channel.ask({ kind: 'discover', url, dpop });
}

/** Tells the background that the page got a plain bearer token; the token itself stays out of the message. */
export async function reportExposure(response: Response, url: string, body: string, channel: Channel): Promise<void> {
  const answer = await json(response);
  if (typeof answer?.access_token !== 'string') return;
  const form = new URLSearchParams(body);
  const clientId = form.get('client_id');
  const resource = form.get('resource');
  const scope = answer.scope ?? form.get('scope');
  channel.tell({
    kind: 'exposed',
    url,
    ...(clientId && { clientId }),
    ...(resource && URL.canParse(resource) && { resource }),
    ...(typeof scope === 'string' && { scope }),
    ...(typeof answer.expires_in === 'number' && { expiresIn: answer.expires_in }),
  });
}

async function json(response: Response): Promise<Record<string, unknown> | undefined> {
  try {
    const text = await response.text();
    const value: unknown = text.length > LONGEST ? undefined : JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // not JSON, or broken off: nothing to report
  }
}
