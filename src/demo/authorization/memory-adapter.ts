interface Payload {
  readonly grantId?: string;
  readonly uid?: string;
  consumed?: number;
}

/** Storage for one oidc-provider model, named after it. */
class MemoryAdapter {
  readonly #entries: Map<string, { payload: Payload; expires: number }>;

  constructor(entries: Map<string, { payload: Payload; expires: number }>) {
    this.#entries = entries;
  }

  async upsert(id: string, payload: Payload, expiresIn?: number): Promise<void> {
    const expires = expiresIn === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiresIn * 1000;
    this.#entries.set(id, { payload, expires });
  }

  async find(id: string): Promise<Payload | undefined> {
    const entry = this.#entries.get(id);
    return entry && entry.expires > Date.now() ? entry.payload : undefined;
  }

  async findByUid(uid: string): Promise<Payload | undefined> {
    for (const { payload, expires } of this.#entries.values()) {
      if (payload.uid === uid && expires > Date.now()) return payload;
    }
    return undefined;
  }

  async findByUserCode(): Promise<undefined> {
    return undefined;
  }

  async consume(id: string): Promise<void> {
    const payload = await this.find(id);
    if (payload) payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id: string): Promise<void> {
    this.#entries.delete(id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [id, { payload }] of this.#entries) {
      if (payload.grantId === grantId) this.#entries.delete(id);
    }
  }
}

/**
 * Unbounded storage in memory, one for each authorization server. oidc-provider's own forgets the oldest client after a
 * thousand entries, which a long test run reaches.
 */
export function createMemoryAdapters(): (model: string) => MemoryAdapter {
  const models = new Map<string, Map<string, { payload: Payload; expires: number }>>();
  return (model) => {
    const entries = models.get(model) ?? new Map();
    models.set(model, entries);
    return new MemoryAdapter(entries);
  };
}
