/**
 * How a demo server treats DPoP (RFC 9449).
 *
 * - `required`: nothing works without a proof
 * - `offered`: bearer works, and whoever proves gets bound
 * - `none`: the server has never heard of it
 */
export type Binding = 'required' | 'offered' | 'none';
