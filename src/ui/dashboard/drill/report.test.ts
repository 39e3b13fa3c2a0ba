import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { ATTEMPTS, type DrillLine, isControl } from '../../../model/drill.ts';
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
const refusals = ATTEMPTS.map(
  (attempt): DrillLine =>
    isControl(attempt)
      ? { attempt, outcome: 'accepted', answer: { status: 200 } }
      : { attempt, outcome: 'refused', answer: { status: 401, error: 'invalid_dpop_proof' } },
);
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
    expect(text).toContain('# Enforcement drill: https://mcp.example/mcp\n\n**Enforced (17 of 17 refused)**');
    expect(text).toContain('2026-01-02T03:04:05.000Z with Holdfast 1.2.3');
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    expect(rows).toHaveLength(2 + ATTEMPTS.length);
    expect(rows[3]).toBe(
      '| The token as a plain bearer token | refused | 401 invalid\\_dpop\\_proof | Refused | RFC 9449 §7.2 |',
    );
    expect(text).not.toContain('Change:');
  });

  it.each(ATTEMPTS.filter((attempt) => !isControl(attempt)))('says what to change when %s is accepted', (attempt) => {
    const report = withLine({ attempt, outcome: 'accepted', answer: { status: 200 } });
    const text = asMarkdown({ ...report, verdict: { kind: 'notEnforced', accepted: [attempt], tried: 17 } }, '1');
    expect(text).toMatch(/\*\*Not enforced \(1 of 17 accepted\)\*\*/);
    expect(text).toMatch(/^- \*\*.+\*\*: Change: .+RFC \d+ §/m);
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
    expect(text).toMatch(/\*\*Could not tell\*\*\n\n[A-Z].{15,}\.\n/);
  });

  it('lets a server’s words be no markup', () => {
    const description = '](https://evil.example) | <img src=x> `**x**`\n# y';
    const text = asMarkdown(
      withLine({ attempt: 'bearer', outcome: 'refused', answer: { status: 401, description } }),
      '1',
    );
    expect(text.split('\n').filter((line) => line.startsWith('|'))).toHaveLength(2 + ATTEMPTS.length);
    expect(text).toContain('\\](https://evil.example) \\| \\<img src=x\\> \\`\\*\\*x\\*\\*\\` \\# y');
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
    expect(report.lines[1]).toMatchObject({ expected: 'refused', answer: { status: 401 } });
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
