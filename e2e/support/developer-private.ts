import type { BrowserContext } from '@playwright/test';
import { EXTENSIONS_PAGE } from '../../src/demo/protect.mjs';

interface Reported {
  readonly message: string;
}

interface ExtensionInfo {
  readonly id: string;
  readonly name: string;
  readonly manifestErrors: readonly Reported[];
  readonly runtimeErrors: readonly Reported[];
}

/** What tests use of what Chrome's own page about extensions may call. */
export interface DeveloperPrivate {
  getExtensionsInfo(): Promise<readonly ExtensionInfo[]>;
  getExtensionInfo(id: string): Promise<ExtensionInfo>;
  updateProfileConfiguration(update: { readonly inDeveloperMode: boolean }): Promise<void>;
  updateExtensionConfiguration(update: {
    readonly extensionId: string;
    readonly errorCollection?: boolean;
    readonly pinnedToToolbar?: boolean;
  }): Promise<void>;
  removeHostPermission(id: string, pattern: string): Promise<void>;
  /** Says that it is loaded only where it has to tell what is wrong with it. */
  reload(id: string, options: { readonly populateErrorForUnpacked: true; readonly failQuietly: true }): Promise<void>;
}

declare global {
  namespace chrome {
    const developerPrivate: DeveloperPrivate;
  }
}

/** Does something in Chrome's own page about extensions, and closes it. @param work gets the argument, and nothing else of the test */
export async function inExtensionsPage<Argument, Result>(
  context: BrowserContext,
  work: (argument: Argument) => Result | Promise<Result>,
  argument: Argument,
): Promise<Result> {
  const page = await context.newPage();
  await page.goto(EXTENSIONS_PAGE);
  const result = await page.evaluate(work as (argument: unknown) => Result | Promise<Result>, argument);
  await page.close();
  return result;
}
