import { expect, it } from 'vitest';
import type { SessionView } from '../../../messages/ui.ts';
import type { ActivityLine } from '../../../model/activity.ts';
import { timelineOf } from './timeline.ts';

const agent = 'https://agent.example';
const server = 'https://as.example';
const session = { id: 's', agent, issuer: `${server}/tenant` } as SessionView;
let at = 0;
const line = (kind: ActivityLine['kind'], more: object = { session: 's' }): ActivityLine => {
  at += 1;
  return { at, kind, ...more } as ActivityLine;
};

it('tells a session’s story, the newest first, and folds what happened again and again', () => {
  const lines = [
    line('authorized', { agent, server }),
    line('exchanged', { session: 'other' }),
    line('authorized', { agent, server }),
    line('authorized', { agent: 'https://other.example', server }),
    line('authorized', { agent, server: 'https://other.example' }),
    line('exchanged'),
    line('proved', { session: 's', status: 200 }),
    line('proved', { session: 'other', status: 200 }),
    line('proved', { session: 's', status: 200 }),
    line('proved', { session: 's', status: 202 }),
    line('challenged'),
    line('proved', { session: 's', status: 202 }),
    line('authorized', { agent, server }),
  ];
  expect(timelineOf(lines, session).map(({ line: { kind }, count, from, to }) => [kind, count, from, to])).toEqual([
    ['proved', 1, 12, 12],
    ['challenged', 1, 11, 11],
    ['proved', 1, 10, 10],
    ['proved', 2, 7, 9],
    ['exchanged', 1, 6, 6],
    ['authorized', 1, 3, 3],
  ]);
});

it('is empty when nothing of the session is in the log', () => {
  expect(timelineOf([line('proved', { session: 'other' })], session)).toEqual([]);
});
