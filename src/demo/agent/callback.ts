import { loadConfig, resourceOf } from './config.ts';
import { createSdk } from './create-sdk.ts';
import { explain, explainCallback } from './explain.ts';
import { OAuthStorage } from './oauth/storage.ts';
import { readSettings } from './settings.ts';
import { reportToOpener, takeReturnAddress } from './sign-in.ts';

/** Where the authorization server sends the person back to: in a sign-in window, or on the way to the notebook. */
async function finishSignIn(): Promise<void> {
  if (reportToOpener(location.search)) return;

  const callback = new URLSearchParams(location.search);
  const address = takeReturnAddress();
  const settings = readSettings(address);
  const storage = new OAuthStorage(settings);
  const refusal = explainCallback(callback);
  if (refusal) return show(refusal, address);
  if (callback.get('state') !== storage.get('state')) return show('This sign-in was not started here.', address);

  try {
    const resource = resourceOf(await loadConfig(), settings);
    const sdk = createSdk(settings, storage, () => undefined);
    await sdk.finishSignIn(resource, callback);
    location.replace(address);
  } catch (error) {
    show(explain(error), address);
  }
}

function show(sentence: string, address: string): void {
  const message = document.createElement('p');
  message.setAttribute('role', 'alert');
  message.textContent = sentence;
  const back = document.createElement('a');
  back.href = address;
  back.textContent = 'Back to the notebook';
  document.querySelector('main div')?.replaceChildren(message, back);
}

await finishSignIn();
