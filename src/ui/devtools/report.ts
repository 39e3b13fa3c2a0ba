import type { InspectedRequest } from '../../messages/inspection.ts';
import { code } from '../copy/markdown.ts';
import { duration, say } from '../words.ts';
import { challengeWords, nonceWords } from './challenge.ts';
import { corsWords } from './cors-words.ts';
import { kindOf } from './kind.ts';
import { KIND_WORDS, PRESENTS_WORDS } from './request-words.ts';
import { timingOf } from './timing.ts';

/** A request as Markdown, for an issue at the server's tracker. No token, signature or MCP session is in it. */
export function report(request: InspectedRequest): string {
  const { method, url, rpc, answer, failure, presents, proof, checks, mcp, cors = [] } = request;
  const timing = timingOf(request);
  const facts: (readonly [string, string | undefined])[] = [
    [say('columnRequest'), `${method} ${url}`],
    ['JSON-RPC', rpc && [rpc.method, rpc.name].filter(Boolean).join(' ')],
    [say('factProtocol'), mcp.protocolVersion],
    [say('columnStatus'), `${answer?.status ?? failure ?? ''} ${say(KIND_WORDS[kindOf(request)])}`],
    [say('columnProof'), say(PRESENTS_WORDS[presents])],
    [say('factNonce'), say(nonceWords(request))],
    ['Holdfast', timing && duration(timing.holdfast)],
    [say('timingServer'), timing && duration(timing.server)],
  ];
  return [
    `## ${say('reportTitle')}`,
    '',
    ...facts.flatMap(([name, value]) => (value === undefined ? [] : [`- **${name}:** ${code(value)}`])),
    ...(answer?.challenges ?? []).flatMap((challenge) => [
      `- **${say('challengeTitle')}:** ${code([challenge.scheme, challenge.error, challenge.description].filter(Boolean).join(' '))}`,
      `  ${say(challengeWords(challenge).what)} (${challengeWords(challenge).section})`,
    ]),
    ...cors.map((fault) => `- **CORS:** ${corsWords(fault)}`),
    ...(proof
      ? ['', '```json', JSON.stringify({ header: proof.header, claims: proof.claims, checks }, null, 2), '```']
      : []),
    '',
  ].join('\n');
}
