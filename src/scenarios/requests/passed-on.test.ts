import { beforeEach, describe, expect, test } from 'vitest';
import { anAccessHandle, anOrigin } from '../../model/brands.fixture.ts';
import type { Handle } from '../../model/handle.ts';
import { MOST_PASSED_ON } from '../../model/quotas.ts';
import type { BoundSession } from '../../model/session.ts';
import { AGENT, answerOf, createWorld, ISSUER, METADATA, NO_RESOURCE, RESOURCE, type World } from '../world.fixture.ts';

const BACKEND = 'https://api.agent.example';

let world: World;
let session: BoundSession;
beforeEach(async () => {
  world = createWorld();
  session = await world.bound();
  world.activity.length = 0;
});

const say = (url: string, handles: readonly Handle[] = [anAccessHandle(session.handles.access)], agent = AGENT) =>
  world.ask({ kind: 'passedOn', url, handles: [...handles] }, world.caller(agent));
const places = async ({ id } = session) => (await world.ports.usage.get(id)).passedOn;
const lines = () => world.activity.filter(({ kind }) => kind === 'passedOn');

describe('a handle that the page sends elsewhere', () => {
  test('is noted with the place, once, in one line, and without the handle', async () => {
    await say(`${BACKEND}/chat?session=1`);
    await Promise.all([say(`${BACKEND}/chat`), say(`${BACKEND}/other`), say(BACKEND)]);
    expect(await places()).toEqual([BACKEND]);
    expect(lines()).toEqual([
      { at: world.ports.now(), kind: 'passedOn', agent: AGENT, session: session.id, server: BACKEND },
    ]);
    expect(JSON.stringify(world.activity)).not.toContain('hf_');
  });

  test('is a refresh handle, too', async () => {
    await say(BACKEND, session.handles.by === 'holdfast' && session.handles.refresh ? [session.handles.refresh] : []);
    expect(await places()).toEqual([BACKEND]);
  });

  test('does not leave where it stands in Authorization, is noted, and gets neither proof nor token', async () => {
    const { access: token } = session.handles;
    const request = { kind: 'prove', token, method: 'POST', url: `${BACKEND}/chat` } as const;
    expect(answerOf(await world.ask(request)).status).toBe(403);
    expect(await places()).toEqual([BACKEND]);
    expect(world.presented).toEqual([]);
  });

  test('is noted for a WebSocket as for its host', async () => {
    await say('wss://api.agent.example/socket');
    await say('wss://mcp.example/socket');
    expect(await places()).toEqual([BACKEND]);
  });
});

test.each([
  ['its resource', RESOURCE],
  ['another path of its resource’s server', 'https://mcp.example/api'],
  ['its authorization server', `${ISSUER}/userinfo`],
  ['the token endpoint', METADATA.token_endpoint],
  ['what does not leave the browser', 'blob:https://agent.example/1'],
  ['data', 'data:text/plain,x'],
])('a handle that is sent to %s is no news', async (_, url) => {
  await say(url);
  expect([await places(), lines()]).toEqual([undefined, []]);
});

test('a redirect of the server to another origin is none of the agent’s', async () => {
  const { access: token } = session.handles;
  const refused = { jti: 'unknown' };
  await world.ask({ kind: 'prove', token, method: 'POST', url: `${BACKEND}/mcp`, refused });
  expect(await places()).toBeUndefined();
});

test('of a session that has not named its server it cannot be told', async () => {
  session = await world.bound({ resource: NO_RESOURCE });
  await say(BACKEND);
  expect(await places()).toBeUndefined();
});

test('a session that has ended says nothing any more', async () => {
  await world.holdfast.revoke(session.id);
  await say(BACKEND);
  expect([await places(), lines()]).toEqual([undefined, []]);
});

describe('a hostile page', () => {
  test('fills neither the session nor the log with thousands of places', async () => {
    for (let number = 0; number < 2_000; number += 1) await say(`https://h${number}.evil.example/`);
    expect(await places()).toHaveLength(MOST_PASSED_ON);
    expect(world.activity).toHaveLength(MOST_PASSED_ON);
  });

  test('says nothing of another agent’s session', async () => {
    await say(BACKEND, undefined, anOrigin('https://evil.example'));
    expect([await places(), world.activity]).toEqual([undefined, []]);
  });

  test('names no place that reads as another', async () => {
    await say('https://\u202egro.elpmaxe.ipa@evil.example\u2066/');
    await say('https://аpi.example/'); // the first letter is Cyrillic
    expect(await places()).toEqual(['https://xn--pi-6kc.example']);
  });
});
