import type * as v from 'valibot';

/** What is told to a view: text is text there, and brands stay behind. */
export type Told<T> = T extends v.Brand<v.BrandName> | { readonly __brand: string }
  ? string
  : T extends object
    ? { readonly [Member in keyof T]: Told<T[Member]> }
    : T;
