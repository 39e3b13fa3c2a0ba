/** An urlencoded POST of a page, taken over from its wrapper. */
export interface PageForm {
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly form: URLSearchParams;
}
