type OidcProviderModule = typeof import('oidc-provider');

let imported: Promise<OidcProviderModule> | undefined;

/**
 * Imports oidc-provider 9 on Node 20: it asks for Node 22 in a console warning, and calls `URL.parse`, which 20 lacks.
 * Everything else that it warns about is configured away.
 */
export function importOidcProvider(): Promise<OidcProviderModule> {
  imported ??= importQuietly();
  return imported;
}

async function importQuietly(): Promise<OidcProviderModule> {
  URL.parse ??= (url, base) => (URL.canParse(url, base) ? new URL(url, base) : null);

  const { warn } = console;
  console.warn = (...values: unknown[]) => {
    if (!String(values[0]).includes('oidc-provider WARNING: Unsupported runtime')) warn(...values);
  };
  try {
    return await import('oidc-provider');
  } finally {
    console.warn = warn;
  }
}
