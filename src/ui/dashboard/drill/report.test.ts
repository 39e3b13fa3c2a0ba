import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { ATTEMPTS, type DrillLine, gradeOf, isAttack, isRequired, REQUESTS } from '../../../model/drill.ts';
import { asJson, asMarkdown, type FinishedDrill } from './report.ts';

vi.mock('../../browser.ts', async () => {
  const { readFileSync } = await import('node:fs');
  const words = JSON.parse(readFileSync('public/_locales/en/messages.json', 'utf8'));
  const { filled } = await import('../../placeholders.ts');
  const getMessage = (key: string, open: string[] = []) => filled(words[key] ?? { message: '' }, open);
  return { default: { i18n: { getMessage, getUILanguage: () => 'en' } } };
});

const at = Date.UTC(2026, 0, 2, 3, 4, 5);
const resource = 'https://mcp.example/mcp';
const answers = REQUESTS.map(
  (attempt): DrillLine =>
    isAttack(attempt)
      ? { attempt, outcome: 'refused', answer: { status: 401, error: 'invalid_dpop_proof' } }
      : { attempt, outcome: 'accepted', answer: { status: 200 } },
);
const refusals: readonly DrillLine[] = [...answers, { attempt: 'repeatsToken', outcome: 'notRepeated' }];
const enforced: FinishedDrill = {
  session: 's',
  resource,
  at,
  verdict: { kind: 'enforced', refused: 17 },
  lines: refusals,
};

function withLine(line: DrillLine): FinishedDrill {
  return { ...enforced, lines: refusals.map((other) => (other.attempt === line.attempt ? line : other)) };
}

describe('the report as Markdown', () => {
  it('says the verdict, what it means, when it was found, and every attempt in a table', () => {
    const text = asMarkdown(enforced, '1.2.3');
    expect(text).toContain(
      '# Enforcement drill: `https://mcp.example/mcp`\n\n**Enforced** (17 of 17 tried, all refused)',
    );
    expect(text).toContain('2026-01-02T03:04:05.000Z with Holdfast 1.2.3');
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    expect(rows).toHaveLength(2 + ATTEMPTS.length);
    expect(rows[3]).toBe(
      '| The token as a plain bearer token | must be refused | 401 `invalid_dpop_proof` | Refused | RFC 9449 §7.2 |',
    );
    expect(text).not.toContain('Change:');
  });

  it.each(ATTEMPTS.filter(isAttack))('says what to change when %s is accepted', (attempt) => {
    const report = withLine({ attempt, outcome: 'accepted', answer: { status: 200 } });
    const verdict = gradeOf([attempt]);
    if (!verdict) throw new Error('nothing was found');
    const text = asMarkdown({ ...report, verdict }, '1');
    expect(text).toMatch(
      /^\*\*(Broken|Incomplete|Enforced, with 1).+\*\* \(17 of 17 tried: 16 refused, 1 accepted\)$/m,
    );
    expect(text).toMatch(isRequired(attempt) ? /^- \*\*.+\*\*: Change: .+RFC \d+ §/m : /: Recommended: .+RFC \d+ §/);
    // Failures come first.
    expect(text.split('\n').filter((line) => line.startsWith('|'))[2]).toContain('| Accepted |');
  });

  it('says of a replayed proof what the standard says: that a server can remember it', () => {
    const report = withLine({ attempt: 'replayed', outcome: 'accepted', answer: { status: 200 } });
    const text = asMarkdown({ ...report, verdict: { kind: 'advised', found: ['replayed'] } }, '1');
    expect(text).toContain('**Enforced, with 1 recommendation**');
    expect(text).toContain('| A proof that was used before (jti) | can be refused | 200 | Accepted | RFC 9449 §11.1 |');
    expect(text).not.toMatch(/must be refused \| 200|has to/);
  });

  it('has numbers that add up, and reasons for what was not tried', () => {
    const odd = withLine({ attempt: 'bearer', outcome: 'unclear', answer: { status: 500 } }).lines.map(
      (line): DrillLine => {
        if (line.attempt === 'expired') return { attempt: 'expired', outcome: 'skipped', skipped: 'noExpiredToken' };
        const isOfNonce = line.attempt === 'noNonce' || line.attempt === 'wrongNonce';
        return isOfNonce ? { attempt: line.attempt, outcome: 'skipped', skipped: 'noNonceDemanded' } : line;
      },
    );
    const text = asMarkdown({ ...enforced, verdict: { kind: 'enforced', refused: 13, untold: 1 }, lines: odd }, '1');
    expect(text).toContain(
      '(14 of 17 tried: 13 refused, 1 unclear; 3 not tried (the server demands no nonces, no expired token yet))',
    );
    expect(text).not.toContain('Change:');
    // What could not be told is not claimed to be refused.
    expect(text).not.toContain('gets nothing from this server');
  });

  it('says which answers repeat the token, what that means and what to change, and that it is enforced all the same', () => {
    const report = withLine({ attempt: 'repeatsToken', outcome: 'repeated', by: ['bearer', 'noProof'] });
    const text = asMarkdown({ ...report, verdict: { kind: 'advised', found: ['repeatsToken'] } }, '1');
    expect(text).toContain('**Enforced, with 1 recommendation** (17 of 17 tried, all refused)');
    expect(text).toContain('This server repeats the token in its answers');
    expect(text).toContain('| The token in the server’s answers | not repeated | – | Repeated | RFC 9700 §4.9.2 |');
    expect(text).toMatch(/: Recommended: .+“The token as a plain bearer token”.+\(RFC 9700/);
    expect(asMarkdown(enforced, '1')).not.toContain('repeats the token');
  });

  it('says why a line is tolerated, and why one was not tried', () => {
    expect(asMarkdown(withLine({ attempt: 'stale', outcome: 'tolerated', answer: { status: 200 } }), '1')).toContain(
      'check 11',
    );
    expect(asMarkdown(withLine({ attempt: 'expired', outcome: 'skipped', skipped: 'noExpiredToken' }), '1')).toContain(
      'No expired token of this session is at hand.',
    );
  });

  it.each([
    'controlFailed',
    'controlFailedAfter',
    'rateLimited',
    'unreachable',
    'answersUnclear',
    'sessionEnded',
    'stopped',
  ] as const)('says why nothing could be told: %s', (reason) => {
    const text = asMarkdown({ ...enforced, verdict: { kind: 'unclear', reason } }, '1');
    expect(text).toMatch(/\*\*Could not tell\*\* \(.+\)\n\n[A-Z].{15,}\.\n/);
  });

  it('lets a server’s words be no markup, no link and no mention', () => {
    const description = '](https://evil.example) | <img src=x> `**x**`\n# y @octocat';
    const text = asMarkdown(
      withLine({ attempt: 'bearer', outcome: 'refused', answer: { status: 401, description } }),
      '1',
    );
    expect(text.split('\n').filter((line) => line.startsWith('|'))).toHaveLength(2 + ATTEMPTS.length);
    expect(text).toContain('| 401 ``](https://evil.example) \\| <img src=x> `**x**` # y @octocat`` |');
  });
});

describe('the report as JSON', () => {
  it('has the verdict and every line with its section and what was expected, and no session', () => {
    const report = JSON.parse(asJson(enforced, '1.2.3'));
    expect(report).toMatchObject({
      holdfast: '1.2.3',
      resource,
      at: '2026-01-02T03:04:05.000Z',
      verdict: enforced.verdict,
    });
    expect(report.lines.map(({ attempt }: DrillLine) => attempt)).toEqual(ATTEMPTS);
    expect(report.lines[0]).toMatchObject({ expected: 'accepted', section: 'RFC 9449 §7.1', outcome: 'accepted' });
    expect(report.lines[0]).not.toHaveProperty('level');
    expect(report.lines[1]).toMatchObject({ expected: 'refused', level: 'must', answer: { status: 401 } });
    expect(JSON.stringify(report)).not.toContain('"session"');
  });
});

describe('the sentences for server authors', () => {
  const words = JSON.parse(readFileSync('public/_locales/ja/messages.json', 'utf8')) as Record<
    string,
    { message: string }
  >;

  it('name the section in Japanese too', () => {
    const advice = Object.entries(words).filter(([key]) => key.startsWith('advice'));
    expect(advice).toHaveLength(ATTEMPTS.length - 2);
    for (const [key, { message }] of advice) expect(message, key).toMatch(/RFC \d+ §[\d.]+/);
  });
});
