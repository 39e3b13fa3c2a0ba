import { text } from 'node:stream/consumers';
import type { Context, Interaction, Middleware, Provider } from 'oidc-provider';
import { type Language, languageOf, type Scopes } from './language.ts';
import { consentPage, errorPage, signedOutPage, signInPage } from './pages.ts';

/** Without `form-action`: Chrome applies it to the redirect back to the agent. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'";

const OVER: Readonly<Record<Language, string>> = {
  en: 'This sign-in is over. Start again from the agent.',
  ja: 'このサインインは終わっています。エージェントからやり直してください。',
};
const NAMELESS: Readonly<Record<Language, string>> = { en: 'An agent without a name', ja: '名前のないエージェント' };

const INTERACTION = /^\/interaction\/[\w-]+(?:\/(?<step>sign-in|consent|another-account))?$/;

/**
 * The pages on which a person signs in and decides, and the forms that they send. They need no script.
 *
 * @param approves who signs in and allows everything without a page, if there is anybody
 */
export function interactions(
  provider: Provider,
  scopes: Scopes,
  approves: () => string | undefined = () => undefined,
): Middleware {
  return async (context, next) => {
    if (context.path === '/signout') {
      await endSession(provider, context);
      showPage(context, signedOutPage(languageOf(context)));
      return;
    }
    const match = INTERACTION.exec(context.path);
    if (!match) return next();

    const interaction = await provider.interactionDetails(context.req, context.res).catch(() => undefined);
    if (!interaction) {
      const language = languageOf(context);
      showPage(context, errorPage(language, 'invalid_request', OVER[language]));
      context.status = 400;
      return;
    }
    const step = context.method === 'POST' ? match.groups?.step : undefined;
    switch (step) {
      case 'sign-in':
        return signIn(provider, context, interaction);
      case 'consent':
        return decide(provider, context, interaction);
      case 'another-account':
        return startOver(provider, context, interaction);
      default: {
        const name = approves();
        if (name === undefined) return ask(provider, context, interaction, scopes);
        return interaction.prompt.name === 'login'
          ? resume(provider, context, loginOf(name))
          : allow(provider, context, interaction);
      }
    }
  };
}

async function ask(provider: Provider, context: Context, interaction: Interaction, scopes: Scopes): Promise<void> {
  const { params, prompt, session, uid } = interaction;
  const language = languageOf(context);
  const client = await provider.Client.find(String(params.client_id));
  const request = {
    ...{ language, uid },
    agent: client?.clientName ?? NAMELESS[language],
    agentHost: new URL(String(params.redirect_uri)).host,
    resource: [params.resource].flat().join(', '),
  };
  if (prompt.name === 'login') {
    showPage(context, signInPage(request));
    return;
  }
  const wanted = String(params.scope ?? '')
    .split(' ')
    .map((scope) => scopes[scope]?.[language])
    .filter((words) => words !== undefined);
  showPage(context, consentPage({ ...request, account: session?.accountId ?? '', wanted }));
}

async function signIn(provider: Provider, context: Context, interaction: Interaction): Promise<void> {
  const name = (await readForm(context)).get('name');
  if (!name?.trim()) {
    context.redirect(`/interaction/${interaction.uid}`);
    return;
  }
  const result = loginOf(name);
  if (interaction.session && interaction.session.accountId !== result.login.accountId) {
    await endSession(provider, context);
    interaction.session = undefined;
    await interaction.persist();
  }
  await resume(provider, context, result);
}

const loginOf = (name: string) => ({ login: { accountId: name.trim().toLowerCase(), remember: false } });

async function decide(provider: Provider, context: Context, interaction: Interaction): Promise<void> {
  if ((await readForm(context)).get('decision') !== 'allow') {
    const denied = { error: 'access_denied', error_description: 'The person clicked Deny.' };
    await resume(provider, context, denied);
    return;
  }
  await allow(provider, context, interaction);
}

async function allow(provider: Provider, context: Context, interaction: Interaction): Promise<void> {
  const { grantId, params, prompt, session } = interaction;
  const existing = grantId ? await provider.Grant.find(grantId) : undefined;
  const grant =
    existing ?? new provider.Grant({ accountId: String(session?.accountId), clientId: String(params.client_id) });
  const { missingOIDCScope, missingOIDCClaims, missingResourceScopes } = prompt.details;
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '));
  if (missingOIDCClaims) grant.addOIDCClaims(missingOIDCClaims);
  for (const [resource, missing] of Object.entries(missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, missing.join(' '));
  }
  await resume(provider, context, { consent: { grantId: await grant.save() } });
}

/** Signs out here, then puts the same authorization request again. */
async function startOver(provider: Provider, context: Context, interaction: Interaction): Promise<void> {
  await endSession(provider, context);
  const request = new URLSearchParams();
  for (const [name, value] of Object.entries(interaction.params)) {
    if (name === 'prompt') continue;
    for (const each of [value].flat()) if (each !== undefined) request.append(name, String(each));
  }
  seeOther(context, `/auth?${request}`);
}

async function resume(provider: Provider, context: Context, result: Readonly<Record<string, unknown>>): Promise<void> {
  const returnTo = await provider.interactionResult(context.req, context.res, result, {
    mergeWithLastSubmission: 'consent' in result,
  });
  seeOther(context, returnTo);
}

async function endSession(provider: Provider, context: Context): Promise<void> {
  const session = await provider.Session.get(context);
  await session.destroy();
  context.cookies.set(provider.cookieName('session'), null, { path: '/' });
}

async function readForm(context: Context): Promise<URLSearchParams> {
  return new URLSearchParams(await text(context.req));
}

function showPage(context: Context, html: string): void {
  context.status = 200;
  context.type = 'html';
  context.set('content-security-policy', CONTENT_SECURITY_POLICY);
  context.body = html;
}

function seeOther(context: Context, location: string): void {
  context.redirect(location);
  context.status = 303;
}
