import { type Attack, forge, request } from './attack.ts';

const bearer = (token: string) => ({
  method: 'POST',
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
});

/** What a document that is not the agent can try, with everything that the agent's page knows. */
export const FROM_ELSEWHERE: readonly Attack[] = [
  {
    name: 'the stolen handle',
    hope: 'the agent’s session',
    run: (place, { resource, access }) => request(place, resource, bearer(access)),
    got: /^401|TypeError/,
  },
  {
    name: 'no credentials at all, in the agent’s tab',
    hope: 'the token that stands there for the agent',
    run: (place, { resource }) => request(place, resource, { method: 'POST', body: '{}' }),
    got: /^401|TypeError/,
  },
  {
    name: 'the stolen refresh handle',
    hope: 'new tokens',
    run: (place, { issuer, refresh, clientId }) =>
      request(place, `${issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          refresh_token: refresh,
          client_id: clientId,
        }) as never,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
    got: /^400|TypeError/,
  },
  {
    name: 'forged messages',
    hope: 'a proof for the agent’s session, in the agent’s name',
    run: (place, known) =>
      forge(place, [{ kind: 'prove', token: known.access, method: 'POST', url: known.resource }], known),
    got: /^\[\]$|pass/,
  },
  {
    name: 'messages to the window around it',
    hope: 'that the agent’s wrapper takes them for the background’s',
    run: (place, { access }) =>
      place.evaluate((handle) => {
        for (const target of [parent, top, opener]) {
          target?.postMessage({ recall: true }, '*');
          target?.postMessage({ id: 1, body: { kind: 'answer', status: 200, body: handle, headers: [] } }, '*');
        }
        return 'sent';
      }, access),
  },
];
