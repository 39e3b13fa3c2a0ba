import type { Browser } from './world.ts';

/**
 * Puts the background's clock forward by so many milliseconds, or back, for as long as this worker lives; tells whether
 * that is still so.
 */
export async function shiftClock({ worker }: Browser, offset: number): Promise<() => Promise<boolean>> {
  const shifted = await (await worker()).evaluate((by) => {
    const { now } = Date;
    Date.now = () => now() + by;
    globalThis.Date = new Proxy(Date, {
      construct: (native, given) => Reflect.construct(native, given.length > 0 ? given : [native.now()]),
      apply: (native) => new native(native.now()).toString(),
    });
    return Date.now() - now();
  }, offset);
  if (Math.abs(shifted - offset) > 1_000) throw new Error('the clock was not put to another time');
  return async () =>
    (await worker()).evaluate(
      ([by, real]) =>
        [Date.now(), Date.parse(new Date().toISOString())].every((time) => Math.abs(time - real - by) < 3_600_000),
      [offset, Date.now()] as const,
    );
}
