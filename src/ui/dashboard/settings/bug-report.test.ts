import { expect, test } from 'vitest';
import { bugReport } from './bug-report.ts';

const VERSIONS = { holdfast: '1.2.3', browser: 'Mozilla/5.0' };
const STAND = { startedAt: 0, trouble: undefined, sessions: {}, sites: 0, questions: 0, errors: [] };

test('a bug report has each thing in a line, and the errors as code', () => {
  const error = { at: 1000, code: 'internal', name: 'TypeError', places: ['a.js:1:2', 'b.js:3:4'] } as const;
  const stand = { ...STAND, sessions: { bound: 2, exposed: 1 }, sites: 2, questions: 1, errors: [error] };
  expect(bugReport(stand, VERSIONS)).toBe(`## Holdfast diagnostics

- **Holdfast:** 1.2.3
- **Browser:** Mozilla/5.0
- **Worker started:** 1970-01-01T00:00:00.000Z
- **Storage:** no trouble
- **Sessions:** 2 bound, 1 exposed
- **Protected sites:** 2
- **Open questions:** 1
- **Errors:** 1

\`\`\`
1970-01-01T00:00:01.000Z internal TypeError
    at a.js:1:2
    at b.js:3:4
\`\`\`
`);
});

test('what cannot be read is said, and is no zero', () => {
  const nothing = bugReport(STAND, VERSIONS);
  expect(nothing).toContain('- **Sessions:** 0\n- **Protected sites:** 0\n');
  expect(nothing).not.toContain('```');
  const unreadable = bugReport(
    { ...STAND, sessions: undefined, sites: undefined, trouble: 'storage_failed' },
    VERSIONS,
  );
  expect(unreadable).toContain(
    '- **Storage:** storage_failed\n- **Sessions:** unreadable\n- **Protected sites:** unreadable\n',
  );
});
