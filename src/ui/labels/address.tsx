import { visible } from '../names.ts';

interface Props {
  /** A host, or a host and a path. */
  readonly name: string;
}

/**
 * A server in a place that may be too narrow for it. The path is cut at its end, the host at its front: whose it is stands at
 * the end of a host.
 */
export function Address({ name }: Props) {
  const slash = name.indexOf('/');
  const [host, path] = slash < 0 ? [name, ''] : [name.slice(0, slash), visible(name.slice(slash))];
  return (
    <span class="address">
      <span class="host">
        <bdi>{host}</bdi>
      </span>
      {path && <span class="path">{path}</span>}
    </span>
  );
}
