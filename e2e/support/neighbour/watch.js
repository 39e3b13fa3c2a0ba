// Writes down all that Chrome shows an extension of every site's requests, and of Holdfast's own.
const everything = { urls: ['<all_urls>'] };
globalThis.wire = [];
const note = (details) => globalThis.wire.push(details);
const text = ({ raw = [], formData }) => [
  JSON.stringify(formData),
  ...raw.map(({ bytes }) => new TextDecoder().decode(bytes)),
];
chrome.webRequest.onBeforeRequest.addListener(
  ({ url, method, requestBody }) => note({ url, method, body: requestBody && text(requestBody).join('') }),
  everything,
  ['requestBody', 'extraHeaders'],
);
chrome.webRequest.onBeforeSendHeaders.addListener(note, everything, ['requestHeaders', 'extraHeaders']);
chrome.webRequest.onSendHeaders.addListener(note, everything, ['requestHeaders', 'extraHeaders']);
chrome.webRequest.onCompleted.addListener(note, everything, ['responseHeaders', 'extraHeaders']);

globalThis.read = async (pattern) => {
  const tabs = await chrome.tabs.query({ url: pattern });
  return (await Promise.all(tabs.map(({ id }) => chrome.tabs.sendMessage(id, '')))).join('\n');
};

// Puts a credential of its own into the requests to a URL.
globalThis.overrule = (url, value) =>
  chrome.declarativeNetRequest.updateSessionRules({
    addRules: [
      {
        id: 1,
        condition: { urlFilter: url, resourceTypes: ['xmlhttprequest'], excludedRequestMethods: ['options'] },
        action: { type: 'modifyHeaders', requestHeaders: [{ header: 'authorization', operation: 'set', value }] },
      },
    ],
  });
