import * as v from 'valibot';

/** Milliseconds since the epoch, as far as a `Date` reaches: views write them as dates. */
export const Time = v.pipe(v.number(), v.minValue(-8.64e15), v.maxValue(8.64e15));

export const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export const Url = v.pipe(
  v.string(),
  v.check((value) => URL.canParse(value), 'a URL'),
);

export const list = <Item extends v.GenericSchema>(item: Item) => v.pipe(v.array(item), v.readonly());

/** What cannot be read of it is as good as not there. */
export const lenient = <Schema extends v.GenericSchema>(schema: Schema) => v.fallback(v.optional(schema), undefined);
