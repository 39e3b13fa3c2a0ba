import type { Binding } from '../binding.ts';

/** Protected resource metadata (RFC 9728 §2). Of DPoP it speaks only if the server knows it. */
export function resourceMetadata(
  resource: string,
  issuer: string,
  scopes: readonly string[],
  binding: Binding,
  dpopAlgorithms: readonly string[],
): Readonly<Record<string, unknown>> {
  return {
    resource,
    resource_name: 'Notebook',
    authorization_servers: [issuer],
    scopes_supported: scopes,
    bearer_methods_supported: ['header'],
    ...(binding !== 'none' && { dpop_signing_alg_values_supported: dpopAlgorithms }),
    ...(binding === 'required' && { dpop_bound_access_tokens_required: true }),
  };
}
