/** Has an authorization request answered in a frame, as an agent does that knows its person there. Returns the callback's query. */
export async function throughFrame(request: URL | string): Promise<string> {
  const frame = document.createElement('iframe');
  frame.hidden = true;
  frame.src = String(request);
  const back = new Promise<string>((resolve) => {
    window.addEventListener('message', function heard({ origin, data }) {
      if (origin !== location.origin || typeof data?.callback !== 'string' || data.callback !== searchOf(frame)) return;
      window.removeEventListener('message', heard);
      resolve(data.callback);
    });
  });
  document.body.append(frame);
  return back.finally(() => frame.remove());
}

/** The query of the page in a frame. A message's source would not tell the frame where script has wrapped `postMessage`. */
function searchOf({ contentWindow }: HTMLIFrameElement): string | undefined {
  try {
    return contentWindow?.location.search;
  } catch {
    return undefined; // it is at the authorization server
  }
}
