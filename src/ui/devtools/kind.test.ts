import { expect, test } from 'vitest';
import type { InspectedRequest } from '../../messages/inspection.ts';
import { finderOf } from '../finder.ts';
import { curl } from './curl.ts';
import { fits, kindOf, saidOf } from './kind.ts';
import { timingOf } from './timing.ts';

const request: InspectedRequest = {
  id: '1',
  at: 1_000,
  method: 'POST',
  url: 'https://mcp.example/mcp',
  rpc: { method: 'tools/call', name: 'list_notes' },
  mcp: { sessionId: 's-secret', protocolVersion: '2025-11-25' },
  presents: 'bound',
  isRetry: false,
};
const answered = (status: number, error?: string): InspectedRequest => ({
  ...request,
  answer: { at: 1_040, status, challenges: error ? [{ scheme: 'dpop', error }] : [] },
  endedAt: 1_050,
});

test('a request is what came of it', () => {
  expect(kindOf(request)).toBe('pending');
  expect(kindOf({ ...request, endedAt: 2_000, failure: 'net::ERR_ABORTED' })).toBe('failed');
  expect(kindOf(answered(200))).toBe('served');
  expect(kindOf(answered(401, 'use_dpop_nonce'))).toBe('challenge');
  expect(kindOf(answered(401, 'invalid_token'))).toBe('refused');
  expect(kindOf(answered(403))).toBe('refused');
  expect(kindOf(answered(500))).toBe('failed');
});

test('a search finds every word, wherever the row says it', () => {
  expect(finderOf('LIST invalid 401')(...saidOf(answered(401, 'invalid_token')))).toBe(true);
  expect(finderOf('list other')(...saidOf(request))).toBe(false);
  expect(finderOf('')(...saidOf(request))).toBe(true);
});

test('one part of a proof that does not fit is enough', () => {
  const checks = { signature: true, htm: true, htu: true, ath: true };
  expect(fits(request)).toBeUndefined();
  expect(fits({ ...request, checks })).toBe(true);
  expect(fits({ ...request, checks: { ...checks, key: false } })).toBe(false);
});

test('the time that the proof took counts only when the request waited for it', () => {
  expect(timingOf(request)).toBeUndefined();
  const late = { ...answered(200), made: { took: 1.5, ahead: 0.8 } };
  expect(timingOf(late)).toEqual({ holdfast: 1.5, server: 40, download: 10 });
  expect(timingOf({ ...late, made: { took: 1.5, ahead: 700 } })).toEqual({ holdfast: 0, server: 40, download: 10 });
  const again = { ...late, isRetry: true, made: { took: 1.5, ahead: 30 } };
  expect(timingOf(again)?.holdfast).toBe(1.5);
});

test('a command for the shell holds no secret, and quotes what the page chose', () => {
  const hostile = curl({ ...request, url: "https://mcp.example/mcp?x='$(id)'" }, 'note');
  expect(hostile).toContain("'https://mcp.example/mcp?x='\\''$(id)'\\'''");
  expect(hostile).toContain('"Authorization: DPoP $ACCESS_TOKEN"');
  expect(hostile).not.toContain('s-secret');
  expect(curl({ ...request, method: "GET'; id" }, 'note')).toContain("-X 'GET'\\''; id'");
});
