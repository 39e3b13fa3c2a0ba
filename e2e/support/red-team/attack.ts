import type { Frame, Page } from '@playwright/test';

/** What an attacker knows. Secrets are what it does not. */
export interface Known {
  readonly resource: string;
  readonly issuer: string;
  readonly access: string;
  readonly refresh: string;
  readonly clientId: string;
  /** A server of the attacker's own, on another origin; its CORS admits everybody. */
  readonly evil: string;
  /** A server behind the person's firewall, on another origin; its CORS admits nobody. */
  readonly intranet: string;
  /** An authorization server of the attacker's own that points there: at `/named` by its metadata, at `/redirecting` by a redirect. */
  readonly crossing: string;
  readonly extension: string;
}

export interface Attack {
  readonly name: string;
  /** What the attacker hoped for. */
  readonly hope: string;
  /** @returns what the attacker got, as text */
  readonly run: (place: Page | Frame, known: Known) => Promise<string>;
  /** What has to have come of it, where more is demanded than that no secret and nothing accepted came out. */
  readonly got?: RegExp;
  /** What is demanded is of proofs: of a held session, which has none, it is not. */
  readonly isOfProofs?: true;
  /** The attacker is the MCP server: it may pass on the proof that it was sent, and send its clients to its own paths. */
  readonly hears?: 'its own proof';
}

/** A form as a page's script sends it. */
export const form = (members: Record<string, string>) => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(members).toString(),
});

/** A request from script of a page, in its own words. */
export const request = (place: Page | Frame, url: string, init: RequestInit): Promise<string> =>
  place.evaluate(
    ([to, given]) =>
      fetch(to, given).then(
        async (response) =>
          `${response.status} ${[...response.headers].join()} ${(await response.text().catch(() => '')).slice(0, 5000)}`,
        (error) => String(error),
      ),
    [url, init] as const,
  );

/** Runs a function in the relay's own world. No page can do that, unless it has taken over its process. */
export async function inRelay<Given extends readonly unknown[]>(
  place: Page | Frame,
  work: (...given: Given) => Promise<string>,
  ...given: Given
): Promise<string> {
  const devtools = await (place as Page).context().newCDPSession(place as Page);
  const relay = new Promise<number>((resolve) => {
    devtools.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name === 'Holdfast' && context.origin.startsWith('chrome-extension:')) resolve(context.id);
    });
  });
  await devtools.send('Runtime.enable');
  const { result, exceptionDetails } = await devtools.send('Runtime.evaluate', {
    expression: `(${work})(...${JSON.stringify(given)})`,
    contextId: await relay,
    awaitPromise: true,
    returnByValue: true,
  });
  await devtools.detach();
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return String(result.value);
}

/**
 * Says something to the background as if the attacker had taken the wrapper's place: from the relay's own world, on ports of
 * its own. No page can do that; the background has to stand it all the same.
 *
 * @returns what the background answered
 */
export function speak(
  place: Page | Frame,
  bodies: readonly unknown[],
  { ports = 1, name = 'page', origin = 'https://victim.example' } = {},
): Promise<string> {
  const speech = async (messages: readonly unknown[], count: number, portName: string, claimed: string) => {
    const heard: unknown[] = [];
    const one = () =>
      new Promise<void>((resolve) => {
        const port = chrome.runtime.connect({ name: portName });
        // The background answers every message of a page, and nothing at all on a port that is not for it.
        if (portName !== 'page') setTimeout(resolve, 500);
        let left = messages.length;
        port.onMessage.addListener((message) => {
          heard.push(message);
          left -= 1;
          if (left === 0) resolve();
        });
        for (const [id, body] of messages.entries()) port.postMessage({ id, body, origin: claimed });
      });
    await Promise.all(Array.from({ length: count }, one));
    return JSON.stringify(heard);
  };
  return inRelay(place, speech, bodies, ports, name, origin);
}

/** Says something through a channel that the wrapper's handshake is imitated for. */
export const forge = (place: Page | Frame, bodies: readonly unknown[], { resource, access }: Known): Promise<string> =>
  place.evaluate(
    async ([messages, url, token]) => {
      const { port1, port2 } = new MessageChannel();
      const heard: unknown[] = [];
      port1.onmessage = ({ data }) => heard.push(data);
      dispatchEvent(new MessageEvent('holdfast:given', { ports: [port2] }));
      for (const [id, body] of messages.entries()) port1.postMessage({ id, body, origin: 'https://victim.example' });
      // A request of the page's own goes the same way, behind them.
      await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: '{}' }).catch(() => null);
      return JSON.stringify(heard);
    },
    [bodies, resource, access] as const,
  );
