/** Whether a policy lets the page hold its tokens for this resource, by the name that the sign-in gave it. */
export function isHandedOver(
  { handedOver = [] }: { readonly handedOver?: readonly string[] | undefined },
  resource: string | undefined,
): boolean {
  return resource !== undefined && handedOver.includes(resource);
}
