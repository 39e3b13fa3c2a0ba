import { computed, signal } from '@preact/signals';
import { hashOf, type Route, readHash } from './route.ts';

const hash = signal(location.hash);

/** What the address asks for. */
export const address = computed(() => readHash(hash.value));

/** Follows the address: links, back and forward, and what is typed. */
export function followAddress(): void {
  addEventListener('hashchange', () => {
    hash.value = location.hash;
  });
}

/** Shows something else, as if its link had been followed. */
export function go(route: Route): void {
  location.hash = hashOf(route);
}

/** Shows something else in the place of this, for what is typed: going back skips it. */
export function turnInto(route: Route): void {
  history.replaceState(null, '', hashOf(route));
  hash.value = location.hash;
}
