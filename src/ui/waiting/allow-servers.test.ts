import { expect, test, vi } from 'vitest';
import type { Action } from '../../messages/ui-request.ts';
import { allowServers } from './access.ts';

const fake = vi.hoisted(() => ({ permissions: { request: async (_: object): Promise<boolean> => true } }));
vi.mock('../browser.ts', () => ({ default: fake }));

const AGENT = 'https://agent.example';
const SERVER = 'https://mcp.example';

test('what the click is for begins when the servers are allowed, though Chrome has said yes before', async () => {
  const said: string[] = [];
  let allow: () => void = () => undefined;
  const run = ({ kind }: Action) => {
    said.push(kind);
    return new Promise<void>((done) => {
      allow = done;
    });
  };
  const allowed = allowServers(run, AGENT, [SERVER]).then((isReachable) => said.push(`reachable: ${isReachable}`));
  await new Promise((resolve) => setTimeout(resolve));
  expect(said).toEqual(['allow']);
  allow();
  await allowed;
  expect(said).toEqual(['allow', 'reachable: true']);
});

test('where Chrome says no, what was allowed is taken back', async () => {
  fake.permissions.request = async () => false;
  const said: Action[] = [];
  expect(await allowServers(async (action) => void said.push(action), AGENT, [SERVER])).toBe(false);
  const given = { agent: AGENT, servers: [SERVER] };
  expect(said).toEqual([
    { kind: 'allow', ...given },
    { kind: 'disallow', ...given },
  ]);
});
