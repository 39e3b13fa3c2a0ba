import { Html, html } from './html.ts';
import type { Language } from './language.ts';

/** Who asks, and for what. */
export interface AuthorizationQuestion {
  readonly language: Language;
  /** The interaction's id. */
  readonly uid: string;
  readonly agent: string;
  readonly agentHost: string;
  readonly resource: string;
}

/** Asks who is there. The demo has no passwords: any name is an account. */
export function signInPage({ language, uid, agent, agentHost, resource }: AuthorizationQuestion): string {
  const words = {
    en: {
      title: 'Sign in',
      lead: html`<strong><bdi>${agent}</bdi></strong> at ${agentHost} asks for access to <strong>${resource}</strong>.`,
      name: 'User name',
      hint: 'This is a demonstration: every name is an account, and there is no password.',
    },
    ja: {
      title: 'サインイン',
      lead: html`<strong><bdi>${agent}</bdi></strong>（${agentHost}）が <strong>${resource}</strong> へのアクセスを求めています。`,
      name: 'ユーザー名',
      hint: 'これはデモです。どの名前でもアカウントになり、パスワードはありません。',
    },
  }[language];
  return page(
    language,
    words.title,
    html`
      <h1>${words.title}</h1>
      <p class="lead">${words.lead}</p>
      <form method="post" action="/interaction/${uid}/sign-in">
        <label for="name">${words.name}</label>
        <input id="name" name="name" value="Ada" autocomplete="username" required maxlength="40" autofocus>
        <p class="hint">${words.hint}</p>
        <button class="primary">${words.title}</button>
      </form>`,
  );
}

/** Asks whether the agent may. */
export function consentPage(
  question: AuthorizationQuestion & { readonly account: string; readonly wanted: readonly string[] },
): string {
  const { language, uid, agent, agentHost, resource, account, wanted } = question;
  const words = {
    en: {
      title: `Allow ${agent}?`,
      lead: html`<strong><bdi>${agent}</bdi></strong> at ${agentHost} wants to use <strong>${resource}</strong> for you. It could:`,
      allow: 'Allow',
      deny: 'Deny',
      account: html`Signed in as <strong>${account}</strong>.`,
      another: 'Use another account',
    },
    ja: {
      title: `${agent} を許可しますか？`,
      lead: html`<strong><bdi>${agent}</bdi></strong>（${agentHost}）が、あなたに代わって <strong>${resource}</strong> を使おうとしています。できるようになること:`,
      allow: '許可する',
      deny: '許可しない',
      account: html`<strong>${account}</strong> としてサインインしています。`,
      another: '別のアカウントを使う',
    },
  }[language];
  return page(
    language,
    words.title,
    html`
      <h1><bdi>${words.title}</bdi></h1>
      <p class="lead">${words.lead}</p>
      <ul class="wanted">${wanted.map((one) => html`<li>${one}</li>`)}</ul>
      <form method="post" action="/interaction/${uid}/consent" class="decision">
        <button class="primary" name="decision" value="allow">${words.allow}</button>
        <button name="decision" value="deny">${words.deny}</button>
      </form>
      <form method="post" action="/interaction/${uid}/another-account" class="account">
        <span>${words.account}</span>
        <button class="link">${words.another}</button>
      </form>`,
  );
}

export function signedOutPage(language: Language): string {
  const { title, lead } = {
    en: { title: 'Signed out', lead: 'The next sign-in asks for a name again.' },
    ja: { title: 'サインアウトしました', lead: '次のサインインでは、もう一度名前をたずねます。' },
  }[language];
  return page(language, title, html`<h1>${title}</h1><p class="lead">${lead}</p>`);
}

/** What the provider could not send back to the agent. */
export function errorPage(language: Language, error: string, description: string | undefined): string {
  const { title, lead } = {
    en: { title: 'Request refused', lead: 'This authorization server did not accept the agent’s request.' },
    ja: {
      title: 'リクエストを拒否しました',
      lead: 'この認可サーバーは、エージェントのリクエストを受け付けませんでした。',
    },
  }[language];
  return page(
    language,
    title,
    html`
      <h1>${title}</h1>
      <p class="lead">${lead}</p>
      <p class="words"><code>${error}</code> ${description ?? ''}</p>`,
  );
}

function page(language: Language, title: string, content: Html): string {
  const { role } = { en: { role: 'authorization server' }, ja: { role: '認可サーバー' } }[language];
  return html`<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title} · Harbour</title>
    <link rel="stylesheet" href="/style.css">
    <link rel="icon" href="${ICON}">
  </head>
  <body>
    <header>${MARK} Harbour <span>${role}</span></header>
    <main>${content}</main>
  </body>
</html>`.markup;
}

/** An anchor. */
const DRAWN = '<circle cx="12" cy="5" r="2.5"/><path d="M12 7.5V21M8 11h8M4 14c0 4 3.5 7 8 7s8-3 8-7"/>';

const drawn = (colour: string, more = ''): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="${colour}" stroke-width="2" stroke-linecap="round"${more}>${DRAWN}</svg>`;

const MARK = new Html(drawn('currentColor', ' width="24" height="24" aria-hidden="true"'));
const ICON = `data:image/svg+xml,${encodeURIComponent(drawn('#7a3e9d'))}`;
