import { beforeEach, expect, test } from 'vitest';
import { anIssuer, anOrigin } from '../../model/brands.fixture.ts';
import { MOST_ARMED, MOST_KNOWN_SERVERS, MOST_PENDING } from '../../model/quotas.ts';
import { codeChallenge } from '../../protocol/oauth/pkce.ts';
import {
  AGENT,
  answerOf,
  createWorld,
  METADATA,
  METADATA_URL,
  RESOURCE,
  tokens,
  type World,
} from '../world.fixture.ts';

const OTHER = anOrigin('https://other.example');
const HOST = 'https://as-of-many.example';

let world: World;
beforeEach(() => {
  world = createWorld();
});

/** The agent's page reads the metadata of one of the many issuers of a host that the person allowed once. */
async function discover(number: number, agent = AGENT, differently: object = {}): Promise<void> {
  const name = String(number).padStart(3, '0');
  const url = `${HOST}/.well-known/oauth-authorization-server/${name}`;
  const issuer = `${HOST}/${name}`;
  world.documents.set(url, { ...METADATA, issuer, authorization_endpoint: `${issuer}/authorize`, ...differently });
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
  expect(await world.ports.servers.list(AGENT)).toHaveLength(MOST_ARMED + 1); // the session's among them
  expect(await world.ports.servers.list(OTHER)).toHaveLength(1);
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

test('servers that are not used are not kept, and those of a page that finds more without end are so many', async () => {
  for (let number = 0; number < 5; number += 1) {
    await discover(number, AGENT, { dpop_signing_alg_values_supported: ['none'] });
  }
  expect(await world.ports.servers.list(AGENT)).toEqual([]);
  await discover(0, OTHER);
  await discover(0);
  const [server] = await world.ports.servers.list(AGENT);
  if (!server) throw new Error('it is not kept');
  for (let number = 1; number < MOST_KNOWN_SERVERS + 5; number += 1) {
    const next = { ...server, issuer: anIssuer(`${HOST}/next/${number}`), checkedAt: server.checkedAt + number };
    await world.ports.servers.save(AGENT, next);
  }
  const kept = await world.ports.servers.list(AGENT);
  expect(kept).toHaveLength(MOST_KNOWN_SERVERS);
  expect(kept.map(({ issuer }) => issuer)).not.toContain(server.issuer);
  expect(await world.ports.servers.list(OTHER)).toHaveLength(1);
});

test('a token request that comes to nothing leaves no key behind', async () => {
  await world.ask({ kind: 'discover', url: METADATA_URL, dpop: true });
  const before = await world.ports.keys.list();
  world.replies.push({ status: 400, body: { error: 'invalid_grant' } });
  const form = { grant_type: 'authorization_code', code: 'c', code_verifier: 'unseen', resource: RESOURCE };
  await world.post(METADATA.token_endpoint, form);
  expect(world.posted).toHaveLength(1);
  expect(await world.ports.keys.list()).toHaveLength(before.length);
});

test('what nobody uses is forgotten when Holdfast tidies', async () => {
  await discover(0);
  const [armed] = await world.ports.arming.ofAgent(AGENT);
  await world.holdfast.tidy(30);
  expect(await world.ports.servers.list(AGENT)).toHaveLength(1);
  await world.ports.arming.remove(AGENT, anIssuer(armed?.issuer ?? ''));
  await world.holdfast.tidy(30);
  expect(await world.ports.servers.list(AGENT)).toEqual([]);
});
