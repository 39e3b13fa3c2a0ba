import * as v from 'valibot';
import { type Destination, toResource } from './destination.ts';
import { type AccessHandle, isAccessHandle } from './handle.ts';
import { Origin } from './origin.ts';
import { Issuer, Resource } from './server.ts';
import { type BoundSession, SessionId } from './session.ts';
import { AccessToken, RefreshToken } from './tokens.ts';

/** Values for tests, read as the product reads them. */
export const anOrigin = (text: string) => v.parse(Origin, text);
export const anIssuer = (text: string) => v.parse(Issuer, text);
export const aResource = (text: string) => v.parse(Resource, text);
export const aSessionId = (text: string) => v.parse(SessionId, text);
export const anAccessToken = (text: string) => v.parse(AccessToken, text);
export const aRefreshToken = (text: string) => v.parse(RefreshToken, text);

export function anAccessHandle(text: string): AccessHandle {
  if (!isAccessHandle(text)) throw new Error(`${text} is no handle`);
  return text;
}

export function aDestination(url: string): Destination {
  const session = { resource: aResource(url) } as BoundSession;
  const to = toResource(session, url);
  if (!to) throw new Error(`${url} is no destination`);
  return to;
}
