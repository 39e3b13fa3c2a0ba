/** A place in a standard, such as `RFC 9449 §4.3`, as a link to its text; of several, the first is linked to. */
export function SectionLink({ section }: { readonly section: string }) {
  const [, rfc, number] = /^RFC (\d+) §([\d.]+)/.exec(section) ?? [];
  if (rfc === undefined) return <>{section}</>;
  return (
    <a
      class="standard"
      href={`https://www.rfc-editor.org/rfc/rfc${rfc}#section-${number}`}
      target="_blank"
      rel="noreferrer"
    >
      {section}
    </a>
  );
}
