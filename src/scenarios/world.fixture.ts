import type { Activity } from '../model/activity.ts';
import { anAccessHandle, anIssuer, anOrigin, aResource } from '../model/brands.fixture.ts';
import type { Origin } from '../model/origin.ts';
import { resolvePolicy } from '../model/policy.ts';
import type { SignIns } from '../model/sign-in.ts';
import 'fake-indexeddb/auto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { encode } from 'jose/base64url';
import { createLock } from '../background/lock/lock.ts';
import { createQuestion } from '../background/lock/question.ts';
import { createArmingStore } from '../background/store/arming.ts';
import { type Database, openDatabase } from '../background/store/database.ts';
import { createDrillStore } from '../background/store/drills.ts';
import { createKeyStore } from '../background/store/keys.ts';
import type { RawKeyMemory } from '../background/store/raw-key.ts';
import { createServerMemory } from '../background/store/server-hints.ts';
import { createServerStore } from '../background/store/servers.ts';
import { createSessionStore } from '../background/store/sessions.ts';
import { createUsageStore } from '../background/store/usage.ts';
import { createVault } from '../background/store/vault.ts';
import type { PageReply, PageRequest } from '../messages/page.ts';
import type { PolicyChoice } from '../model/policy.ts';
import type { BoundSession } from '../model/session.ts';
import { codeOf, HoldfastError } from '../protocol/error.ts';
import { codeChallenge } from '../protocol/oauth/pkce.ts';
import { createHoldfast } from '../sessions/holdfast.ts';
import type { Caller, Credential, Ports, Probe, ProbeReply, Reply } from '../sessions/ports.ts';
import type { Leaving } from '../sessions/requests/proof-log.ts';

export const AGENT = anOrigin('https://agent.example');
export const ISSUER = anIssuer('https://as.example');
export const RESOURCE = aResource('https://mcp.example/mcp');
/** For a client that names no resource. */
export const NO_RESOURCE = '';
export const METADATA_URL = `${ISSUER}/.well-known/oauth-authorization-server`;
export const METADATA = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/authorize`,
  token_endpoint: `${ISSUER}/token`,
  revocation_endpoint: `${ISSUER}/revoke`,
  introspection_endpoint: `${ISSUER}/introspect`,
  pushed_authorization_request_endpoint: `${ISSUER}/par`,
  dpop_signing_alg_values_supported: ['ES256'],
};

/** A form as it arrived at a server. */
export interface Posted {
  readonly url: string;
  readonly agent: Origin;
  readonly headers: Readonly<Record<string, string>>;
  readonly form: URLSearchParams;
  readonly proof: { readonly header: Record<string, unknown>; readonly claims: Record<string, unknown> } | undefined;
}

export interface ScriptedReply {
  readonly status?: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A database of a test's own. */
export const newDatabase = (): Promise<Database> =>
  openDatabase(`holdfast-${encode(crypto.getRandomValues(new Uint8Array(8)))}`);

/**
 * The use cases over real storage; the servers' replies, the rules and the person's consent are the test's.
 *
 * @param database that of another world, for a worker that starts where that one was ended
 */
export function createWorld(database: PromiseLike<Database> = newDatabase()) {
  let time = Date.UTC(2026, 10, 23);
  const posted: Posted[] = [];
  const replies: (ScriptedReply | 'unreachable' | Promise<ScriptedReply>)[] = [];
  const documents = new Map<string, unknown>([[METADATA_URL, METADATA]]);
  const probed: (Probe & { readonly url: string })[] = [];
  const resource: { answer: (probe: Probe) => ProbeReply | Promise<ProbeReply> } = {
    answer: () => replyOf({ body: '' }),
  };
  const listened: { url: string; headers: Readonly<Record<string, string>> }[] = [];
  const stream: { answer: (headers: Readonly<Record<string, string>>) => Reply } = {
    answer: () => replyOf({ status: 405, body: '' }),
  };
  const presented: ({ tab: number; url: string } & Credential)[] = [];
  const cleared: string[] = [];
  const settled: string[] = [];
  const named: ({ agent: Origin; endpoint: string; thumbprint: string } & SignIns)[] = [];
  const unnamed: { agent: Origin; endpoint: string }[] = [];
  const kept: string[][] = [];
  const withdrawn: string[] = [];
  const renewals: string[] = [];
  const activity: Activity[] = [];
  const declines = new Set<string>();
  const further: { asked: string[]; answer: (address: string) => boolean | Promise<boolean> } = {
    asked: [],
    answer: () => false,
  };
  const policy: { -readonly [Name in keyof PolicyChoice]: PolicyChoice[Name] } = {};
  const rawKey = createRawKey();
  const vault = createVault(database, rawKey);
  const asked: Origin[] = [];
  const question = createQuestion(
    (agent) => void asked.push(agent),
    () => undefined,
  );
  const lock = createLock({
    vault,
    question,
    drop: () => holdfast.lock(),
    changed: () => undefined,
  });

  const ports: Ports = {
    keys: createKeyStore(database, () => time),
    sessions: createSessionStore(database, vault, () => undefined),
    usage: createUsageStore(database, () => undefined),
    drills: createDrillStore(database, () => undefined),
    servers: createServerStore(database),
    arming: createArmingStore(database),
    memory: createServerMemory({ database, area: createArea(), now: () => time, failed: () => undefined }),
    network: {
      async get(url) {
        const document = documents.get(url);
        if (document === undefined) throw new HoldfastError('server_unreachable', url);
        if (typeof document !== 'string') return Response.json(document);
        return new Response(document, { headers: { 'content-type': 'application/json' } });
      },
      async post(url, agent, headers, body) {
        posted.push({ url, agent, headers, form: new URLSearchParams(body), proof: decoded(headers.DPoP) });
        const reply = await replies.shift();
        if (!reply) throw new Error(`no reply was scripted for ${url}`);
        if (reply === 'unreachable') throw new HoldfastError('server_unreachable', url);
        return replyOf(reply);
      },
      async probe(url, _, probe) {
        probed.push({ url, ...probe });
        return resource.answer(probe);
      },
      async firstEvent(url, _, headers) {
        listened.push({ url, headers });
        return stream.answer(headers);
      },
    },
    rules: {
      nameKey: async (agent, endpoint, thumbprint, signIns) =>
        void named.push({ agent, endpoint, thumbprint, ...signIns }),
      nameNone: async (agent, endpoint) => void unnamed.push({ agent, endpoint }),
      keepOnly: async (armed) => void kept.push([...armed]),
      present: async (tab, _, url, credential) => void presented.push({ tab, url, ...credential }),
      stands: ({ tab, url }, { scheme, accessToken }) =>
        withdrawn.length === 0 &&
        !cleared.includes(`${tab} ${url}`) &&
        presented.some((one) => one.url === url && one.scheme === scheme && one.accessToken === accessToken),
      async renew(_, accessToken, renewal) {
        withdrawn.push(accessToken);
        renewals.push(renewal);
      },
      withdraw: async (accessToken) => void withdrawn.push(accessToken),
      withdrawAll: async () => void withdrawn.push('everything'),
      stepAside: async ({ tab, url }) => void cleared.push(`${tab} ${url}`),
      settle: ({ tab, url }) => void settled.push(`${tab} ${url}`),
    },
    access: {
      granted: async (_, origins) => !origins.some((origin) => declines.has(origin)),
      mayHave: async (_, origin) => !declines.has(origin),
      ensure: async (_, origins) => !origins.some((origin) => declines.has(origin)),
      async askFurther({ id }, address) {
        further.asked.push(`${id} ${address}`);
        return further.answer(address);
      },
      refusal: async (_, origins) =>
        origins.some((origin) => declines.has(origin))
          ? { reason: 'declined', origins: [...declines].map(anOrigin) }
          : undefined,
      signedIn: async () => undefined,
    },
    policies: { of: async () => resolvePolicy({}, policy) },
    lock: lock.port,
    recall: () => undefined,
    record: (line) => void activity.push(line),
    failed: (error, agent) => void activity.push({ at: time, kind: 'failed', agent, code: codeOf(error) }),
    now: () => time,
    random: () => encode(crypto.getRandomValues(new Uint8Array(32))),
  };

  const holdfast = createHoldfast(ports);
  const caller = (agent = AGENT, tab = 1): Caller => ({ agent, tab, since: time, resources: new Set() });
  const ask = (request: PageRequest, who = caller()): Promise<PageReply> => holdfast.answer(request, who);

  return {
    ports,
    holdfast,
    posted,
    /** What the drill sent to the resource, and what that answers. */
    probed,
    resource,
    /** The event streams that were asked for, and what those answer. */
    listened,
    stream,
    replies,
    documents,
    presented,
    /** Where a token was taken away again. */
    cleared,
    settled,
    named,
    unnamed,
    /** What the rules of keys were cut down to. */
    kept,
    withdrawn,
    /** Tokens that have taken the place of others wherever those stood. */
    renewals,
    activity,
    declines,
    /** The questions for further addresses: session and address of each, and what the person says. */
    further,
    policy,
    lock,
    /** The vault's key as the browser's memory has it. */
    rawKey,
    /** The one question of a locked vault, and the agents for which it was put. */
    question,
    asked,
    caller,
    ask,
    database,
    pass: (milliseconds: number): void => {
      time += milliseconds;
    },
    /** A page discovers the server, and its authorization request leaves with the armed key. */
    async authorize(challenge: string, agent = AGENT, method = 'S256'): Promise<string> {
      await ask({ kind: 'discover', url: METADATA_URL, dpop: true }, caller(agent));
      const key = named.at(-1)?.thumbprint ?? '';
      const query = new URLSearchParams({
        client_id: 'me',
        code_challenge: challenge,
        code_challenge_method: method,
        dpop_jkt: key,
        scope: 'a b',
      });
      await holdfast.authorized(agent, `${METADATA.authorization_endpoint}?${query}`);
      return key;
    },
    /** A session that is bound, as after a sign-in. */
    async bound({
      agent = AGENT,
      resource = RESOURCE,
      ...members
    }: {
      agent?: Origin;
      resource?: string;
      access_token?: string;
      /** Seconds. */
      expires_in?: number | undefined;
    } = {}): Promise<BoundSession> {
      const verifier = encode(crypto.getRandomValues(new Uint8Array(32)));
      await this.authorize(await codeChallenge(verifier), agent);
      replies.push(tokens(members));
      const form = {
        grant_type: 'authorization_code',
        code: 'c',
        code_verifier: verifier,
        client_id: 'me',
        ...(resource !== NO_RESOURCE && { resource }),
      };
      const { access_token } = answerOf(await this.post(METADATA.token_endpoint, form, caller(agent)));
      const session = await ports.sessions.byHandle(anAccessHandle(String(access_token)));
      if (session?.state !== 'bound') throw new Error('the session is not bound');
      posted.length = 0;
      return session;
    },
    /** A page's POST of a form. @param readsTokens as the wrapper of a page does that was loaded under the policy of now */
    post(
      url: string,
      form: Record<string, string>,
      who = caller(),
      headers: [string, string][] = [],
      readsTokens = policy.custody === false,
    ): Promise<PageReply> {
      return ask({ kind: 'form', url, headers, body: new URLSearchParams(form).toString(), readsTokens }, who);
    },
  };
}

export type World = ReturnType<typeof createWorld>;

/** A request as the network saw it leave. @param field that it left with, by default `Authorization` */
export function leaving(value: string, field = 'authorization'): Leaving {
  const header = (name: string) => (value !== '' && name.toLowerCase() === field ? value : null);
  return { tab: 1, initiator: AGENT, method: 'POST', url: RESOURCE, header, mcp: {} };
}

/** A token response; CORS admits every page. */
export function tokens(members: Record<string, unknown> = {}, headers: Record<string, string> = {}): ScriptedReply {
  const body = {
    access_token: 'real-access',
    token_type: 'DPoP',
    expires_in: 3600,
    refresh_token: 'real-refresh',
    ...members,
  };
  return { body, headers };
}

export function oauthRefusal(error: string, headers: Record<string, string> = {}): ScriptedReply {
  return { status: 400, body: { error }, headers };
}

/** The answer that a page got, decoded. */
export function answerOf(reply: PageReply): Record<string, unknown> & { status: number } {
  if (reply.kind !== 'answer') throw new Error(`the page got ${reply.kind}`);
  return { ...JSON.parse(reply.body), status: reply.status };
}

export function replyOf({ status = 200, body, headers = {} }: ScriptedReply): ProbeReply {
  const fields = new Headers({ 'Access-Control-Allow-Origin': '*', ...headers });
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, body: text, header: (name) => fields.get(name), fields: [...fields.values()] };
}

function decoded(proof: string | undefined): Posted['proof'] {
  return proof === undefined
    ? undefined
    : { header: { ...decodeProtectedHeader(proof) }, claims: { ...decodeJwt(proof) } };
}

/** Stands for the browser's memory, which outlives a worker. */
export function createRawKey(): RawKeyMemory {
  let kept: Uint8Array<ArrayBuffer> | undefined;
  return {
    get: async () => kept,
    set: async (raw) => {
      kept = raw;
    },
    clear: async () => {
      kept = undefined;
    },
  };
}

/** Stands for `storage.session`, with so much room. */
export function createArea(room = Number.POSITIVE_INFINITY, stored: Record<string, unknown> = {}) {
  return {
    async get(defaults: Record<string, unknown>) {
      return structuredClone({ ...defaults, ...stored });
    },
    async set(items: Record<string, unknown>) {
      if (JSON.stringify({ ...stored, ...items }).length > room) throw new Error('QUOTA_BYTES quota exceeded');
      Object.assign(stored, structuredClone(items));
    },
  };
}
