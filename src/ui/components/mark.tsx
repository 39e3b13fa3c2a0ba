/** The side of the mark's grid. Its left half, middle column included, is drawn from the key and mirrored. */
const SIDE = 5;
const DRAWN = Math.ceil(SIDE / 2);

/** The key's mark: a small symmetric picture that is the same for the same key. The text beside it is the truth. */
export function Mark({ thumbprint }: { readonly thumbprint: string }) {
  const bytes = bytesOf(thumbprint);
  const hue = ((bytes[0] ?? 0) * 256 + (bytes[1] ?? 0)) % 360;
  const cells = [];
  for (let row = 0; row < SIDE; row += 1) {
    for (let column = 0; column < DRAWN; column += 1) {
      const byte = bytes[2 + row * DRAWN + column] ?? 0;
      if (byte % 2 === 0) continue;
      const tone = byte % 4 === 1 ? 'mark-strong' : 'mark-soft';
      for (const x of new Set([column, SIDE - 1 - column])) {
        cells.push(<rect key={`${x} ${row}`} class={tone} x={x} y={row} width="1.02" height="1.02" />);
      }
    }
  }
  return (
    <svg class="mark" viewBox={`0 0 ${SIDE} ${SIDE}`} style={`--hue:${hue}`} aria-hidden="true">
      {cells}
    </svg>
  );
}

/** The thumbprint's bytes (base64url of SHA-256, RFC 7638 §3). */
function bytesOf(thumbprint: string): Uint8Array {
  const text = atob(thumbprint.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
