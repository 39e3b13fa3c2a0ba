import { unzipSync } from 'fflate';
import { describe, expect, test, vi } from 'vitest';
import { packagesOf, sumsOf } from './package.ts';
import { type Files, zipOf } from './zip.ts';

vi.mock('vite', () => ({ build: vi.fn() }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const FILES: Files = {
  'manifest.json': bytes(JSON.stringify({ name: 'Holdfast', version: '1.2.3', key: 'public' })),
  'src/b.js': bytes('b();'.repeat(100)),
  'src/a.js': bytes('a();'),
};
const manifestIn = (zip: Uint8Array | undefined) =>
  JSON.parse(new TextDecoder().decode(unzipSync(zip ?? bytes(''))['manifest.json']));

test('the same files give the same bytes, in whatever order and time zone, and whenever they are packed', () => {
  const once = zipOf(FILES);
  vi.useFakeTimers({ now: new Date('2040-05-06') });
  const zone = process.env.TZ;
  process.env.TZ = 'Pacific/Chatham';
  expect(zipOf(Object.fromEntries(Object.entries(FILES).reverse()))).toEqual(once);
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
  vi.useRealTimers();
  expect(Object.entries(unzipSync(once)).map(([name]) => name)).toEqual(['manifest.json', 'src/a.js', 'src/b.js']);
});

describe('the packages', () => {
  test('are one with the fixed id, and one for the store, which refuses a key; nothing else differs', () => {
    const packages = packagesOf(FILES);
    expect(Object.keys(packages)).toEqual(['holdfast-1.2.3.zip', 'holdfast-1.2.3-store.zip']);
    const [own, store] = Object.values(packages);
    expect(manifestIn(own)).toEqual({ name: 'Holdfast', version: '1.2.3', key: 'public' });
    expect(manifestIn(store)).toEqual({ name: 'Holdfast', version: '1.2.3' });
    expect(unzipSync(store ?? bytes(''))['src/b.js']).toEqual(FILES['src/b.js']);
  });

  test('of an organization have its hosts from the start, and no id but its own', () => {
    const packages = packagesOf(FILES, ['https://b.example/', 'https://a.example:8443', 'https://b.example']);
    expect(Object.keys(packages)).toEqual(['holdfast-1.2.3-organization.zip']);
    expect(manifestIn(Object.values(packages)[0])).toEqual({
      ...{ name: 'Holdfast', version: '1.2.3' },
      host_permissions: ['https://a.example:8443/*', 'https://b.example/*'],
    });
    for (const host of ['a.example', 'https://a.example/path', '*'])
      expect(() => packagesOf(FILES, [host])).toThrow('is not an origin');
  });

  test('have their checksums as `sha256sum --check` reads them', () => {
    expect(sumsOf({ 'empty.zip': bytes('') })).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  empty.zip\n',
    );
  });
});
