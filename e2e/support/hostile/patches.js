// Served inline, ahead of everything else of a hostile page: it listens in on whatever script can patch.
(() => {
  let busy = false;
  const loot = [];
  const kept = new Set();
  // Taking the loot ends the listening: what looks through it would be listened to as well.
  Object.defineProperty(window, 'loot', {
    get() {
      busy = true;
      return loot;
    },
  });
  const stringify = JSON.stringify.bind(JSON);
  const show = (value, depth = 0) => {
    if (typeof value === 'string') return value;
    if (value === null || typeof value !== 'object') return String(value);
    if (depth > 3) return '';
    if (value instanceof NativeHeaders) return [...nativeEntries.call(value)].join();
    try {
      return stringify(value) ?? '';
    } catch {
      return '';
    }
  };
  const NativeHeaders = Headers;
  const NativeProxy = Proxy;
  const { apply, construct, getOwnPropertyDescriptor, ownKeys } = Reflect;
  const nativeEntries = Headers.prototype.entries;
  const has = kept.has.bind(kept);
  const add = kept.add.bind(kept);
  const keep = (where, values) => {
    if (busy || loot.length > 200_000) return;
    busy = true;
    try {
      const line = `${where}: ${values.map((value) => show(value)).join(' | ')}`;
      if (!has(line)) loot[loot.length] = line;
      add(line);
    } finally {
      busy = false;
    }
  };
  const patch = (owner, name, label = name) => {
    const descriptor = getOwnPropertyDescriptor(owner, name);
    if (!descriptor?.configurable && !descriptor?.writable) return;
    if (typeof descriptor.value === 'function') {
      const value = new NativeProxy(descriptor.value, {
        apply(target, self, given) {
          const result = apply(target, self, given);
          keep(label, [...given, result]);
          return result;
        },
        construct(target, given, newTarget) {
          const made = construct(target, given, newTarget);
          keep(label, [...given, made]);
          return made;
        },
      });
      Object.defineProperty(owner, name, { ...descriptor, value });
    } else if (descriptor.get) {
      const { get } = descriptor;
      Object.defineProperty(owner, name, {
        ...descriptor,
        get() {
          const result = apply(get, this, []);
          keep(label, [result]);
          return result;
        },
      });
    }
  };
  for (const type of [
    Headers,
    Request,
    Response,
    XMLHttpRequest,
    MessagePort,
    MessageEvent,
    URLSearchParams,
    FormData,
    Blob,
  ]) {
    for (const name of Object.getOwnPropertyNames(type.prototype)) {
      if (name !== 'constructor') patch(type.prototype, name, `${type.name}.${name}`);
    }
  }
  for (const name of ['parse', 'stringify']) patch(JSON, name);
  for (const name of ['then', 'finally', 'catch']) patch(Promise.prototype, name);
  for (const name of ['addEventListener', 'dispatchEvent']) patch(EventTarget.prototype, name);
  for (const name of ['setItem', 'getItem']) patch(Storage.prototype, name);
  for (const name of ['decode', 'encode'])
    patch(name === 'decode' ? TextDecoder.prototype : TextEncoder.prototype, name);
  for (const name of ['digest', 'sign', 'importKey', 'exportKey', 'encrypt', 'decrypt'])
    patch(SubtleCrypto.prototype, name);
  // What every script uses all the time: of it, texts alone are kept, and those of the objects at hand.
  const keepTexts = (name, value) => {
    if (typeof value === 'string' && value.length > 40) keep(name, [value]);
  };
  const glance = (owner, name) => {
    const native = owner[name];
    owner[name] = function (...given) {
      const result = apply(native, this, given);
      if (busy) return result;
      for (const value of [this, ...given, result]) {
        keepTexts(name, value);
        if (value === null || typeof value !== 'object' || value === window) continue;
        for (const key of ownKeys(value)) keepTexts(name, getOwnPropertyDescriptor(value, key)?.value);
      }
      return result;
    };
  };
  for (const name of ['set', 'get']) glance(Map.prototype, name);
  for (const name of ['toLowerCase', 'startsWith', 'slice', 'split', 'replace', 'replaceAll'])
    glance(String.prototype, name);
  for (const name of ['exec', 'test']) glance(RegExp.prototype, name);
  for (const name of ['defineProperty', 'assign']) glance(Object, name);
  for (const name of [
    'fetch',
    'Request',
    'Response',
    'Headers',
    'XMLHttpRequest',
    'MessageChannel',
    'URL',
    'structuredClone',
    'postMessage',
  ]) {
    patch(window, name);
  }
  window.addEventListener('message', ({ data }) => keep('message', [data]));
  for (const name of ['holdfast:given', 'holdfast:taken', 'holdfast:wanted']) {
    window.addEventListener(name, (event) => keep(name, [event.ports?.length ?? 0]));
  }
})();
