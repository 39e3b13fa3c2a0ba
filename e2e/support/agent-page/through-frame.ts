/** Has an authorization request answered in a frame, as an agent does that knows its person there. Returns the callback's query. */
export async function throughFrame(request: URL | string): Promise<string> {
  const frame = document.createElement('iframe');
  frame.hidden = true;
  frame.src = String(request);
  const back = new Promise<string>((resolve) => {
    window.addEventListener('message', function heard({ source, origin, data }) {
      if (source !== frame.contentWindow || origin !== location.origin || typeof data?.callback !== 'string') return;
      window.removeEventListener('message', heard);
      resolve(data.callback);
    });
  });
  document.body.append(frame);
  return back.finally(() => frame.remove());
}
