import { beforeEach, expect, test } from 'vitest';
import { anOrigin } from '../../model/brands.fixture.ts';
import { MOST_ARMED, MOST_PENDING } from '../../model/quotas.ts';
import { codeChallenge } from '../../protocol/oauth/pkce.ts';
import { AGENT, answerOf, createWorld, METADATA, tokens, type World } from '../world.fixture.ts';

const OTHER = anOrigin('https://other.example');
const HOST = 'https://as-of-many.example';

let world: World;
beforeEach(() => {
  world = createWorld();
});

/** The agent's page reads the metadata of one of the many issuers of a host that the person allowed once. */
async function discover(number: number, agent = AGENT): Promise<void> {
  const name = String(number).padStart(3, '0');
  const url = `${HOST}/.well-known/oauth-authorization-server/${name}`;
  const issuer = `${HOST}/${name}`;
  world.documents.set(url, { ...METADATA, issuer, authorization_endpoint: `${issuer}/authorize` });
  await world.ask({ kind: 'discover', url, dpop: true }, world.caller(agent));
}

test('a page that discovers servers without end has keys for so many, and takes none from its sessions or from other agents', async () => {
  const session = await world.bound();
  await discover(0, OTHER);
  for (let number = 0; number < MOST_ARMED + 5; number += 1) await discover(number);
  const ofAgent = await world.ports.arming.ofAgent(AGENT);
  expect(ofAgent).toHaveLength(MOST_ARMED + 1);
  expect(ofAgent.map(({ issuer }) => issuer)).toContain(session.issuer);
  expect(await world.ports.arming.ofAgent(OTHER)).toHaveLength(1);
  expect(await world.ports.servers.list()).toHaveLength(MOST_ARMED + 2); // the other agent's and the session's among them
  const armed = (await world.ports.arming.list()).map(({ thumbprint }) => thumbprint);
  expect((await world.ports.keys.list()).toSorted()).toEqual([...armed, session.binding.thumbprint].toSorted());
  expect(armed).toEqual(expect.arrayContaining(world.kept.at(-1) ?? ['nothing was cut down']));
});

test('a page that sets out to sign in without end has so many sign-ins under way; the last one still ends well', async () => {
  const verifier = 'the-last-one';
  await world.authorize('another agent’s', OTHER);
  for (let number = 0; number < MOST_PENDING + 5; number += 1) {
    world.pass(1);
    await world.authorize(await codeChallenge(`never redeemed ${number}`));
  }
  await world.authorize(await codeChallenge(verifier));
  const left = (await world.ports.arming.authorizations()).map((one) => one.codeChallenge);
  expect(left).toHaveLength(MOST_PENDING + 1);
  expect(left).toEqual(
    expect.arrayContaining(['another agent’s', await codeChallenge(`never redeemed ${MOST_PENDING + 4}`)]),
  );
  expect(await world.ports.keys.list()).toHaveLength(MOST_PENDING + 3); // each of the two agents has one for the next
  world.replies.push(tokens());
  const form = { grant_type: 'authorization_code', code: 'c', code_verifier: verifier, client_id: 'me' };
  expect(answerOf(await world.post(METADATA.token_endpoint, form)).status).toBe(200);
});
