/** A message of the catalogue. */
export interface Message {
  readonly message: string;
  /** By their names in lower case: which of the given words each stands for, `$1` for the first. */
  readonly placeholders?: Readonly<Record<string, { readonly content: string }>>;
}

/** A message with the given words in the places of its placeholders (`$NAME$`), as Chrome fills it. */
export function filled({ message, placeholders = {} }: Message, given: readonly string[]): string {
  return message.replace(/\$(\w+)\$/g, (_, name: string) => {
    const place = placeholders[name.toLowerCase()]?.content.slice(1);
    return given[Number(place) - 1] ?? '';
  });
}
