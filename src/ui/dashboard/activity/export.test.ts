import { describe, expect, it } from 'vitest';
import type { ActivityLine } from '../../../model/activity.ts';
import { asCsv, asJson } from './export.ts';

const LINE: ActivityLine = {
  ...{ at: Date.UTC(2026, 0, 2, 3, 4, 5, 6), kind: 'refused', agent: 'https://agent.example', session: 'id' },
  ...{ server: 'https://mcp.example', status: 401, code: 'invalid_token' },
};

describe('the export as JSON', () => {
  it('has each line with what is known of it, and nothing else', () => {
    const stray = { ...LINE, token: 'secret' };
    expect(JSON.parse(asJson([stray, { at: 0, kind: 'retired' }]))).toEqual([
      { ...LINE, at: '2026-01-02T03:04:05.006Z' },
      { at: '1970-01-01T00:00:00.000Z', kind: 'retired' },
    ]);
  });
});

describe('the export as CSV', () => {
  it('has a header, and each line with its cells in place', () => {
    expect(asCsv([LINE, { at: 0, kind: 'retired' }])).toBe(
      [
        'at,kind,agent,session,server,status,code',
        '2026-01-02T03:04:05.006Z,refused,https://agent.example,id,https://mcp.example,401,invalid_token',
        '1970-01-01T00:00:00.000Z,retired,,,,,',
        '',
      ].join('\r\n'),
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '\t=1', '\r=1', '\n1', '\u0000=1'])(
    'lets %j be no formula',
    (code) => {
      const last = asCsv([{ at: 0, kind: 'refused', code }])
        .split('refused,,,,,')
        .at(-1)
        ?.replace(/\r\n$/, '');
      expect(last?.replace(/^"|"$/g, '')).toBe(`'${code}`);
    },
  );

  it('quotes what would end a cell', () => {
    expect(asCsv([{ at: 0, kind: 'refused', code: 'a,"b"\nc' }])).toContain('refused,,,,,"a,""b""\nc"\r\n');
  });
});
