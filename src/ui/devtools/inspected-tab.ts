/** The tab that the panel is about: that of DevTools, or `?tab=…` where the panel stands in a tab of its own. */
export function inspectedTab(address = new URL(location.href)): number | undefined {
  const { devtools } = globalThis.chrome ?? {};
  if (devtools) return devtools.inspectedWindow.tabId;
  const given = Number(address.searchParams.get('tab'));
  return Number.isSafeInteger(given) && given > 0 ? given : undefined;
}
