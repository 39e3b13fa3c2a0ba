import type { Locator, Page } from '@playwright/test';

const pageOf = (place: Page | Locator): Page => ('page' in place ? place.page() : place);

/** Opens the menu of a button whose name begins like this. */
export async function openMenu(place: Page | Locator, button: string): Promise<Locator> {
  await place.getByRole('button', { name: new RegExp(`^${button}`) }).click();
  return pageOf(place).getByRole('menu', { name: new RegExp(`^${button}`) });
}

/** Opens a menu and chooses one of its items. */
export async function chooseIn(place: Page | Locator, button: string, item: string): Promise<void> {
  const menu = await openMenu(place, button);
  await menu.getByRole('menuitem', { name: item }).click();
}

/** Revokes a session at its card, and says yes to the question. */
export async function revokeIn(card: Locator): Promise<void> {
  await chooseIn(card, 'More for', 'Revoke…');
  await card.getByRole('button', { name: 'Revoke the session' }).click();
}
