import { report } from './state.ts';

/** Keeps the errors of this view that nothing has caught. */
export function keepErrors(): void {
  addEventListener('error', ({ error }) => report(error));
  addEventListener('unhandledrejection', ({ reason }) => report(reason));
}
