type Listener = (...given: never[]) => unknown;

/** An event of the browser's, which a test lets happen. */
export function createEvent() {
  const listeners = new Set<Listener>();
  return {
    addListener: (listener: Listener) => void listeners.add(listener),
    removeListener: (listener: Listener) => void listeners.delete(listener),
    hasListener: (listener: Listener) => listeners.has(listener),
    async happen(...given: unknown[]): Promise<void> {
      for (const listener of listeners) await listener(...(given as never[]));
    },
  };
}

/** A storage area; what is in it is the test's to change. */
export function createArea(kept: Record<string, unknown> = {}) {
  return {
    kept,
    get: async (asked?: string | Record<string, unknown>) => {
      const defaults = typeof asked === 'object' ? asked : {};
      return structuredClone(typeof asked === 'string' ? { [asked]: kept[asked] } : { ...defaults, ...kept });
    },
    set: async (items: Record<string, unknown>) => void Object.assign(kept, structuredClone(items)),
    clear: async () => {
      for (const name of Object.keys(kept)) delete kept[name];
    },
  };
}
