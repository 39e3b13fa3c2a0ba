/** The number on a button of the stage. It is for the eye: the button's name stays its word. */
export function Step({ number }: { number: number }) {
  return (
    <span class="step" aria-hidden="true">
      {number}
    </span>
  );
}
