import { bindingOf, type SessionView } from '../../messages/ui.ts';
import { markOf, outline, SIDE } from '../mark.ts';

/** The key's mark: a small symmetric picture that is the same for the same key. The text beside it is the truth. */
export function Mark({ thumbprint }: { readonly thumbprint: string }) {
  const drawing = markOf(thumbprint);
  return (
    <svg
      class="mark"
      viewBox={`-0.5 -0.5 ${SIDE + 1} ${SIDE + 1}`}
      style={`--hue:${drawing.hue}`}
      aria-hidden="true"
      focusable="false"
    >
      <path class="mark-soft" d={outline(drawing, 'soft')} />
      <path class="mark-strong" d={outline(drawing, 'strong')} />
    </svg>
  );
}

/** The mark of a session's key, or room for one where it has no key of Holdfast's. */
export function SessionMark({ session }: { readonly session: SessionView }) {
  const binding = bindingOf(session);
  return binding ? <Mark thumbprint={binding.thumbprint} /> : <NoMark />;
}

export const NoMark = () => <span class="mark mark-none" />;
