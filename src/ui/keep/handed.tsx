import { useEffect, useRef } from 'preact/hooks';
import { hostOf, resourceName } from '../names.ts';
import { say } from '../words.ts';
import { Handle } from './handle.tsx';
import type { Kept } from './key-form.tsx';

/** The key is kept: what the agent gets in its place. */
export function Handed({ kept: { agent, server, handle } }: { readonly kept: Kept }) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <>
      <h1 ref={title} tabIndex={-1}>
        {say('keptTitle')}
      </h1>
      <p>{say('keptWhat', hostOf(agent), resourceName(server))}</p>
      <Handle value={handle} />
      <p>{say('keptThen')}</p>
    </>
  );
}
