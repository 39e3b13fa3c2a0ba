/** A form of a page, taken over from its wrapper. */
export interface PageForm {
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly form: URLSearchParams;
  /** Whether the wrapper knows real tokens; one that does not would take them for somebody else's. */
  readonly readsTokens: boolean;
}
