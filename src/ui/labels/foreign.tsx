import { visible } from '../names.ts';

/** Text that a page or a server chose: it turns no writing around it, and its own is as it was written. */
export function Foreign({ text }: { readonly text: string }) {
  return <bdi>{visible(text)}</bdi>;
}
