import type * as v from 'valibot';

/** The form in which a view gets a value: strings without brands. */
export type Told<T> = T extends v.Brand<v.BrandName> | { readonly __brand: string }
  ? string
  : T extends object
    ? { readonly [Member in keyof T]: Told<T[Member]> }
    : T;
