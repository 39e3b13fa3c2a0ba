import { type Html, html } from './html.ts';

/** Who asks, and for what. */
export interface AuthorizationQuestion {
  /** The interaction's id. */
  readonly uid: string;
  readonly agent: string;
  readonly agentHost: string;
  readonly resource: string;
}

/** Asks who is there. The demo has no passwords: any name is an account. */
export function signInPage({ uid, agent, agentHost, resource }: AuthorizationQuestion): string {
  return page(
    'Sign in',
    html`
      <h1>Sign in</h1>
      <p class="lead"><strong>${agent}</strong> at ${agentHost} asks for access to <strong>${resource}</strong>.</p>
      <form method="post" action="/interaction/${uid}/sign-in">
        <label for="name">User name</label>
        <input id="name" name="name" value="Ada" autocomplete="username" required maxlength="40" autofocus>
        <p class="hint">This is a demonstration: every name is an account, and there is no password.</p>
        <button class="primary">Sign in</button>
      </form>`,
  );
}

/** Asks whether the agent may. */
export function consentPage(
  question: AuthorizationQuestion & { readonly account: string; readonly wanted: readonly string[] },
): string {
  const { uid, agent, agentHost, resource, account, wanted } = question;
  return page(
    `Allow ${agent}`,
    html`
      <h1>Allow ${agent}?</h1>
      <p class="lead"><strong>${agent}</strong> at ${agentHost} wants to use <strong>${resource}</strong> for you. It could:</p>
      <ul class="wanted">${wanted.map((words) => html`<li>${words}</li>`)}</ul>
      <form method="post" action="/interaction/${uid}/consent" class="decision">
        <button class="primary" name="decision" value="allow">Allow</button>
        <button name="decision" value="deny">Deny</button>
      </form>
      <form method="post" action="/interaction/${uid}/another-account" class="account">
        <span>Signed in as <strong>${account}</strong>.</span>
        <button class="link">Use another account</button>
      </form>`,
  );
}

export function signedOutPage(): string {
  return page('Signed out', html`<h1>Signed out</h1><p class="lead">The next sign-in asks for a name again.</p>`);
}

/** What the provider could not send back to the agent. */
export function errorPage(error: string, description: string | undefined): string {
  return page(
    'Request refused',
    html`
      <h1>Request refused</h1>
      <p class="lead">This authorization server did not accept the agent’s request.</p>
      <p class="words"><code>${error}</code> ${description ?? ''}</p>`,
  );
}

function page(title: string, content: Html): string {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title} · Harbour</title>
    <link rel="stylesheet" href="/style.css">
    <link rel="icon" href="data:,">
  </head>
  <body>
    <header>${MARK} Harbour <span>authorization server</span></header>
    <main>${content}</main>
  </body>
</html>`.markup;
}

const MARK = html`<svg width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"
  stroke-linecap="round" aria-hidden="true"><circle cx="12" cy="5" r="2.5"/><path d="M12 7.5V21M8 11h8M4 14c0 4 3.5 7 8 7s8-3 8-7"/></svg>`;
