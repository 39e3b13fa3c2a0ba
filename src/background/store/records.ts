import * as v from 'valibot';
import { Activity } from '../../model/activity.ts';
import { DeviceBoundSession } from '../../model/cookie-session.ts';
import { Drill, gradeOf, REQUESTS } from '../../model/drill.ts';
import { Time } from '../../model/fields.ts';
import { KnownServer } from '../../model/server.ts';
import { Session, salvage } from '../../model/session.ts';
import { Armed, Authorization } from '../../model/sign-in.ts';
import { Usage } from '../../model/usage.ts';
import { readNonce } from '../../protocol/dpop/nonce.ts';

/**
 * What is read from storage is looked at before it is trusted: a disk fails, a profile is restored by halves, a person
 * edits. One record that cannot be read is one session's trouble, and nobody else's.
 */
type Read<T> = (stored: unknown) => T | undefined;

const reader =
  <Schema extends v.GenericSchema>(schema: Schema): Read<v.InferOutput<Schema>> =>
  (stored) => {
    const result = v.safeParse(schema, stored);
    return result.success ? result.output : undefined;
  };

const readWhole = reader(Session);

/** A stored session; `damaged` when only its owner can still be read, undefined when not even that. */
export const readSession: Read<Session> = (stored) => readWhole(withCustody(stored)) ?? salvage(stored);

/** Sessions of before 27 November 2026 said beside their handles whether the page holds the tokens. */
function withCustody(stored: unknown): unknown {
  const old = v.safeParse(OfBefore, stored);
  if (!old.success) return stored;
  const { inPage, handles, ...others } = old.output;
  return { ...others, handles: { by: inPage ? 'page' : 'holdfast', ...handles } };
}

const OfBefore = v.looseObject({
  inPage: v.optional(v.literal(true)),
  handles: v.looseObject({ by: v.optional(v.undefined()) }),
});

/** Counts; none when they cannot be read. */
export const readUsage = reader(Usage);

/** What cannot be read of these is as good as not there: it is fetched, made or asked for again. */
export const readServer = reader(KnownServer);
export const readArmed = reader(Armed);
export const readAuthorization = reader(Authorization);

/** What a server said last: a nonce, that it offers no DPoP or has another issuer, or how it takes tokens; and where an agent looked for resources. */
const Remembered = v.variant('kind', [
  v.object({
    kind: v.literal('nonce'),
    name: v.string(),
    value: v.pipe(
      v.string(),
      v.check((nonce) => readNonce(nonce) === nonce),
    ),
    at: Time,
  }),
  v.object({ kind: v.literal('plain'), name: v.string(), value: v.string(), at: Time }),
  v.object({ kind: v.literal('misnamed'), name: v.string(), value: v.string(), at: Time }),
  v.object({ kind: v.literal('looked'), name: v.string(), value: v.pipe(v.string(), v.digits()), at: Time }),
  v.object({ kind: v.literal('scheme'), name: v.string(), value: v.string(), at: Time }),
]);
export type Remembered = v.InferOutput<typeof Remembered>;

/** What cannot be read of it is forgotten: the server says it again. */
export const readRemembered = reader(Remembered);

const readWholeDrill = reader(
  v.pipe(
    Drill,
    v.check(({ verdict }) => verdict !== undefined),
  ),
);

/** What cannot be read of these is gone: a drill can be run again, and a server says again what it binds. */
export const readDrill: Read<Drill> = (stored) => readWholeDrill(withGrade(stored));

/** Verdicts of before 28 November 2026 told no theft from anything less. */
function withGrade(stored: unknown): unknown {
  const old = v.safeParse(OfOneGrade, stored);
  if (!old.success) return stored;
  return { ...old.output, verdict: gradeOf(old.output.verdict.accepted) };
}

const OfOneGrade = v.looseObject({
  verdict: v.object({ kind: v.literal('notEnforced'), accepted: v.array(v.picklist(REQUESTS)) }),
});

export const readActivity = reader(Activity);
export const readCookieSession = reader(DeviceBoundSession);
