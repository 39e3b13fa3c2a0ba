/** A decoded proof, without its signature: it proves nothing any more, and is there to be read (RFC 9449 §4.2). */
export interface ProofView {
  /** When it left, in milliseconds since the epoch. */
  readonly at: number;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}
