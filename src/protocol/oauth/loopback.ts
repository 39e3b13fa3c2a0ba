import { hasLiteralHost } from '../http/host.ts';

/**
 * Whether tokens may travel to this URL: `https`, or `http` to this very machine (RFC 8252 §7.3, RFC 6761 §6.3).
 */
export function isSecureTransport(url: string | URL): boolean {
  const { protocol, hostname } = new URL(url);
  return hasLiteralHost(url) && (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname)));
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '127.0.0.1' || hostname === '[::1]'
  );
}
