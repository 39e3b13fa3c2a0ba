import * as v from 'valibot';
import browser from 'webextension-polyfill';
import type { PageReading } from '../../messages/ui.ts';
import { LONGEST_URL, MOST_READ, MOST_SEEN } from '../../model/quotas.ts';
import { isSecureTransport } from '../../protocol/oauth/loopback.ts';

/** What the look at a page may say. The page's process says it, and may be the attacker's. */
const Seen = v.object({
  servers: v.pipe(v.array(v.pipe(v.string(), v.maxLength(LONGEST_URL))), v.maxLength(MOST_SEEN.servers)),
  tokens: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(MOST_SEEN.tokens)),
});

/**
 * What script in the page of a tab can read. The person asked in the popup, which stands over that page: so Chrome lets Holdfast in
 * once (`activeTab`). Nothing of it is kept. Undefined where Chrome does not let it in, or the page's process answers nonsense.
 */
export async function readPage(tab: number): Promise<PageReading | undefined> {
  const target = { tabId: tab };
  const answers = await browser.scripting
    .executeScript({ target, func: look, args: [{ ...MOST_READ, ...MOST_SEEN }] })
    .catch(() => []);
  const seen = v.safeParse(Seen, answers[0]?.result);
  if (!seen.success) return undefined;
  const { servers, tokens } = seen.output;
  const origins = servers.flatMap((url) => (URL.canParse(url) && isSecureTransport(url) ? new URL(url).origin : []));
  return { servers: [...new Set(origins)].slice(0, MOST_SEEN.shown), tokens };
}

/** Of a page's globals, those that are looked at. */
interface PageGlobals {
  readonly localStorage?: PageStorage;
  readonly sessionStorage?: PageStorage;
  readonly document?: { readonly cookie: string };
  readonly performance: { getEntriesByType(type: string): readonly PageEntry[] };
}

interface PageStorage {
  readonly length: number;
  key(index: number): string | null;
  getItem(name: string): string | null;
}

interface PageEntry {
  readonly name: string;
  readonly initiatorType: string;
}

/**
 * Looks at the storage of the page that it runs in, and at the addresses of its requests. It runs in Holdfast's own world of the page, whose
 * natives the page cannot change, and uses nothing from outside of itself. Tokens are counted here, and leave as a number.
 */
export function look(most: typeof MOST_READ & typeof MOST_SEEN): { servers: string[]; tokens: number } {
  const page = globalThis as unknown as PageGlobals;
  const servers = new Set<string>();
  const tokens = new Set<string>();
  let left = most.characters;

  const TOKEN_NAME = /(?:access|refresh|id|auth|bearer|session)[-_]?token|api[-_]?key/i;
  const NAMED_TOKEN =
    /"(?:(?:access|refresh|id|auth|bearer|session)[-_]?token|api[-_]?key)\\{0,8}"\s{0,8}:\s{0,8}\\{0,8}"([^"\\]{16,8192})/gi;
  /** A JWT (RFC 7519), or a key that many services write so. */
  const LOOKS_SO = /(?<![\w-])(?:eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|(?:sk|ghp|gho|glpat|xox[abp])[-_][\w-]{20,})/g;
  const NAMED_SERVER =
    /"(?:resource|server_?url|resource_?url)\\{0,8}"\s{0,8}:\s{0,8}\\{0,8}"(https?:\/\/[^"\\\s]{1,512})/gi;
  const HANDLE = /^hf[rk]?_[\w-]{43}$/;

  function found(token: string): void {
    if (!HANDLE.test(token) && tokens.size < most.tokens) tokens.add(token);
  }

  function server(url: string): void {
    if (servers.size < most.servers) servers.add(url);
  }

  /** One thing that script can read, by its name. */
  function read(name: string, value: string): void {
    const text = value.slice(0, Math.max(0, Math.min(left, most.item)));
    left -= text.length + name.length;
    const isMcp = /mcp|authorization_?servers?/i.test(name + text);
    const bare = text.replace(/^"|"$/g, '');
    if (TOKEN_NAME.test(name) && /^[\x21\x23-\x5a\x5c\x5e-\x7a\x7c\x7e]{16,8192}$/.test(bare)) found(bare);
    for (const [, token = ''] of text.matchAll(NAMED_TOKEN)) found(token);
    for (const [token] of text.matchAll(LOOKS_SO)) found(token);
    if (!isMcp) return;
    for (const [, url = ''] of text.matchAll(NAMED_SERVER)) server(url);
    const [inName] = /https?:\/\/[^\s\]|"']{1,512}/.exec(name.slice(0, most.item)) ?? [];
    if (inName !== undefined) server(inName);
  }

  for (const place of ['localStorage', 'sessionStorage'] as const) {
    try {
      const storage = page[place];
      for (let index = 0; index < (storage?.length ?? 0) && left > 0; index += 1) {
        const name = storage?.key(index) ?? '';
        read(name, storage?.getItem(name) ?? '');
      }
    } catch {
      // A page in a sandbox has none.
    }
  }
  try {
    for (const cookie of page.document?.cookie.slice(0, most.item).split('; ') ?? []) {
      const [name = '', ...value] = cookie.split('=');
      read(name, value.join('='));
    }
  } catch {
    // Nor does it have cookies.
  }
  for (const { name, initiatorType } of page.performance.getEntriesByType('resource').slice(0, most.requests)) {
    if (!URL.canParse(name)) continue;
    const { origin, pathname } = new URL(name);
    const isAsked = initiatorType === 'fetch' || initiatorType === 'xmlhttprequest';
    const isMetadata = pathname.startsWith('/.well-known/oauth-protected-resource');
    if (isMetadata || (isAsked && /\/(?:mcp|sse)\/?$/.test(pathname))) server(origin);
  }
  return { servers: [...servers], tokens: tokens.size };
}
