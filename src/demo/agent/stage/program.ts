import { say } from '../../look/say.ts';
import type { ActNumber, ServerKind } from '../settings.ts';
import type { Progress, StepName } from './progress.ts';

/** The acts, by their names. */
export const ACT_NAMES: Readonly<Record<ActNumber, string>> = {
  1: say('Without protection', '保護なし'),
  2: say('With Holdfast', 'Holdfast あり'),
  3: say('The drill', '盗難訓練'),
};

export const STEP_NAMES: Readonly<Record<StepName, string>> = {
  signIn: say('Sign in', 'サインイン'),
  steal: say('Steal it', '盗む'),
  try: say('Try it', '試す'),
  signOut: say('Sign out', 'サインアウト'),
  protect: say('Protect', '保護'),
  reload: say('Reload', '再読み込み'),
  dashboard: say('Dashboard', 'ダッシュボード'),
  drill: say('Drill', '訓練'),
  weaken: say('Weaken', '弱める'),
};

type Cues = Readonly<Partial<Record<StepName | 'over', string>>>;

const CUES: Readonly<Record<ActNumber, Cues>> = {
  1: {
    signIn: say(
      'An ordinary agent, an ordinary bearer token. Sign in to the notebook on the left: any name will do.',
      'ごく普通のエージェントと、ごく普通のベアラートークンです。左のノートにサインインしてください。名前は何でもかまいません。',
    ),
    steal: say(
      'Script in the page can read the token. Steal it: all that the middle shows goes to the thief.',
      'ページのスクリプトはトークンを読めます。「盗む」を押すと、中央に見えるものがすべて泥棒に渡ります。',
    ),
    try: say('Now the thief has it. On the right, let it try.', '泥棒の手に渡りました。右で試させてみましょう。'),
    over: say('The thief is in, with nothing but a copy of the token.', 'トークンの写しだけで、泥棒は中に入れました。'),
  },
  2: {
    signOut: say(
      'The page still holds the plain token. Sign out, so that it is worthless.',
      'ページにはまだ普通のトークンがあります。サインアウトして無効にしてください。',
    ),
    protect: say(
      'Click the grey lock at the top right of the browser, then “Protect this site”. Chrome asks: Allow.',
      'ブラウザー右上の灰色の錠をクリックし、「このサイトを保護する」を押します。Chrome の確認には「許可」と答えてください。',
    ),
    reload: say(
      'Reload the page: protection begins when it loads.',
      'ページを再読み込みしてください。保護は読み込みから始まります。',
    ),
    signIn: say(
      'Sign in again, as before. The first time, Holdfast asks for the two servers: Allow.',
      '前と同じようにサインインします。初回だけ Holdfast が 2 つのサーバーについて尋ねます。「許可」を押してください。',
    ),
    steal: say(
      'The page has handles, and no token. Steal them: it is the same click.',
      'ページにあるのはハンドルだけで、トークンはありません。同じように盗んでみましょう。',
    ),
    try: say('On the right, let the thief try them.', '右で、泥棒に試させてみましょう。'),
    over: say('Refused, with all that the page can read.', 'ページで読めるものをすべて盗んでも、拒否されました。'),
  },
  3: {
    dashboard: say(
      'A bound token is only as safe as the server’s checks. Open the dashboard.',
      '鍵に紐づいたトークンの安全は、サーバーの確認しだいです。ダッシュボードを開いてください。',
    ),
    drill: say(
      'Open this site’s session there, and run the drill: Holdfast plays the thief, with the real token.',
      'このサイトのセッションを開き、訓練を始めてください。Holdfast が本物のトークンを持った泥棒の役をします。',
    ),
    weaken: say(
      'The server has refused. Tick one of the shortcuts that real servers take, and run the drill again.',
      'サーバーはすべて拒否しました。実際のサーバーがしがちな手抜きを一つ選び、もう一度訓練してください。',
    ),
    over: say(
      'Run the drill again: it names what was let in, and what the server’s author has to change.',
      'もう一度訓練すると、何が通ってしまい、サーバーの作者が何を直せばよいかが分かります。',
    ),
  },
};

const OBSTACLES: Readonly<Record<NonNullable<Progress['obstacle']>, string>> = {
  alreadyProtected: say(
    'Holdfast protects this page already: there is no token to steal. Go on with act 2, or stop protecting the site in the popup, reload, and sign in anew.',
    'このページはすでに Holdfast が保護しているため、盗めるトークンがありません。第 2 幕へ進むか、ポップアップで保護をやめ、再読み込みしてサインインし直してください。',
  ),
  notProtected: say(
    'The drill needs a session that Holdfast keeps. Play act 2 first.',
    '訓練には Holdfast が預かるセッションが必要です。先に第 2 幕を進めてください。',
  ),
  otherTokens: say(
    'Another sign-in of this page has left a plain token: choose its servers or its SDK, and sign out there.',
    'このページの別のサインインのトークンが残っています。そのときのサーバーか SDK を選び、サインアウトしてください。',
  ),
};

const HELD = {
  steal: say(
    'These servers bind nothing. Holdfast holds the token, and the page has a handle. Steal it.',
    'このサーバーはトークンを鍵に紐づけません。それでもトークンは Holdfast が預かり、ページにあるのはハンドルだけです。盗んでみましょう。',
  ),
  over: say(
    'Refused. A copy from a server’s log would still work: these servers bind nothing.',
    '拒否されました。ただし、このサーバーはトークンを鍵に紐づけないため、ログなどから漏れた写しは使えてしまいます。',
  ),
};

const STILL_EXPOSED = say(
  'The page holds the plain token all the same. If you answered “Not now”, click “Allow the servers” in the popup. Then sign out.',
  '普通のトークンがページに残っています。「今はしない」と答えたときは、ポップアップの「サーバーを許可」を押してください。それからサインアウトします。',
);

/** What is said to whoever plays: what comes next, and why. */
export function cueOf(act: ActNumber, servers: ServerKind, { steps, next, obstacle }: Progress): string {
  if (obstacle) return OBSTACLES[obstacle];
  if (next === 'signOut' && steps.some(({ name, isDone }) => name === 'reload' && isDone)) return STILL_EXPOSED;
  const cues: Cues = act === 2 && servers === 'bearer' ? { ...CUES[2], ...HELD } : CUES[act];
  return cues[next ?? 'over'] ?? '';
}

/** The act that comes after this one, and what is said of it; undefined while this one is not over. */
export function afterwards(act: ActNumber, { next, obstacle }: Progress): ActNumber | undefined {
  if (obstacle) return obstacle === 'otherTokens' ? undefined : 2;
  return next === undefined && act < 3 ? ((act + 1) as ActNumber) : undefined;
}

export const actName = (act: ActNumber): string => say(`Act ${act}`, `第 ${act} 幕`);
