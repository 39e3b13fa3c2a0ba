// In every page: tells the extension what the page keeps.
chrome.runtime.onMessage.addListener((_message, _sender, answer) => {
  answer(JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
});
