import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { decodeWireProof, proofFields, type WireProof } from '../wire-proof.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import type { Era } from './endpoint.ts';
import type { RefusalCode, Scheme } from './refusal.ts';

/** One request as the MCP server saw it on the wire. Holds no token. */
export interface ResourceServerEntry {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly method: string;
  readonly path: string;
  /** The `Origin` header. */
  readonly origin: string | undefined;
  /** Of the `Authorization` header, whatever came of it. */
  readonly scheme: Scheme | undefined;
  /** A token on a preflight: must never happen. */
  readonly tokenOnOptions: boolean;
  /** How many `DPoP` fields came. */
  readonly proofs: number;
  /** The first of them, decoded: jti, htm, htu, nonce and ath as sent. */
  readonly proof: WireProof | undefined;
  /** Whether `ath` is the hash of the token that came along; `undefined` without a proof. */
  readonly athOk: boolean | undefined;
  era?: Era;
  /** The JSON-RPC method. */
  rpcMethod?: string;
  /** The JSON-RPC id: a request that is made once more has the same. */
  rpcId?: string | number;
  /** Of a `tools/call`. */
  tool?: string;
  /** Whose token it was; absent when it was not accepted. */
  sub?: string;
  /** 0 until answered. */
  status: number;
  error?: RefusalCode;
  errorDescription?: string;
}

/** What the server works with and the log must not keep. */
export interface IncomingAccess {
  readonly credentials: Credentials;
  readonly proofFields: readonly string[];
  readonly proof: WireProof | undefined;
  /** Of the header field `X-API-Key`. */
  readonly apiKey: string | undefined;
}

/** Reads a request's headers once, for the log and for the decision. */
export function readRequest(request: IncomingMessage): { entry: ResourceServerEntry; incoming: IncomingAccess } {
  const credentials = readCredentials(request.headers.authorization);
  const fields = proofFields(request);
  const proof = decodeWireProof(fields);
  const [path = '/'] = (request.url ?? '/').split('?');
  const entry: ResourceServerEntry = {
    time: Date.now(),
    method: request.method ?? 'GET',
    path,
    origin: request.headers.origin,
    scheme: credentials.scheme,
    tokenOnOptions: request.method === 'OPTIONS' && request.headers.authorization !== undefined,
    proofs: fields.length,
    proof,
    athOk: proof && proof.claims.ath === createHash('sha256').update(credentials.token).digest('base64url'),
    status: 0,
  };
  const apiKey = request.headers['x-api-key']?.toString();
  return { entry, incoming: { credentials, proofFields: fields, proof, apiKey } };
}

/** Adds what the body says. */
export function noteCall(entry: ResourceServerEntry, body: unknown): void {
  const call = (body ?? {}) as { method?: unknown; id?: unknown; params?: { name?: unknown } };
  if (typeof call.id === 'string' || typeof call.id === 'number') entry.rpcId = call.id;
  if (typeof call.method === 'string') entry.rpcMethod = call.method;
  if (call.method === 'tools/call' && typeof call.params?.name === 'string') entry.tool = call.params.name;
}
