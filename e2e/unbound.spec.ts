import { openPopupOver } from './support/over-page.ts';
import { answerMetadata } from './support/promise.ts';
import { activityCodes } from './support/storage.ts';
import { call, expect, openAgent, sessionsIn, signIn, test, type World } from './support/world.ts';

test('servers that cannot be bound', async ({ world }) => {
  const serversOf = (name: string, { auth, mcp, ...options }: NonNullable<Parameters<World['servers']>[0]>) =>
    world.servers({ ...options, auth: { name: `auth-${name}`, ...auth }, mcp: { name: `mcp-${name}`, ...mcp } });
  const unlike = await serversOf('unlike', {
    binding: 'offered',
    auth: { dpopAlgorithms: ['ES256'] },
    mcp: { dpopAlgorithms: ['RS256'] },
  });
  const contradicting = await serversOf('contradicting', { auth: { binding: 'none' }, mcp: { binding: 'required' } });
  const silent = await serversOf('silent', {
    auth: { intercept: (request, response) => answerMetadata(request, response, {}) },
  });
  const misnamed = await serversOf('misnamed', {
    binding: 'offered',
    auth: {
      intercept: (request, response) =>
        answerMetadata(request, response, {
          issuer: 'https://login.example',
          dpop_signing_alg_values_supported: ['ES256'],
        }),
    },
  });
  const agent = await world.agent();
  const all = [unlike, contradicting, silent, misnamed];
  const browser = await world.protect(
    agent,
    all.flatMap(({ auth, mcp }) => [auth, mcp]),
  );
  const page = await openAgent(browser, agent);
  const signingIn = ({ mcp: { resource } }: typeof unlike, sdk: 'v1' | 'v2') =>
    signIn(page, { sdk, resource, account: resource });
  await Promise.all([
    signingIn(unlike, 'v2'),
    signingIn(misnamed, 'v1'),
    expect(signingIn(contradicting, 'v1')).rejects.toThrow(),
  ]);
  await expect(signingIn(silent, 'v1')).rejects.toThrow(); // the popup tells what came of the last sign-in
  for (const { mcp } of [unlike, misnamed]) await call(page, 'list_notes', {}, mcp.resource);
  const popup = await openPopupOver(browser, page);
  const cardOf = ({ mcp }: typeof unlike) =>
    sessionsIn(popup)
      .getByRole('article')
      .filter({ hasText: new URL(mcp.origin).host });
  const codes = () => activityCodes(browser, agent.origin);

  // What else there is in common, and what is armed: algorithms.test.ts.
  await test.step('an MCP server and an authorization server without an algorithm in common: the agent works, held, and its session says why', async () => {
    expect(unlike.auth.log.some(({ dpopJkt, proofs }) => dpopJkt || proofs)).toBe(false);
    const card = cardOf(unlike);
    await expect(card.getByText('Held', { exact: true })).toBeVisible();
    await expect(card).toContainText('take no algorithm in common that Holdfast has');
    await expect.poll(codes).toContain('no_algorithm');
  });

  await test.step('an MCP server that demands bound tokens, whose authorization server offers none: its session says who has to mend that', async () => {
    const card = cardOf(contradicting);
    await expect(card.getByText('Held', { exact: true })).toBeVisible();
    await expect(card).toContainText('Their operators have to make the two agree');
    await expect.poll(codes).toContain('contradiction');
  });

  await test.step('an authorization server that demands proofs and does not say so: its refusal is said to contradict the MCP server', async () => {
    const said = popup.getByText(`The last sign-in at ${new URL(silent.auth.origin).host} came to nothing`);
    await expect(said).toContainText('Their operators have to make the two agree');
  });

  await test.step('metadata that name another issuer than their address: the agent works as without Holdfast, and its session says whose fault it is', async () => {
    const card = cardOf(misnamed);
    await expect(card.getByText('Exposed', { exact: true })).toBeVisible();
    await expect(card).toContainText('names another issuer than its address does');
    await expect(card).toContainText('The server’s operator has to correct that (RFC 8414 §3.3)');
    await card.getByRole('button', { name: 'What can I do?' }).click();
    await expect(card).toContainText(/Only the people who run .* can change that: send them the sentence above/);
    await expect.poll(codes).toContain('issuer_mismatch');
  });
});
