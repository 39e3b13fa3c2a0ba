import { useEffect, useState } from 'preact/hooks';

/** How often the stage asks, in milliseconds. */
const INTERVAL = 700;

/** Whether the person lets Holdfast into this site. `npm run demo` lends the stage this; in a browser of one's own it is missing. */
type IsAllowed = () => Promise<boolean>;

/** @param isWanted whether the stage has to know: once Holdfast is in the page, that says it */
export function useProtection(isWanted: boolean): boolean {
  const [isProtected, setProtected] = useState(false);
  useEffect(() => {
    const { isHoldfastAllowed } = window as { isHoldfastAllowed?: IsAllowed };
    if (!isWanted || !isHoldfastAllowed) return;
    const timer = setInterval(() => void isHoldfastAllowed().then(setProtected), INTERVAL);
    return () => clearInterval(timer);
  }, [isWanted]);
  return isProtected;
}
