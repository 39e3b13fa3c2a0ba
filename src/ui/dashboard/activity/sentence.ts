import type { ActivityLine } from '../../../model/activity.ts';
import type { ErrorCode } from '../../../protocol/error.ts';
import { WHY_EXPOSED } from '../../session/explain.ts';
import { say } from '../../words.ts';
import { KIND_WORDS } from './kind-words.ts';

type Word = Parameters<typeof say>[0];
type CodeOf<Kind extends ActivityLine['kind']> = NonNullable<Extract<ActivityLine, { kind: Kind }>['code']>;

/** What codes of Holdfast's own mean. */
const OF_HOLDFAST = {
  breaker_open: 'toldBreaker',
  cors_refused: 'toldCors',
  drill_damaged: 'toldDrillDamaged',
  internal: 'toldInternal',
  issuer_mismatch: 'toldIssuer',
  key_lost: 'eventKeyLostWhat',
  line_damaged: 'toldLineDamaged',
  locked: 'toldLocked',
  message_invalid: 'toldMessage',
  metadata_invalid: 'toldMetadata',
  other_header: 'toldOtherHeader',
  outside_resource: 'toldOutside',
  permission_declined: 'toldDeclined',
  policy_invalid: 'toldPolicy',
  record_damaged: 'troubleDamaged',
  reply_invalid: 'toldReply',
  reply_too_large: 'toldReplyLarge',
  reply_truncated: 'toldReplyShort',
  rules_failed: 'toldRules',
  server_redirected: 'toldRedirected',
  server_timeout: 'toldTimeout',
  server_unreachable: 'toldUnreachable',
  session_damaged: 'toldSessionDamaged',
  session_ended: 'toldSessionEnded',
  sound_proof_refused: 'toldSoundProof',
  storage_failed: 'troubleFailed',
  storage_full: 'troubleFull',
  storage_newer: 'troubleNewer',
  too_many_questions: 'toldTooMany',
  unknown_handle: 'toldUnknownHandle',
} as const satisfies Record<ErrorCode, Word>;

/** What codes of servers mean (RFC 6749 §5.2, RFC 6750 §3.1, RFC 9449 §5), and those of Holdfast's own. */
const REFUSED: ReadonlyMap<string, Word> = new Map(
  Object.entries({
    ...OF_HOLDFAST,
    invalid_token: 'toldInvalidToken',
    insufficient_scope: 'toldInsufficientScope',
    invalid_dpop_proof: 'toldInvalidProof',
    invalid_grant: 'toldInvalidGrant',
    invalid_client: 'toldInvalidClient',
  } as const),
);

const DRILLED = {
  broken: 'drilledBroken',
  incomplete: 'drilledIncomplete',
  advised: 'drilledAdvised',
  enforced: 'drilledEnforced',
  unclear: 'drilledUnclear',
  notEnforced: 'drilledNotEnforced',
} as const satisfies Record<CodeOf<'drilled'>, Word>;

/** What a line of the log says, for people: its code is for machines. */
export function sentenceOf(line: ActivityLine): string {
  return say(wordOf(line) ?? KIND_WORDS[line.kind][1]);
}

function wordOf(line: ActivityLine): Word | undefined {
  switch (line.kind) {
    case 'refused':
      return line.code === undefined ? undefined : REFUSED.get(line.code);
    case 'denied':
    case 'failed':
      return OF_HOLDFAST[line.code];
    case 'drilled':
      return line.code && DRILLED[line.code];
    case 'exposed':
      return WHY_EXPOSED[line.code];
    case 'held':
      return line.code && WHY_EXPOSED[line.code];
    default:
      return undefined;
  }
}
