import type { Browser } from './world.ts';

/** How exactly the clock is looked at, in milliseconds: to look takes time, too. */
const EXACT = 5_000;

/** Has the background's clock be so many milliseconds off for as long as this worker lives; tells whether that is still so. */
export async function shiftClock({ worker }: Browser, offset: number): Promise<() => Promise<boolean>> {
  await (await worker()).evaluate((by) => {
    const scope = globalThis as unknown as { realNow?: () => number };
    scope.realNow ??= Date.now;
    const { realNow } = scope;
    Date.now = () => realNow() + by;
    globalThis.Date = new Proxy(Date, {
      construct: (native, given) => Reflect.construct(native, given.length > 0 ? given : [native.now()]),
      apply: (native) => new native(native.now()).toString(),
    });
  }, offset);
  const isShifted = async () =>
    (await worker()).evaluate(
      ([by, real, exact]) =>
        [Date.now(), Date.parse(new Date().toISOString())].every((time) => Math.abs(time - real - by) < exact),
      [offset, Date.now(), EXACT] as const,
    );
  if (!(await isShifted())) throw new Error('the clock was not put to another time');
  return isShifted;
}
