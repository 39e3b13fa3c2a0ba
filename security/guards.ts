import type { Guard } from './guard.ts';

/**
 * What Holdfast refuses or keeps, where, and the tests that attack it. Each guard was taken out of the code, alone, and its
 * tests were seen to fail.
 */
export const GUARDS: Readonly<Record<string, readonly Guard[]>> = {
  'Who asks': [
    {
      promise: 'The caller is `port.sender`’s origin, whatever a message says',
      places: ['background/pages/page-port.ts'],
      tests: { 'red-team.spec.ts': ['attacks from the protected page itself take nothing away'] },
    },
    {
      promise:
        'A handle is good for its own agent only: for proofs, refreshes, revocation, and codes by their verifier',
      places: [
        'sessions/requests/prove.ts',
        'sessions/tokens/refresh.ts',
        'sessions/tokens/revocation.ts',
        'sessions/sign-in/arming.ts',
      ],
      tests: {
        'prove.test.ts': ['https://sub.agent.example'],
        'refresh.test.ts': ['another origin’s handle is as dead as one that nobody was given'],
        'revocation.test.ts': ['of another origin can do nothing with the handle'],
        'exchange.test.ts': ['does not take the key of another agent, though the verifier is the same'],
      },
    },
    {
      promise:
        'A page that Holdfast is not in says so, and none that it is in; a site is protected when Chrome has said yes, whatever became of the worker meanwhile',
      places: ['background/sites/presence.ts', 'background/sites/protection.ts', 'content/relay.iife.ts'],
      tests: {
        'survival.spec.ts': ['Holdfast is loaded anew under an open agent'],
        'popup.spec.ts': ['the page is offered the reload that it needs'],
        'reload.spec.ts': ['does not take its pages for lost'],
        'protection.test.ts': ['though the worker was ended', 'is new until', 'the first worker of'],
      },
    },
    {
      promise: 'Only protected sites are answered, and what Chrome has taken back is not protected',
      places: ['background/pages/page-port.ts', 'background/sites/protection.ts'],
      tests: { 'policy.spec.ts': ['what is taken back in Chrome’s own settings is no longer protected'] },
    },
    {
      promise: 'A page, a frame or a worker cannot speak as one of Holdfast’s views',
      places: ['background/views/view-port.ts'],
      tests: { 'red-team.spec.ts': ['attacks from the protected page itself take nothing away'] },
    },
    {
      promise:
        'The relay takes one port, the wrapper’s; it passes on envelopes only, once each, and none that is longer than the wrapper’s own',
      places: ['content/relay.iife.ts'],
      tests: {
        'relay.test.ts': [
          'a port that the page holds out after the wrapper’s is not taken',
          'what is no envelope, or names a request that waits already, goes no further',
          'a message that is longer than any of the wrapper’s',
        ],
      },
    },
    {
      promise: 'A request outlives the background a bounded number of times, and a connection that Chrome has closed',
      places: ['content/relay.iife.ts'],
      tests: {
        'relay.test.ts': [
          'is sent again, and given up after three deaths',
          'a request that waits keeps the background awake',
          'is made again when a request finds it so',
          'is made again when the page is shown again',
          'is given up after three times, and every request is answered',
        ],
        'survival.spec.ts': ['comes back out of the back/forward cache'],
        'refresh.spec.ts': [
          'before its request has left keeps the old tokens',
          'while the server has not looked at it',
        ],
      },
    },
    {
      promise: 'Where Holdfast is gone, the page goes on as without it, and no handle leaves it',
      places: ['messages/unanswered.ts', 'content/relay.iife.ts'],
      tests: {
        'relay.test.ts': [
          'when the extension is gone, the page goes on as without it',
          'when the extension is gone, no handle leaves its page',
          'a handle stays in its page when the background dies again and again',
        ],
        'survival.spec.ts': ['Holdfast is loaded anew under an open agent'],
      },
    },
    {
      promise:
        'A token request does not leave by itself where the worker ends again and again, or where it cannot be told whether its site is protected',
      places: ['messages/unanswered.ts', 'content/relay.iife.ts', 'background/pages/page-port.ts'],
      tests: {
        'relay.test.ts': ['a form does not leave by itself when the background dies again and again'],
        'page-port.test.ts': ['a page whose protection cannot be told gets no plain bearer token'],
      },
    },
    {
      promise: 'A form that is too long or cannot be decoded is refused, and that is told',
      places: [
        'messages/unanswered.ts',
        'content/relay.iife.ts',
        'background/pages/page-port.ts',
        'page/recognise.ts',
        'page/fetch.ts',
      ],
      tests: {
        'relay.test.ts': ['a form that is longer than any of the wrapper’s is refused here'],
        'page-port.test.ts': ['a form that cannot be read is refused, and that is told'],
        'fetch.test.ts': ['that is too long is shown to the background'],
        'policy.spec.ts': ['lets no agent ask a server that knows no DPoP for one'],
      },
    },
    {
      promise: 'No header makes a token request pass unseen, however many there are, and however long',
      places: ['messages/page.ts'],
      tests: {
        'page.test.ts': ['of a form’s headers those are kept that are read'],
        'page-port.test.ts': ['a form with headers that nobody reads'],
        'policy.spec.ts': ['lets no agent ask a server that knows no DPoP for one'],
      },
    },
    {
      promise: 'A token request by JSON or FormData is looked at as a form is; what is none leaves as the page made it',
      places: ['page/recognise.ts', 'page/fetch.ts', 'protocol/oauth/token-request.ts', 'sessions/forms.ts'],
      tests: {
        'fetch.test.ts': [
          'is looked at, and does not leave where the background answers it',
          'that is none of ours leaves as the page made it',
          'what is no token request leaves at once, and nobody is asked',
          'an MCP request in a Request is one with a handle, or one without',
        ],
        'token-request.test.ts': ['is read as urlencoded, or as flat JSON'],
        'json-form.test.ts': [
          'a code that is redeemed by JSON is bound',
          'a refresh by JSON is made with the real token',
          'a bearer token that the policy refuses does not come in by JSON',
          'goes on as the page made it',
          'shows with its client',
        ],
        'policy.spec.ts': ['lets no agent ask a server that knows no DPoP for one'],
      },
    },
    {
      promise: 'Messages are decoded, and every part of them is limited in size',
      places: ['messages/page.ts', 'background/pages/page-port.ts'],
      tests: {
        'page.test.ts': ['is refused'],
        'red-team.spec.ts': ['attacks from the protected page itself take nothing away'],
      },
    },
  ],
  'Where a proof may go': [
    {
      promise:
        'A session’s tokens and proofs are for its resource only: its origin, its path or below; what else is asked for does not leave the page',
      places: ['protocol/mcp/resource.ts', 'sessions/requests/prove.ts'],
      tests: {
        'prove.test.ts': ['no proof is made', 'https://mcp.example/mcp-evil'],
        'resource.test.ts': ['covers'],
        'attacks.spec.ts': ['gets its own page no proof for another place'],
        'reach.spec.ts': ['a request that a session may not make does not leave'],
      },
    },
    {
      promise:
        'A handle that a page sends to another server, in a body or an address, leaves as the page made the request, with no token and no proof; the first eight such servers of a session are noted, once each, by the word of its own agent',
      places: ['sessions/requests/passed-on.ts', 'sessions/holdfast.ts', 'page/report.ts', 'messages/page.ts'],
      tests: {
        'passed-on.test.ts': [
          'is noted with the place, once, in one line, and without the handle',
          'gets neither proof nor token',
          'fills neither the session nor the log with thousands of places',
          'says nothing of another agent’s session',
          'names no place that reads as another',
          'a redirect of the server to another origin is none of the agent’s',
        ],
        'fetch.test.ts': ['a handle that the page sends elsewhere is reported, and leaves as it is'],
        'attacks.spec.ts': ['gets its own page no proof for another place'],
      },
    },
    {
      promise:
        'Further addresses of the resource’s origin that nobody is asked about are its server’s own word: a redirect that the network saw, or the `endpoint` event that Holdfast read itself; eight at most',
      places: ['sessions/requests/reach.ts', 'protocol/mcp/endpoint-event.ts'],
      tests: {
        'reach.test.ts': [
          'opens nothing',
          'is not asked for',
          'is not followed by',
          'is followed to a few addresses at most',
        ],
        'reach.spec.ts': ['over HTTP+SSE the session reaches where the stream sends its messages, and nothing else'],
      },
    },
    {
      promise:
        'Any other path of that origin is opened by the person’s yes to one question alone, for one session, as the network will see it: never one of several readings, never an endpoint of the authorization server or one that may be; eight at most',
      places: [
        'sessions/further/further-addresses.ts',
        'model/destination.ts',
        'protocol/http/host.ts',
        'model/server.ts',
        'sessions/permission.ts',
      ],
      tests: {
        'further.test.ts': [
          'is denied without a yes, and does not leave',
          'is not even asked about for',
          'does not leave what was allowed by',
          'is asked about up to a bound',
          'asks nothing where the policy or the person does not allow the server',
          'changes nothing of a session that has ended before the answer',
          'is not asked about at',
          'gets no token where the whole origin was allowed',
          'whose endpoints are not known any more',
        ],
        'host.test.ts': ['has several'],
        'reach.spec.ts': ['a further path of the server is asked about once'],
      },
    },
    {
      promise:
        'Of a session one such question stands at a time, and its next rests longer after each without a yes; no yes to anything else answers it, and a late one changes nothing',
      places: ['background/consent/access.ts', 'background/consent/unheeded-addresses.ts'],
      tests: {
        'further-questions.test.ts': [
          'of a session that asks for a thousand paths',
          'what Chrome or the person allows elsewhere is no answer to it',
          'what was declined is not asked again',
          'a question ends with',
          'an agent with many sessions has no more questions than any',
        ],
      },
    },
    {
      promise: 'Such a path can be taken back, and its token and the proofs that were made ahead go with it',
      places: ['sessions/further/further-addresses.ts'],
      tests: {
        'further.test.ts': ['is reached no more, and its token and the proofs'],
        'reach.spec.ts': ['shown, and taken back'],
      },
    },
    {
      promise:
        'A bound token is presented as a bearer token only where the resource refused it with its proof, speaks of DPoP nowhere, and served it so; a resource that spoke of DPoP once is never talked down',
      places: ['sessions/requests/token-scheme.ts', 'sessions/requests/prove.ts'],
      tests: {
        'token-scheme.test.ts': ['nothing talks a resource down to bearer tokens'],
        'matrix.spec.ts': ['a page cannot talk an MCP server that takes DPoP down to bearer tokens'],
      },
    },
    {
      promise: 'Nowhere without TLS, but to this machine',
      places: ['protocol/oauth/loopback.ts', 'sessions/requests/prove.ts', 'sessions/sign-in/server-discovery.ts'],
      tests: {
        'prove.test.ts': ['over plain http, though the session was made for a resource there'],
        'changing-server.test.ts': [
          'to where tokens may not travel is not followed',
          'metadata that stands where no secret may travel is not fetched',
        ],
      },
    },
    {
      promise:
        'A session without a resource gets the first that an MCP request goes to, if the person allows it, and only that',
      places: ['sessions/requests/prove.ts'],
      tests: {
        'prove.test.ts': [
          'a client that named no resource gets the first MCP server that it uses, and only that',
          'a resource that the person declines does not become the session’s',
        ],
        'meanwhile.test.ts': [
          'that is used at two places at once becomes the one’s',
          'that is revoked while the person is asked about a place stays revoked',
        ],
      },
    },
    {
      promise:
        'Nothing goes to a server that the person, or the policy, does not allow: network and rules refuse it, whichever use case asks',
      places: [
        'sessions/requests/prove.ts',
        'sessions/sign-in/exchange.ts',
        'sessions/sign-in/server-discovery.ts',
        'sessions/permission.ts',
      ],
      tests: {
        'permission.test.ts': [
          'no token goes when its session is revoked',
          'none goes when the page revokes it, or asks about it',
          'the drill sends nothing',
          'no token is presented',
          'the rules themselves present none',
        ],
        'prove.test.ts': ['without access to the server'],
        'exchange.test.ts': [
          'a permission that is declined between a sign-in and its exchange is heeded',
          'a server of which one host is declined',
        ],
        'policy.test.ts': [
          'stops proofs at once for a server that was taken off the list',
          'one of the servers that are needed is not on the list',
        ],
        'changing-server.test.ts': ['asks for no metadata without access to the issuer'],
      },
    },
    {
      promise:
        'What one agent was allowed is asked about for another, also where Chrome lets Holdfast in already; what is taken back is gone at once',
      places: ['background/consent/consents.ts', 'background/consent/access.ts'],
      tests: {
        'access.test.ts': [
          'is asked about for another, also where Chrome lets Holdfast in already',
          'is nothing without Chrome’s half, and gone when that is refused',
          'can be taken back',
          'before that was kept is what its sessions use',
          'is not more than what is an origin, whatever is stored',
        ],
        'consent.spec.ts': [
          'a server that one agent was allowed is asked about for another',
          'script cannot take a session without a resource to a server that was allowed to somebody else',
          'what is taken back in the dashboard is asked for again',
        ],
      },
    },
    {
      promise: 'What is stored of consents and policies is read and changed by no script in a page',
      places: ['background/browser/trusted-storage.ts', 'background/start.ts'],
      tests: { 'red-team.spec.ts': ['attacks from the protected page itself take nothing away'] },
    },
    {
      promise: 'What one agent has discovered tells another nothing',
      places: ['sessions/sign-in/server-discovery.ts', 'background/store/servers.ts'],
      tests: { 'mix-up.test.ts': ['tells another nothing'] },
    },
    {
      promise: 'A code is exchanged for the resource that its sign-in named, and for no other',
      places: ['sessions/sign-in/exchange.ts'],
      tests: { 'permission.test.ts': ['a code is not spent for another resource'] },
    },
    {
      promise: 'A server’s metadata says of no other server’s token endpoint that it is without DPoP',
      places: ['sessions/holdfast.ts'],
      tests: { 'permission.test.ts': ['says nothing of another’s token endpoint'] },
    },
    {
      promise:
        'A no is kept; what nobody answered is asked again, and not twice in one sign-in; a yes clears both; what Chrome takes back is gone at once',
      places: ['background/consent/access.ts', 'background/consent/refusals.ts'],
      tests: {
        'access.test.ts': [
          'what was declined is not asked again, by the next worker neither',
          'in the same sign-in, and is at the next',
          'may be asked again after',
          'what it has taken back needs one at once',
          'who may grant it anywhere in Chrome',
        ],
        'asking.spec.ts': ['is mended by', 'put again at the next sign-in'],
      },
    },
    {
      promise: 'A question ends before its agent’s patience does, and is in sight until then',
      places: ['background/consent/access.ts', 'background/consent/prompt-window.ts', 'background/views/broadcast.ts'],
      tests: {
        'access.test.ts': [
          'a question ends before the agent’s own patience does',
          'ends with the last page that waits for it',
          'does not begin the agent’s wait anew',
        ],
        'prompt-window.test.ts': [
          'stands in a window',
          'another view than the popup shows no question',
          'closed before it connected',
          'has its time',
        ],
        'asking.spec.ts': ['stands in a window, which goes with it', 'that to the badge', 'and no longer'],
      },
    },
    {
      promise:
        'A site whose protection the person did not allow in Chrome’s dialog is not protected by a later yes to a server',
      places: ['background/sites/protection.ts', 'background/consent/allow.ts'],
      tests: { 'protection.test.ts': ['did not let Chrome protect'] },
    },
    {
      promise:
        'What an agent was allowed is listed, and can be taken back, also when its site is not protected any more',
      places: ['ui/dashboard/settings/settings-view.tsx'],
      tests: { 'dashboard.spec.ts': ['what an agent was allowed is listed'] },
    },
    {
      promise: 'A page that is not in front brings no question up: it waits, with the badge, until its tab is there',
      places: ['background/consent/prompt-window.ts', 'background/consent/front.ts'],
      tests: {
        'prompt-window.test.ts': [
          'opens nothing until it is, and is then shown once',
          'opens nothing any more when it has ended',
          'whose view was closed with its tab',
        ],
        'front.test.ts': ['where its site is, and no other is', 'as long as it stands there'],
        'asking.spec.ts': ['that leaves it to a window of the tab in front'],
      },
    },
    {
      promise: 'A question names no server but those in its list',
      places: ['background/consent/access.ts'],
      tests: { 'access.test.ts': ['a question names no server that is not in its list'] },
    },
    {
      promise:
        'A page’s questions and what it names are bounded: four at a time, one popup and one window for them, pauses that double, and what was refused fills no memory and pushes no no out',
      places: [
        'background/consent/access.ts',
        'background/consent/refusals.ts',
        'background/consent/prompt-window.ts',
        'sessions/holdfast.ts',
      ],
      tests: {
        'access.test.ts': [
          'a fifth question of one agent is declined at once',
          'it pushes no answer out',
          'takes no no with it',
          'fills no memory, and pushes no answer out',
          'left to its badge for longer and longer',
        ],
        'prompt-window.test.ts': [
          'one window is opened for them',
          'gets no window beside it',
          'is left alone',
          'was left to the badge gets no window',
        ],
        'asking.test.ts': ['asks for its latest sixteen'],
      },
    },
    {
      promise: 'Chrome’s answers are remembered for so many origins, and asked again beyond',
      places: ['background/consent/access.ts'],
      tests: { 'access.test.ts': ['not for more origins than an agent may care to name'] },
    },
    {
      promise:
        'Names of hosts and paths are literal: no pattern of Chrome’s is taken for a server, and no rule stands for more than its path',
      places: [
        'protocol/http/host.ts',
        'protocol/oauth/token-request.ts',
        'protocol/oauth/metadata.ts',
        'sessions/requests/prove.ts',
      ],
      tests: {
        'host.test.ts': ['is no server and no resource', 'stands for many where Chrome takes a pattern'],
        'prove.test.ts': ['https://mcp.example/mcp/*'],
        'metadata.fuzz.test.ts': ['names secure and literal hosts only'],
        'metadata.test.ts': ['a token endpoint that is a pattern of Chrome’s', 'a query that is one'],
      },
    },
    {
      promise: 'A resource holds none of its authorization server’s endpoints, and none of them is a resource',
      places: ['model/destination.ts', 'sessions/requests/prove.ts', 'sessions/sign-in/exchange.ts'],
      tests: {
        'prove.test.ts': ['the endpoints of a session’s server are not its resource’s'],
        'exchange.test.ts': ['an endpoint of the authorization server is no resource'],
      },
    },
  ],
  'Proofs, nonces, clocks, retries': [
    {
      promise: 'The right `ath`, `htu` without query, a time that is never ahead, a fresh `jti` for every attempt',
      places: ['protocol/dpop/proof.ts', 'protocol/dpop/htu.ts', 'sessions/tokens/token-endpoint.ts'],
      tests: {
        'prove.test.ts': ['a proof is for this method, this URL and this token'],
        'htu.test.ts': ['whatever the URL'],
        'proof.test.ts': ['is never ahead of the clock that it was made by'],
        'clocks.test.ts': ['nonce and time are each put right once'],
      },
    },
    {
      promise: 'A signing key cannot be exported',
      places: ['protocol/dpop/key.ts'],
      tests: { 'proof.test.ts': ['its private half cannot be exported'] },
    },
    {
      promise: 'A lost key is never replaced, nor the key of another session taken for it',
      places: [
        'sessions/requests/prove.ts',
        'sessions/tokens/refresh.ts',
        'sessions/sign-in/exchange.ts',
        'background/store/keys.ts',
      ],
      tests: {
        'prove.test.ts': ['the session says so, and no new key is made'],
        'refresh.test.ts': ['never a new key'],
        'exchange.test.ts': ['whose key is lost asks to sign in again, and makes no new key'],
        'damaged-storage.test.ts': ['another session’s key in its place signs nothing'],
        'meanwhile.test.ts': ['is not taken for one whose key was lost'],
      },
    },
    {
      promise: 'Nonces and clocks are kept per server',
      places: ['sessions/requests/proof-log.ts', 'sessions/requests/prove.ts'],
      tests: {
        'prove.test.ts': ['come from what the network saw, and stay with their server'],
        'hostile-server.test.ts': ['other servers’ nonces and clocks do too'],
        'races.spec.ts': ['no nonce crosses over'],
      },
    },
    {
      promise:
        'What servers said outlives the browser: a nonce is there for the first request, and nobody is asked about a server without DPoP again',
      places: ['background/store/server-hints.ts'],
      tests: {
        'survival.spec.ts': [
          'a server that spends the refresh token before it asks for a nonce',
          'nobody is asked about a server without DPoP',
        ],
        'server-hints.test.ts': ['when the browser starts again'],
      },
    },
    {
      promise: 'A nonce is a nonce by its syntax, and not longer than a header may be',
      places: ['protocol/dpop/nonce.ts'],
      tests: {
        'nonce.test.ts': ['takes none of'],
        'hostile-server.test.ts': ['whatever a token endpoint answers to a refresh'],
      },
    },
    {
      promise: 'A nonce is tried once, and none is made up',
      places: ['sessions/requests/prove.ts', 'sessions/tokens/token-endpoint.ts'],
      tests: {
        'prove.test.ts': [
          'that come with a 400 to a request that had one already say nothing of it',
          'that were tried already are not tried again',
          'that were not given are not tried',
        ],
        'exchange.test.ts': ['is not asked again either, though one is known'],
      },
    },
    {
      promise: 'One retry for a request, for a reason that a new proof removes, of one’s own session',
      places: ['sessions/requests/prove.ts', 'sessions/tokens/token-endpoint.ts'],
      tests: {
        'prove.test.ts': [
          'are tried once: a challenge with a new one gets a new proof, and only one',
          'is not made again for the same reason',
          'that is none of this session’s is not made again',
          'is made once more with a proof for that URL, and only once',
          'is not made again for what is not the session’s',
          'another query alone is no reason',
        ],
        'wrapper.spec.ts': ['gets a proof for where it is'],
        'clocks.test.ts': ['each reason counts once'],
        'exchange.test.ts': [
          'a refusal that is not for the proof is not answered with another',
          'what comes with another status is no challenge',
        ],
        'races.spec.ts': ['every first attempt of fifty requests at once gets one retry each'],
      },
    },
    {
      promise: 'A request that its token’s successor overtakes is made once more, with that',
      places: ['sessions/requests/prove.ts', 'background/rules/presentation.ts'],
      tests: {
        'refresh.spec.ts': [
          'and refused for the old one is made once more',
          'and that leaves with a proof over the old one is made once more',
        ],
      },
    },
    {
      promise: 'A clock is corrected by a day at most, and only when it is off',
      places: ['protocol/http/clock.ts'],
      tests: {
        'clocks.test.ts': ['more than a day is not put right'],
        'clock.test.ts': ['what was corrected already, or hardly differs'],
      },
    },
    {
      promise:
        'A server’s clock is known before a code or a refresh token is spent there: by its metadata’s `Date`, once, and never so that a proof is ahead',
      places: [
        'protocol/http/clock.ts',
        'sessions/sign-in/server-discovery.ts',
        'sessions/sign-in/exchange.ts',
        'sessions/tokens/refresh.ts',
      ],
      tests: {
        'servers.spec.ts': ['a code is not lost at a server that spends it'],
        'clock.test.ts': ['the clock that an answer tells'],
        'clocks.test.ts': ['a server whose clock is not known yet'],
      },
    },
    {
      promise:
        'The circuit breaker: it opens after ten refusals in a row within ten seconds, new nonces or not; parallel refusals and first challenges are no loop',
      places: ['sessions/requests/breaker.ts', 'sessions/requests/proof-log.ts'],
      tests: {
        'prove.test.ts': [
          'refusals without end open the breaker',
          'a server that answers each new nonce with another opens the breaker too',
          'refusals of requests that were under way together are no loop',
          'first challenges for a nonce are no refusals',
          'refusals with answers or with time between them are no loop',
          'redirects that lead to refusals without end open the breaker',
        ],
        'races.spec.ts': [
          'for ever is asked a bounded number of times',
          'an SDK that signs in anew and tries again without end is stopped',
        ],
      },
    },
    {
      promise:
        'An agent’s sign-ins are no loop: after six within a minute for one resource, none of which was of use, no code is spent for half a minute',
      places: ['sessions/sign-in/sign-in-breaker.ts', 'sessions/sign-in/exchange.ts'],
      tests: {
        'loops.spec.ts': ['an agent that goes round'],
        'sign-in-breaker.test.ts': ['an agent that signs in again and again'],
      },
    },
    {
      promise:
        'What is remembered of proofs and of a page’s requests is bounded, and nobody waits for the network without end',
      places: ['sessions/requests/proof-log.ts', 'sessions/holdfast.ts'],
      tests: {
        'prove.test.ts': [
          'of the proofs that were made long ago nothing is kept',
          'a page that floods the resource with requests of its own',
          'is waited for a moment, and no longer',
        ],
      },
    },
    {
      promise: 'Noted is what protected sites do, and no others',
      places: ['background/index.ts'],
      tests: { 'attacks.spec.ts': ['is noted by nobody'] },
    },
    {
      promise:
        'Counted is what left with the real token, and an answer counts only where and for whom the proof was made',
      places: ['sessions/requests/proof-log.ts'],
      tests: {
        'prove.test.ts': [
          'is not what left with a handle, because no rule stood',
          'is not what a page puts a proof’s jti into',
        ],
      },
    },
  ],
  'The token in the network layer': [
    {
      promise: 'No header field is opened to the page where its server may repeat the token',
      places: ['background/rules/presentation.ts', 'sessions/requests/prove.ts'],
      tests: {
        'presentation.test.ts': ['no header field is opened to the page in which its server may repeat the token'],
        'prove.test.ts': ['for a challenge that its server’s CORS keeps from the page'],
        'servers.spec.ts': ['a server that repeats the token where its CORS keeps it from the page'],
      },
    },
    {
      promise: 'For one tab',
      places: ['background/rules/presentation.ts'],
      tests: { 'races.spec.ts': ['two accounts in two tabs do not mix'] },
    },
    {
      promise: 'For one agent, also where Chrome would allow another',
      places: ['background/rules/presentation.ts'],
      tests: { 'red-team.spec.ts': ['a frame of another protected site'] },
    },
    {
      promise:
        'For one URL: whole path, its case, its own host; nothing beside it or below it. For `fetch`, `XMLHttpRequest` and `EventSource` only',
      places: ['background/rules/presentation.ts'],
      tests: {
        'presentation.test.ts': ['changes nothing of its request’s CORS'],
        'red-team.spec.ts': ['attacks from the protected page itself take nothing away'],
        'attacks.spec.ts': [
          'gets its own page no proof for another place',
          'is that of the session whose resource is nearest',
        ],
      },
    },
    {
      promise: 'Never on `OPTIONS`',
      places: ['background/rules/presentation.ts'],
      tests: { 'attacks.spec.ts': ['is that of the session whose resource is nearest'] },
    },
    {
      promise:
        'No longer than a proof is out, and no longer than its document, its session and its hosts; what a background that died has left goes when the next one starts',
      places: ['background/rules/presentation.ts', 'background/pages/page-port.ts', 'sessions/tokens/revocation.ts'],
      tests: {
        'presentation.test.ts': [
          'stands a moment longer than the last request that it was made for',
          'a rule that is being made does not outlive a withdrawal',
        ],
        'attacks.spec.ts': [
          'goes a few seconds after the last proof',
          'goes with the document',
          'goes with the background that presented it',
          'goes at once when its session is revoked',
        ],
        'policy.spec.ts': ['what is taken back in Chrome’s own settings'],
      },
    },
    {
      promise: 'A token without a proof beside it: for the URLs alone that have its mark, which is one session’s',
      places: ['background/rules/presentation.ts', 'sessions/slots/marks.ts', 'page/replay.ts'],
      tests: {
        'presentation.test.ts': ['a token with a mark goes with URLs that have just this fragment'],
        'marks.test.ts': ['a mark is that of one session, tab and address alone'],
        'fetch.test.ts': ['leaves with its mark'],
        'held.spec.ts': ['while its rule stands, a held token goes with the URLs that have its mark'],
      },
    },
    {
      promise: 'A mark is told to no server, shown to nobody and kept nowhere',
      places: [
        'background/observe/wire-url.ts',
        'background/observe/web-request.ts',
        'background/observe/inspector.ts',
      ],
      tests: {
        'web-request.test.ts': ['is told to nobody with the URL that has it'],
        'inspector.test.ts': ['a panel is told of a request and its preflight without their mark'],
        'held.spec.ts': ['while its rule stands, a held token goes with the URLs that have its mark'],
      },
    },
    {
      promise:
        'A token without a proof beside it: while a request for it is on its way, and a moment more where calls follow each other at once',
      places: ['sessions/requests/prove.ts', 'sessions/slots/slot-queue.ts', 'page/proofs.ts'],
      tests: {
        'token-scheme.test.ts': ['keeps its token in the network layer no longer than a request is on its way'],
        'held.test.ts': [
          'its rule goes in a moment, used or not',
          'its rule stands while they are used',
          'has no rule in a moment',
        ],
        'slot-queue.test.ts': [
          'counts as lost soon',
          'is asked back once it is of no use',
          'is not waited for for ever',
        ],
        'lifetimes.test.ts': ['rights that are made ahead are asked back'],
        'proofs.test.ts': ['leave nothing behind for others to use', 'is given back unused when its time is over'],
        'reach.spec.ts': ['over HTTP+SSE the session reaches'],
      },
    },
    {
      promise:
        'A request that left after its rule had gone is made once more, and counts for nothing; one that cannot be made again waits for a rule of its own',
      places: ['sessions/requests/proof-log.ts', 'background/observe/web-request.ts', 'page/proofs.ts'],
      tests: {
        'held.test.ts': ['because its rule had gone, is made once more'],
        'web-request.test.ts': ['tells a request of the wrapper’s, whose rule had gone'],
        'fetch.test.ts': ['that left too late is made once more'],
        'proofs.test.ts': ['a request that cannot be made again'],
      },
    },
    {
      promise: 'In a browser that matches no marks, an agent’s rules do without: none of its requests fails for them',
      places: ['sessions/slots/marks.ts', 'sessions/requests/proof-log.ts'],
      tests: {
        'held.test.ts': ['says that the browser matches none', 'is none that was asked for with another mark'],
        'held.spec.ts': ['a browser that matches no marks'],
      },
    },
    {
      promise: '32 URLs of a tab and 128 of an agent at most: rules of others have room',
      places: ['background/rules/presentation.ts'],
      tests: {
        'presentation.test.ts': ['of too many URLs of one tab, and of one agent'],
        'rules.spec.ts': ['a page that uses hundreds of URLs leaves room for the rules of others'],
      },
    },
    {
      promise:
        'A request that comes too late for its token is refused by its server, and made once more: the call does not fail',
      places: ['background/rules/presentation.ts', 'sessions/requests/prove.ts'],
      tests: {
        'presentation.test.ts': ['stands a moment longer than the last request that it was made for'],
      },
    },
    {
      promise: 'An agent takes no token from an unrelated agent in its tab, and waits for none of its proofs',
      places: ['sessions/slots/presentation-slot.ts', 'background/rules/presentation.ts'],
      tests: { 'presentation.test.ts': ['takes away no token of an unrelated agent in its tab'] },
    },
    {
      promise:
        'A worker gets what its page would get by its own fetch: neither a token nor a proof, and nothing for an opaque origin',
      places: [
        'page/carry.ts',
        'page/worker.ts',
        'page/worker-start.ts',
        'page/worker-scope.ts',
        'page/shared-worker.ts',
      ],
      tests: {
        'red-team.spec.ts': ['attacks from the protected page itself take nothing away'],
        'workers.spec.ts': [
          'an agent in a module worker signs in, is bound, and has handles alone',
          'workers of every kind use a session, and find all else as without Holdfast',
        ],
        'worker.test.ts': ['and is given a port before all else', 'but not %s'],
      },
    },
    {
      promise:
        'A worker whose script comes with a policy of its own keeps it, and one that the site closes to Holdfast runs as the site made it: its handles are worthless, and that is said',
      places: ['page/worker-scope.ts', 'page/worker.ts', 'page/shared-worker.ts', 'sessions/requests/unreached.ts'],
      tests: {
        'worker.test.ts': ['a worker that cannot be started with Holdfast runs as the site made it'],
        'workers.spec.ts': ['workers that the site closes to Holdfast run as it made them'],
        'unreached.test.ts': [
          'a handle that leaves a service worker as it is is said with its session',
          'nothing is said of another agent that has come by the handle',
          'a page that starts workers without Holdfast, again and again, fills no log',
        ],
        'wrapper.spec.ts': ['a service worker of the page that sends its requests on'],
      },
    },
    {
      promise: 'The page’s own requests wait until no token is presented, and until every proof has left',
      places: ['sessions/requests/prove.ts', 'page/proofs.ts'],
      tests: {
        'proofs.test.ts': ['a request of the page’s own waits for as long as a token may be presented'],
        'wrapper.spec.ts': ['while a token may be presented at a URL, a request of the page’s own waits'],
        'prove.test.ts': ['a request of the page’s own waits until every proof that is out has left'],
      },
    },
    {
      promise: 'Two sessions in one tab take turns, in order, and a lost proof holds nobody up, whenever it was made',
      places: ['sessions/slots/slot-queue.ts', 'sessions/requests/prove.ts'],
      tests: {
        'sign-in.spec.ts': ['two accounts of one agent take turns in one tab'],
        'slot-queue.test.ts': [
          'another session waits until every proof of the first has left',
          'a session that goes on does not starve the other',
          'holds nobody up for longer than it lives',
          'proofs made ahead are recalled when another session waits',
          'a session that came while another prepared waits no longer for a lost proof',
        ],
      },
    },
    {
      promise:
        'What is done to one session at the same time is done in turn: what is revoked or retired stays so, and its new tokens go too',
      places: ['sessions/holdfast.ts', 'structures/keyed-lock.ts'],
      tests: {
        'meanwhile.test.ts': [
          'a session that is revoked stays revoked',
          'a page that revokes revokes the token that came',
          'a key that is retired stays so',
        ],
      },
    },
    {
      promise:
        'Nothing is kept of a place that a page asks a proof for and never uses, nor of an answer that no tab asks for any more',
      places: ['sessions/slots/slot-queue.ts', 'structures/shared-runs.ts'],
      tests: {
        'slot-queue.test.ts': ['nothing is kept of a place whose page asks once'],
        'shared-runs.test.ts': ['goes when its time is over'],
      },
    },
    {
      promise: 'Proofs that were made ahead are given back when their token, turn or background goes',
      places: ['content/relay.iife.ts', 'sessions/slots/slot-queue.ts'],
      tests: {
        'relay.test.ts': ['proofs that were made ahead are called back'],
        'slot-queue.test.ts': ['proofs made ahead are recalled when another session waits'],
      },
    },
  ],
  'Authorization requests': [
    {
      promise:
        'A sign-in of a protected agent that left without Holdfast’s key is noted, once an hour; what its neighbours do is neither kept nor noted',
      places: ['sessions/sign-in/arming.ts', 'sessions/seldom.ts', 'background/observe/observers.ts'],
      tests: {
        'without-key.test.ts': [
          'where it names another in other letters, beside that of the rule',
          'where it is posted',
          'once an hour, however often it is made',
          'of a login of the site’s own',
        ],
        'observers.test.ts': ['of navigations, those of protected pages are heard of'],
        'own-login.spec.ts': ['a sign-in that script makes without Holdfast’s key is noted'],
      },
    },
    {
      promise:
        'A login of the site’s own at the agent’s server is none of Holdfast’s: its authorization request, pushed or not, and its token request leave as the page makes them',
      places: [
        'background/rules/authorization.ts',
        'sessions/sign-in/arming.ts',
        'sessions/sign-in/exchange.ts',
        'sessions/sign-in/pushed-request.ts',
        'sessions/holdfast.ts',
      ],
      tests: {
        'own-login.spec.ts': [
          'logs people in at the same server, with requests as it makes them',
          'logs in to its own site by script gets its own tokens',
        ],
        'own-login.test.ts': [
          'a login of the site’s own',
          'a client that names no resource is bound',
          'the requests that name a key',
        ],
      },
    },
    {
      promise:
        'A session that names no resource is for the only one that its document read of and whose own metadata trust the server',
      places: ['sessions/sign-in/server-discovery.ts'],
      tests: { 'own-login.test.ts': ['the resource of a client that names none'] },
    },
    {
      promise: '`dpop_jkt` is replaced, not added beside another; in a pushed request too',
      places: ['background/rules/authorization.ts', 'sessions/sign-in/pushed-request.ts'],
      tests: {
        'red-team.spec.ts': ['a page cannot smuggle a key of its own'],
        'exchange.test.ts': ['names Holdfast’s key alone'],
      },
    },
    {
      promise: 'Only the agent’s own requests name its key, and only at the authorization endpoint itself',
      places: ['background/rules/authorization.ts', 'sessions/sign-in/arming.ts'],
      tests: {
        'attacks.spec.ts': [
          'names no key of the agent’s',
          'no address but the authorization endpoint itself, is told a key',
        ],
        'exchange.test.ts': [
          'anywhere but at the authorization endpoint is no authorization request',
          'names a key of the page’s own is none of Holdfast’s',
        ],
      },
    },
    {
      promise:
        'A request that has named its key already (`request_uri`) is left alone, and names no other key beside it',
      places: ['background/rules/authorization.ts'],
      tests: {
        'agents.spec.ts': ['an agent that pushes its authorization request is bound'],
        'red-team.spec.ts': ['a page cannot smuggle a key of its own'],
      },
    },
    {
      promise:
        'No key is named that cannot sign: when a site is not protected any more, when keys are lost, when the database cannot be read',
      places: [
        'background/rules/authorization.ts',
        'background/sites/site-choice.ts',
        'background/index.ts',
        'sessions/sign-in/arming.ts',
        'sessions/holdfast.ts',
      ],
      tests: {
        'popup.spec.ts': ['asks before it stops'],
        'storage.spec.ts': ['clearing the extension’s data', 'a database of a newer version'],
        'exchange.test.ts': ['an armed key that was lost is replaced', 'finds a key that is there'],
      },
    },
    {
      promise: 'Each request has a key of its own, made once, whoever asks at the same time',
      places: ['sessions/sign-in/arming.ts'],
      tests: {
        'exchange.test.ts': [
          'has a key of its own for each authorization request',
          'has the key that its authorization request named, also where that is seen only now',
          'two requests at once that no sign-in was seen of have a key each',
          'tabs that discover at once are armed with one key',
        ],
      },
    },
    {
      promise:
        'A request finds the key that it named: that of a neighbour on its host, or the one before the next; a key goes with the last that is bound to it',
      places: ['sessions/sign-in/arming.ts', 'sessions/lifecycle/needed-keys.ts'],
      tests: {
        'exchange.test.ts': ['finds the key that a rule of', 'of a request that left before the next key was named'],
      },
    },
    {
      promise: 'A site that is not protected any more takes no rule of its neighbours with it',
      places: ['background/sites/site-choice.ts'],
      tests: {
        'site-choice.test.ts': ['takes no rule of its neighbours on the same host'],
        'sign-in.spec.ts': ['agents at two ports of one host'],
      },
    },
    {
      promise: 'A page’s discoveries and sign-ins fill nothing: what it did not come back to goes first, with its key',
      places: [
        'sessions/lifecycle/sign-in-quota.ts',
        'sessions/lifecycle/housekeeping.ts',
        'sessions/sign-in/exchange.ts',
        'background/store/servers.ts',
      ],
      tests: {
        'sign-in-quota.test.ts': [
          'a page that discovers servers without end',
          'a page that sets out to sign in without end',
          'servers that are not used are not kept',
          'a token request that comes to nothing leaves no key behind',
          'what nobody uses is forgotten when Holdfast tidies',
        ],
      },
    },
    {
      promise:
        'Whatever a page says, all that is kept of it is bounded for each agent, and another agent’s sessions go on',
      places: ['model/quotas.ts', 'sessions/lifecycle/sign-in-quota.ts', 'sessions/exposed/exposure.ts'],
      tests: { 'flood.test.ts': ['messages a page says'] },
    },
    {
      promise: 'A page that says much keeps the background busy for its own agent only',
      places: ['background/pages/page-port.ts', 'structures/keyed-limit.ts'],
      tests: {
        'keyed-limit.test.ts': ['no other key is held up'],
        'red-team.spec.ts': ['another agent that floods the background and the server'],
      },
    },
    {
      promise:
        'An agent and a server of its own fill nothing: of a thousand sessions of one agent, those that are over go first, then those that were not used for longest; they are revoked',
      places: ['sessions/lifecycle/session-quota.ts'],
      tests: { 'session-quota.test.ts': ['of too many sessions of one agent'] },
    },
    {
      promise: 'An agent that fills the activity log pushes out lines of its own',
      places: ['background/store/activity.ts'],
      tests: { 'activity.test.ts': ['an agent that fills the log pushes out its own lines'] },
    },
    {
      promise: 'A verifier is not kept, though it be the challenge',
      places: ['sessions/sign-in/arming.ts'],
      tests: { 'exchange.test.ts': ['of a plain code challenge finds its key too'] },
    },
  ],
  'What Holdfast sends itself': [
    {
      promise: 'Metadata speaks for its own issuer, or its own resource, only',
      places: ['protocol/oauth/metadata.ts', 'protocol/oauth/well-known.ts', 'sessions/sign-in/server-discovery.ts'],
      tests: {
        'metadata.test.ts': ['refuses', 'metadata of another resource'],
        'well-known.test.ts': ['issuersOf'],
        'changing-server.test.ts': ['is not believed (RFC 8414 §3.3)', 'takes no other issuer for its own'],
      },
    },
    {
      promise:
        'Endpoints are secure, without user or fragment, and not too long; of a resource’s servers eight are looked at',
      places: ['protocol/oauth/metadata.ts'],
      tests: {
        'metadata.fuzz.test.ts': [
          'whatever a server says of itself',
          'an endpoint with',
          'secure servers, eight at most',
        ],
      },
    },
    {
      promise: 'Metadata is current, and read again when it has moved',
      places: ['sessions/sign-in/server-discovery.ts'],
      tests: {
        'changing-server.test.ts': [
          'is read again when the page has read something new',
          'the next sign-in is native and shows as exposed',
        ],
      },
    },
    {
      promise:
        'A real token goes to its session’s resource, or to an endpoint on the origin of the token endpoint that issued it: refreshes, revocations, introspections, tokens that are given back; and only such an endpoint confirms that one is revoked',
      places: [
        'model/destination.ts',
        'sessions/tokens/refresh.ts',
        'sessions/tokens/revocation.ts',
        'sessions/sign-in/exchange.ts',
      ],
      tests: {
        'mix-up.spec.ts': [
          'read by some other agent, gets no token of a sign-in that is pushed there',
          'read last by the agent itself, gets no token of a sign-in there',
        ],
        'mix-up.test.ts': ['names an honest server’s endpoints', 'a session of before its token endpoint was kept'],
        'changing-server.test.ts': ['is refreshed where it was issued'],
      },
    },
    {
      promise:
        'Of servers that name one endpoint the one at its origin is meant, else the only one that the agent has discovered, else none: whoever copies another’s metadata names no key there and gets no sign-in',
      places: [
        'sessions/sign-in/claims.ts',
        'sessions/sign-in/arming.ts',
        'sessions/sign-in/pushed-request.ts',
        'background/rules/authorization.ts',
      ],
      tests: {
        'mix-up.spec.ts': [
          'read by some other agent, gets no token of a sign-in that is pushed there',
          'read last by the agent itself, gets no token of a sign-in there',
        ],
        'mix-up.test.ts': [
          'and gets nothing of a sign-in there',
          'and breaks no sign-in that is pushed',
          'and names no key where the honest one is known',
          'shows as disputed',
        ],
      },
    },
    {
      promise:
        'A code, a refresh token and a revocation go to the session’s own server and endpoint; a pushed request to its own',
      places: [
        'sessions/sign-in/exchange.ts',
        'sessions/tokens/refresh.ts',
        'sessions/tokens/revocation.ts',
        'sessions/sign-in/server-discovery.ts',
        'sessions/sign-in/pushed-request.ts',
      ],
      tests: {
        'exchange.test.ts': [
          'goes to the token endpoint of the server that was asked for the code',
          'a resource cannot lead to a token endpoint that its server does not name',
          'a server whose person declines an endpoint of it is not kept',
          'goes to a server’s own endpoint for it',
        ],
        'refresh.test.ts': ['a handle is not taken to another server'],
        'revocation.test.ts': ['has its handle not exchanged for'],
      },
    },
    {
      promise: 'A refresh does not widen a session, by another resource or by what no refresh needs to say',
      places: ['sessions/tokens/refresh.ts', 'protocol/oauth/token-request.ts'],
      tests: {
        'refresh.test.ts': [
          'a refresh says what refreshes say',
          'a refresh token is spent for a refresh, and for nothing else',
          'a session is not widened to another resource',
          'names a second resource beside the session’s is not sent',
        ],
      },
    },
    {
      promise: 'A session is for one resource: a code for several is not spent',
      places: ['sessions/sign-in/exchange.ts'],
      tests: { 'exchange.test.ts': ['a code for two resources at once is not spent'] },
    },
    {
      promise: 'A server that may not be asked any more is not: no key is named there, and its sessions are kept',
      places: ['sessions/sign-in/pushed-request.ts', 'sessions/tokens/refresh.ts'],
      tests: {
        'exchange.test.ts': ['names no key at a server that the person has taken back'],
        'refresh.test.ts': ['is not asked: the session is kept until it may be'],
      },
    },
    {
      promise: 'A page’s own bearer refresh token is not bound late',
      places: ['sessions/sign-in/exchange.ts'],
      tests: { 'exchange.test.ts': ['binding it now would not bind the grant'] },
    },
    {
      promise: 'No cookies, no cache, no redirects',
      places: ['background/browser/network.ts'],
      tests: {
        'network.test.ts': [
          'carries no cookie, comes from no cache and follows no redirect',
          'a redirect (%i) is refused with a code',
        ],
      },
    },
    {
      promise: 'A limit for size and time',
      places: ['background/browser/network.ts'],
      tests: {
        'servers.spec.ts': ['begins a reply and never ends it is given up'],
        'network.test.ts': [
          'a server that never answers is given up',
          'a reply that is longer than the limit is refused',
        ],
      },
    },
    {
      promise: 'Only a plain answer holds metadata; only OAuth’s statuses reach a page',
      places: ['background/browser/network.ts', 'sessions/page-answer.ts'],
      tests: {
        'network.test.ts': ['metadata with the status %i is none'],
        'exchange.test.ts': ['a status that no page can be given'],
      },
    },
    {
      promise:
        'In the `Origin` of the agent that asks, one request at a time, on Holdfast’s own requests only; no such rule stays behind, and one that cannot be made or taken away holds nobody up',
      places: ['background/rules/origin.ts'],
      tests: {
        'origin.test.ts': ['cannot be made', 'cannot be taken away', 'waits until the one before it has left'],
        'servers.spec.ts': [
          'when another agent, and pages and workers by themselves, ask the same server at the same time',
          'when the background died while it asked in the name of another',
        ],
      },
    },
    {
      promise: 'No agent holds up another at a server that both use, whatever it sends and however long that takes',
      places: ['background/rules/origin.ts', 'structures/fair-queue.ts'],
      tests: {
        'origin.test.ts': [
          'and not for its answer',
          'an agent with many requests is one of those that wait',
          'holds the next up for a limited time only',
          'one agent has two answers of a server to wait for at most',
        ],
        'red-team.spec.ts': ['another agent that floods the background and the server'],
      },
    },
    {
      promise:
        'Of the page’s own headers only those that need no preflight; a client’s secret by HTTP Basic, where the server takes that, to the issuer’s own origin',
      places: ['sessions/tokens/token-endpoint.ts', 'protocol/oauth/metadata.ts'],
      tests: {
        'exchange.test.ts': ['other headers of the page stay behind', 'they would have needed a preflight'],
        'metadata.test.ts': ['takes a client’s secret by HTTP Basic'],
        'red-team.spec.ts': ['attacks from the protected page itself take nothing away'],
      },
    },
    {
      promise: 'A handle beside a form does not reach the authorization server, whoever sends the form',
      places: ['page/fetch.ts', 'sessions/tokens/token-endpoint.ts'],
      tests: {
        'fetch.test.ts': ['leaves without the handle where the page is to send it itself'],
        'refresh.test.ts': ['a handle that a page sends beside its form does not reach the server'],
        'refresh.spec.ts': ['the server sees no handle'],
      },
    },
  ],
  'What comes back to the page': [
    {
      promise: 'Only if CORS admits the agent',
      places: ['sessions/page-answer.ts', 'protocol/http/cors.ts'],
      tests: {
        'exchange.test.ts': [
          'Holdfast does not open what CORS had closed',
          'gets no answer that CORS keeps from the page',
        ],
        'refresh.test.ts': [
          'new tokens are kept even when CORS keeps the answer from the page',
          'an error that CORS keeps from the page does not reach it',
        ],
        'revocation.test.ts': ['hears nothing that CORS keeps from it'],
      },
    },
    {
      promise: 'Handles, not tokens; OAuth’s own members only',
      places: ['sessions/page-answer.ts', 'protocol/oauth/token-response.ts'],
      tests: {
        'exchange.test.ts': ['gives the page handles', 'gives the page no token, wherever the server repeats it'],
        'attacks.spec.ts': ['a page that listens in on every prototype'],
      },
    },
    {
      promise: 'A real token that the server repeats reads as the handle, whatever it stands in',
      places: ['sessions/tokens/conceal.ts', 'sessions/page-answer.ts'],
      tests: {
        'conceal.test.ts': [
          'in an error: the page reads its handle there',
          'in an introspection response, escaped or not',
          'in the members of a new token response',
          'in a text that is no JSON',
          'the page does not read it',
          'one token that begins like the other',
          'nested deeper than any answer is',
          'a token that any text has makes no answer longer',
        ],
      },
    },
    {
      promise: 'What else a token response says reaches the page, and no member in it that is another token',
      places: ['protocol/oauth/token-response.ts', 'sessions/page-answer.ts'],
      tests: {
        'agents.spec.ts': ['what a server says beside its tokens'],
        'token-response.test.ts': ['but for other tokens', 'nested beyond use'],
        'conceal.test.ts': ['in the members of a new token response'],
      },
    },
    {
      promise: 'A sign-in that is refused, by the server or by CORS, leaves a line',
      places: ['sessions/tokens/token-endpoint.ts', 'sessions/forms.ts'],
      tests: { 'loops.spec.ts': ['a sign-in that its server refuses'], 'sign-in-breaker.test.ts': ['leaves a trace'] },
    },
    {
      promise: 'What is no OAuth error is not repeated',
      places: ['sessions/page-answer.ts', 'sessions/forms.ts'],
      tests: {
        'exchange.test.ts': ['an error page of the server is not repeated to the page', 'the page gets an OAuth error'],
      },
    },
    {
      promise: 'Tokens and scopes are limited in length and characters, lifetimes to what a clock has',
      places: ['protocol/oauth/token-response.ts', 'sessions/tokens/token-facts.ts'],
      tests: {
        'token-response.fuzz.test.ts': ['than fits into a request is refused', 'is a token response by RFC 6749'],
        'changing-server.test.ts': ['a lifetime beyond belief'],
        'exchange.test.ts': ['a lifetime that no clock has'],
      },
    },
    {
      promise: 'Who stops binding ends the session: no plain token in its place',
      places: ['sessions/tokens/refresh.ts'],
      tests: { 'refresh.test.ts': ['a server that stops binding ends the session'] },
    },
  ],
  'Refresh, revocation, storage': [
    {
      promise: 'One refresh at a time; one exchange for a code, answered again when its reply was lost',
      places: ['sessions/tokens/refresh.ts', 'sessions/sign-in/exchange.ts'],
      tests: {
        'refresh.test.ts': ['tabs that refresh at the same time share one request'],
        'exchange.test.ts': [
          'is sent twice at once is sent to the server once',
          'that is sent again, because the reply was lost',
        ],
        'races.spec.ts': ['five tabs of one agent that find their token expired'],
        'refresh.spec.ts': ['two tabs and a frame that refresh while the worker dies'],
      },
    },
    {
      promise: 'Key before token, token before reply; session and tokens in one write',
      places: [
        'sessions/sign-in/exchange.ts',
        'sessions/tokens/refresh.ts',
        'background/store/sessions.ts',
        'background/store/keys.ts',
      ],
      tests: {
        'sessions.test.ts': ['leaves session and tokens of one moment'],
        'exchange.test.ts': ['binds the tokens to the key that the authorization request named'],
        'conceal.test.ts': ['and the tokens are kept'],
        'refresh.spec.ts': [
          'still to be written leaves the old session whole',
          'when the new tokens are on the disk goes on with those',
        ],
      },
    },
    {
      promise: 'Without room, new tokens stay in memory, are written when there is room, and never over newer ones',
      places: ['background/store/sessions.ts', 'sessions/tokens/refresh.ts'],
      tests: {
        'failing-storage.test.ts': [
          'a refresh goes on with the new tokens',
          'is written when it is used and there is room again',
        ],
        'sessions.test.ts': [
          'are not written over newer ones',
          'stay in memory when what comes next cannot be written either',
          'stay in memory when the vault is locked',
          'go with their session when it ends',
        ],
      },
    },
    {
      promise: 'Tokens that cannot be kept, or that nobody gets, are given back',
      places: ['sessions/sign-in/exchange.ts'],
      tests: {
        'failing-storage.test.ts': ['its tokens are given back, and nothing of it is kept'],
        'policy.test.ts': ['gives it back, and says why'],
      },
    },
    {
      promise:
        'Revoking deletes key, tokens and handles, refresh token first at the server; only what was revoked ends',
      places: ['sessions/tokens/revocation.ts', 'background/store/sessions.ts', 'background/store/keys.ts'],
      tests: {
        'revocation.test.ts': [
          'at the server, refresh token first',
          'revokes in vain where the server refuses',
          'only asks when it introspects',
          'revokes the access token alone',
        ],
        'housekeeping.test.ts': ['ends every session of one agent, and none of another'],
      },
    },
    {
      promise:
        'A grant that has ended takes its key and tokens with it; the old token is withdrawn after a refresh, and its successor comes nowhere that it was not',
      places: ['sessions/tokens/refresh.ts', 'background/rules/presentation.ts'],
      tests: {
        'refresh.test.ts': [
          'a grant that has ended ends the session',
          'a refresh sends the real token with a proof of the session’s key',
        ],
        'housekeeping.test.ts': ['signs until its access token expires, and gets no new one'],
        'presentation.test.ts': [
          'a token that was replaced is presented nowhere',
          'where all is withdrawn while a token is being replaced',
          'a rule that is being made does not outlive a withdrawal',
        ],
        'refresh.spec.ts': ['after the server has spent the refresh token asks, visibly, to sign in again'],
      },
    },
    {
      promise: 'A retired key gets no new token',
      places: ['sessions/tokens/retire-key.ts', 'sessions/tokens/refresh.ts'],
      tests: {
        'housekeeping.test.ts': [
          'signs until its access token expires, and gets no new one',
          'has no refresh token any more',
        ],
      },
    },
    {
      promise: 'Orphan keys, spent and old sessions and sign-ins go; nothing else does; at the browser’s start',
      places: ['sessions/lifecycle/housekeeping.ts', 'background/index.ts'],
      tests: {
        'housekeeping.test.ts': [
          'deletes keys that nothing is bound to, and none that is needed',
          'keeps the key of a sign-in that is under way',
          'ends a session that has expired and cannot be refreshed',
          'leaves a session alone that can still be refreshed',
          'forgets a session when it has been over for as long as such are kept',
        ],
        'survival.spec.ts': ['keys that nothing is bound to are deleted'],
      },
    },
    {
      promise: 'Every record is looked at when it is read',
      places: [
        'background/store/records.ts',
        'background/store/keys.ts',
        'background/store/server-hints.ts',
        'background/sites/protection.ts',
      ],
      tests: {
        'damaged-storage.test.ts': [
          'a damaged record',
          'of a drill',
          'a reason that nobody knows shows as damaged',
          'of an authorization server: a page that comes',
          'of what is armed',
          'of a sign-in that is under way',
          'of counts',
        ],
        'server-hints.test.ts': ['what cannot be read there is as good'],
        'storage.spec.ts': ['a list of protected sites that is damaged', 'leave popup and dashboard standing'],
        'activity.test.ts': ['a damaged line'],
      },
    },
    {
      promise: 'Sealed tokens belong to their session',
      places: ['background/store/sealed-tokens.ts'],
      tests: { 'damaged-storage.test.ts': ['of another session’s tokens in their place is not taken for them'] },
    },
    {
      promise: 'A newer database is left alone, a broken upgrade is finished, and a newer version gets the database',
      places: ['background/store/database.ts'],
      tests: {
        'database.test.ts': [
          'a database of a newer version is refused with a code',
          'is finished, and what was there stays',
          'a newer version that wants the database gets it',
        ],
      },
    },
    {
      promise: 'A failure that is none of storage’s ends in no plain bearer token',
      places: ['protocol/error.ts', 'sessions/storage-failure-answer.ts'],
      tests: {
        'error.test.ts': ['the code says so'],
        'failing-storage.test.ts': [
          'ends in no plain bearer token',
          'lets no handle leave its page',
          'a policy that cannot be read counts as the strictest',
        ],
        'rules.spec.ts': ['a sign-in ends in no plain bearer token', 'no request of a session leaves with its handle'],
      },
    },
    {
      promise: 'Without storage no handle leaves its page, and no bearer token comes in where they are refused',
      places: ['sessions/storage-failure-answer.ts', 'sessions/forms.ts', 'sessions/holdfast.ts'],
      tests: {
        'failing-storage.test.ts': [
          'no handle leaves its page',
          'where the policy refuses bearer tokens, the page gets none this way either',
          'a sign-in whose key could not be remembered is not sent without it',
        ],
      },
    },
    {
      promise: 'Watched are the servers of the sessions that there are, and no hosts that a page makes up',
      places: ['background/observe/observed-resources.ts'],
      tests: {
        'observed-resources.test.ts': ['what a page names without end is not watched', 'as long as it is listed'],
      },
    },
    {
      promise: 'What a page names, and the log, fill no storage',
      places: [
        'background/store/server-hints.ts',
        'background/store/activity.ts',
        'sessions/exposed/exposure.ts',
        'protocol/oauth/token-request.ts',
      ],
      tests: {
        'exposure.test.ts': [
          'fills no storage',
          'at once, fills none either',
          'harms no bound session',
          'keeps none that is beyond belief',
        ],
        'server-hints.test.ts': ['fills no storage, and harms no other agent', 'servers without end'],
        'activity.test.ts': ['the log keeps the newest lines'],
      },
    },
  ],
  'The passkey lock': [
    {
      promise: 'Locked: no proof, no refresh, no code spent, nothing revoked or retired, until it is unlocked',
      places: [
        'sessions/requests/prove.ts',
        'sessions/tokens/refresh.ts',
        'sessions/sign-in/exchange.ts',
        'sessions/tokens/revocation.ts',
        'sessions/tokens/retire-key.ts',
        'background/lock/lock.ts',
      ],
      tests: {
        'lock.spec.ts': ['asks for while Holdfast is locked waits for it'],
        'locked.test.ts': [
          'no proof is made and no token is presented until it is unlocked',
          'a refresh fails with the one error',
          'a code is not spent while its tokens could not be kept',
          'a code that was spent before is not spent again',
          'a revocation by the page waits as well',
          'a revocation by the person ends nothing',
          'a key cannot be retired by who cannot unlock',
        ],
      },
    },
    {
      promise: 'What ended, or was damaged, while an agent waited is not used, and asks nobody',
      places: ['sessions/requests/prove.ts', 'sessions/tokens/refresh.ts', 'sessions/tokens/revocation.ts'],
      tests: {
        'locked.test.ts': [
          'a session that ended while its agent waited stays as it ended',
          'a session that is damaged asks nobody to unlock',
        ],
      },
    },
    {
      promise:
        'Locking takes every token out of memory and out of the network layer, at once and when the last task has ended',
      places: ['background/lock/lock.ts', 'background/index.ts', 'sessions/requests/proof-log.ts'],
      tests: {
        'lock.spec.ts': ['locked, nothing is presented any more'],
        'lock.test.ts': ['locking drops what was presented at once, and the key when the task has ended'],
        'locked.test.ts': [
          'a refresh that has left when it is locked is finished',
          'the token that it was proved for is forgotten',
        ],
      },
    },
    {
      promise: 'Changes of the lock come one after another, and meet no task',
      places: ['background/lock/lock.ts', 'background/lock/gate.ts'],
      tests: {
        'lock.test.ts': [
          'while a task runs',
          'no task begins while the lock changes',
          'changes come one after another',
        ],
      },
    },
    {
      promise:
        'While the lock is on, the vault’s key is written encrypted only; while it is locked, Holdfast holds it nowhere. What the browser has not overwritten in memory is not its to wipe',
      places: ['background/store/vault.ts'],
      tests: {
        'vault.test.ts': [
          'never meets a key that an earlier lock left in memory',
          'is locked for the next browser',
          'is locked for the next worker too',
        ],
        'locked.test.ts': ['the browser’s memory has the key no more'],
      },
    },
    {
      promise: 'The secret is what the passkey gave, and nothing of the memory around it',
      places: ['ui/lock/passkey.ts'],
      tests: { 'passkey.test.ts': ['nothing of the memory around it'] },
    },
    {
      promise: 'Only its own passkey opens it or turns it off; its record cannot be exchanged',
      places: ['background/store/vault.ts', 'background/store/wrapped-key.ts'],
      tests: {
        'vault.test.ts': [
          'opens with the passkey’s secret, and with no other',
          'does not open when its record names another',
          'stays under it when another passkey asks to turn the lock off',
        ],
        'locked.test.ts': ['turning the lock off needs the passkey'],
        'lock.test.ts': ['it is not turned on a second time'],
      },
    },
    {
      promise:
        'With the lock on, nothing is loosened without the passkey, and nothing at all while it is locked: no policy, no protection of a site, no longer time; nor is everything deleted',
      places: [
        'background/lock/passkey-lock.ts',
        'background/views/commands.ts',
        'background/sites/policies.ts',
        'model/looser-policy.ts',
      ],
      tests: {
        'looser-policy.test.ts': ['a policy after which'],
        'policies.test.ts': ['a change that loosens what holds'],
        'commands.test.ts': [
          'is not done where the lock says',
          'is done with what the passkey gave',
          'everything is deleted, with the passkey where the lock is on',
        ],
        'passkey-lock.test.ts': [
          'nothing is loosened while it is locked',
          'is loosened with what its own passkey gives',
          'a longer time until it locks needs the passkey',
          'to turn it on again gives it no longer time',
        ],
        'vault.test.ts': ['knows its own passkey’s secret'],
        'lock.spec.ts': ['is loosened with the passkey only'],
      },
    },
    {
      promise: 'Without a lock the vault’s key cannot be exported; turning the lock on or off is all or nothing',
      places: ['background/store/vault.ts'],
      tests: { 'vault.test.ts': ['under a key that cannot be exported', 'by a worker that is killed after'] },
    },
    {
      promise: 'Given up, every token and key is gone',
      places: ['background/store/vault.ts', 'sessions/lifecycle/end.ts'],
      tests: {
        'vault.test.ts': ['given up, holds no token any more'],
        'locked.test.ts': ['given up, every session asks to sign in again'],
        'lock.test.ts': ['given up, it drops what was opened'],
      },
    },
    {
      promise: 'The question is put once, for less time than an agent waits, and not again until somebody is there',
      places: ['background/lock/question.ts'],
      tests: {
        'question.test.ts': [
          'wait for one question together',
          'fails before the agent’s own patience ends',
          'is not asked about again, until its page is loaded again',
          'is asked about again after the vault was unlocked and locked',
        ],
      },
    },
    {
      promise: 'It locks when the person is away, also when nobody listened, and never later than an hour',
      places: ['background/lock/idle.ts'],
      tests: {
        'idle.test.ts': [
          'locks it, and one who is there does not',
          'is found to be gone when one starts',
          'it is never',
          'as soon as the permission is there',
        ],
        'lock.spec.ts': ['when the computer says'],
      },
    },
  ],
  Policy: [
    {
      promise: 'Managed values win, for a site over those for all',
      places: ['sessions/permission.ts', 'background/sites/policies.ts'],
      tests: {
        'policy.spec.ts': ['what the organization set wins over what the person chose'],
        'policy.test.ts': ['gives the organization the last word'],
        'policies.test.ts': ['what the organization set for a site wins', 'holds at once'],
      },
    },
    {
      promise:
        'Of a policy, what cannot be read counts as the strictest, and leaves the rest as it is; an entry that names no site restricts every site',
      places: ['background/sites/read-policy.ts', 'model/policy.ts', 'model/bearer-policy.ts'],
      tests: {
        'policies.test.ts': [
          'in storage.%s: %s',
          'a choice that is none at all',
          'in `sites`',
          'another site’s entry is that site’s',
          'loosens nothing, and restricts what the others allow',
          'an origin is read however it is written',
          'Chrome is left to check no value of a list',
        ],
      },
    },
    {
      promise:
        'A site that an organization protects is protected as soon as Chrome lets Holdfast in, and the person cannot stop that; of the list, what cannot be protected is left out, and told',
      places: ['background/sites/read-policy.ts', 'background/sites/protection.ts', 'background/views/commands.ts'],
      tests: {
        'policies.test.ts': ['without what cannot be protected, which is told', 'and the first of too many'],
        'protection.test.ts': ['is so where Chrome lets Holdfast in, and as soon as it does'],
        'commands.test.ts': ['the person cannot stop the protection of a site'],
        'policy.spec.ts': ['a site that the organization protects is protected from the start'],
      },
    },
    {
      promise: 'What an organization has set holds while Chrome has not told it again',
      places: ['background/sites/managed-policy.ts'],
      tests: {
        'policies.test.ts': [
          'what it had set last holds, and its new word when it comes',
          'what it had set last holds also where it cannot be read now',
          'is none that anybody may go on without',
          'each worker asks for the organization’s word when it starts',
          'where nothing was ever told, nobody is held up',
        ],
      },
    },
    {
      promise: 'Of a held session the page gets handles, in the answers to its sign-in and its refreshes',
      places: ['sessions/sign-in/exchange.ts', 'sessions/page-answer.ts', 'sessions/tokens/refresh.ts'],
      tests: {
        'held.test.ts': ['leaves the page a handle', 'goes out once for all its tabs', 'stays held when'],
        'held.spec.ts': ['of a held session the page reads no token'],
      },
    },
    {
      promise:
        'Held is an MCP sign-in that its resource’s metadata lead to; a site’s own login, and a page with a DPoP key of its own, leave as the page made them',
      places: ['sessions/sign-in/exchange.ts', 'sessions/sign-in/server-discovery.ts'],
      tests: {
        'held.test.ts': [
          'a login of the site’s own at the server of its agent',
          'a login at a server that the resources of its document do not trust',
          'that of a page with a DPoP key of its own',
          'whose authorization request names no resource either',
          'at which a resource says that it trusts another',
        ],
      },
    },
    {
      promise:
        'A request that left with a bearer token unasked, while its rule stood for another, is seen and said; where the person chose so, the next ends its session, at its server too',
      places: [
        'sessions/requests/proof-log.ts',
        'sessions/lifecycle/end-unasked.ts',
        'background/observe/web-request.ts',
      ],
      tests: {
        'held.test.ts': [
          'is told from one that left with its token and was not asked for',
          'is not taken for another of its page',
          'that was broken off before it left is not taken for the next one',
          'is told from one that the page asks for while that is out',
          'and given back, or not used for long',
          'ends its session when it left unasked once more',
          'leaves its session as it is, unasked or not',
          'where its page gives back a right that one has left with',
          'what one gives back and the other’s request had',
        ],
        'given-keys.test.ts': ['whose session was to end when it leaves unasked'],
        'web-request.test.ts': [
          'with a proof that anybody can write beside it too',
          'is not one that its server has sent on',
          'a request uses up one right',
        ],
        'held.spec.ts': ['a request with the mark that its agent had not asked for'],
      },
    },
    {
      promise:
        'A session whose resource does not check the key is shown as no more than held, and as exposed in its page',
      places: ['messages/ui.ts'],
      tests: {
        'explain.test.ts': ['whose resource does not check the key is no more than held'],
        'matrix.spec.ts': ['works where DPoP is:'],
      },
    },
    {
      promise:
        'A held token is presented without a proof, not again for a nonce or a clock, and teaches nobody that its resource takes bound tokens so',
      places: ['sessions/requests/prove.ts', 'sessions/requests/proof-log.ts'],
      tests: {
        'held.test.ts': ['is not made again for a nonce or a clock', 'teaches nobody that its resource'],
      },
    },
    {
      promise:
        'A given key goes to the address that the person said and what is below it, in the header that the person said, for its agent alone, and never on OPTIONS',
      places: [
        'sessions/requests/prove.ts',
        'sessions/requests/reach.ts',
        'sessions/given/given-keys.ts',
        'background/rules/presentation.ts',
      ],
      tests: {
        'given-keys.test.ts': [
          'goes nowhere else',
          'does not follow where its server',
          'in the page of another agent',
          'the same key for another server is not touched',
        ],
        'given.spec.ts': ['and the page never reads it'],
      },
    },
    {
      promise:
        'A given key is in no message to a view, no record and no line; what a view gets is its handle, on request',
      places: ['background/views/session-view.ts', 'background/views/commands.ts', 'background/store/sealed-tokens.ts'],
      tests: {
        'given-keys.test.ts': ['is in no record, line or view', 'and that of nothing else'],
        'given-views.spec.ts': ['and shows the handle alone'],
      },
    },
    {
      promise:
        'No key is kept for a header that a browser or a protocol needs, over plain http to another machine, or in characters that a field cannot carry',
      places: ['model/given-key.ts', 'messages/ui-request.ts'],
      tests: {
        'given-key.test.ts': ['no key is put into', 'the address', 'a key is what a header field can carry'],
        'commands.test.ts': ['a key that no field can carry'],
      },
    },
    {
      promise:
        'A key is kept only for a protected site, for a server that policy and person allow to its agent, and while the vault is open',
      places: ['sessions/given/given-keys.ts', 'background/views/commands.ts'],
      tests: {
        'given-keys.test.ts': ['while the vault stays locked', 'for a server that the person, or the policy'],
        'commands.test.ts': ['for a site that is not protected'],
      },
    },
    {
      promise: 'What a person gave is not driven out by what an agent fills, and has a maximum of its own',
      places: ['sessions/lifecycle/session-quota.ts', 'sessions/given/given-keys.ts'],
      tests: { 'given-keys.test.ts': ['does not drive out what a person gave', 'above the maximum of the agent'] },
    },
    {
      promise: 'A token that a server calls bound, though it saw no proof, is not taken for a held one',
      places: ['sessions/tokens/refresh.ts', 'sessions/sign-in/exchange.ts'],
      tests: { 'held.test.ts': ['the server calls the new token bound', 'a token that its server calls bound'] },
    },
    {
      promise:
        'What cannot be read of `bearer` refuses, and an entry that names no site makes nobody’s choice less strict',
      places: ['background/sites/read-policy.ts', 'model/policy.ts'],
      tests: { 'policies.test.ts': ['a choice of several', 'lets nobody’s choice be less strict'] },
    },
    {
      promise: 'A refused bearer token does not reach the page, nor is one asked for',
      places: [
        'sessions/sign-in/exchange.ts',
        'sessions/exposed/exposure.ts',
        'sessions/tokens/refresh.ts',
        'sessions/forms.ts',
      ],
      tests: {
        'policy.spec.ts': ['keeps a bearer token from an agent'],
        'policy.test.ts': [
          'discards the bearer token of a server',
          'does not let a page ask a server that knows no DPoP',
          'lets no form go out unseen',
        ],
      },
    },
    {
      promise: 'Without custody a token is known by a digest that nobody can read from a proof',
      places: ['sessions/tokens/handles.ts'],
      tests: { 'policy.test.ts': ['makes proofs for the real token, and for no other'] },
    },
    {
      promise: 'A changed policy changes the scripts of its site, also when Chrome has failed to once',
      places: ['background/sites/protection.ts'],
      tests: {
        'policy.spec.ts': ['without custody the page reads its own token'],
        'protection.test.ts': ['and changed the next time'],
      },
    },
    {
      promise:
        'A session follows the custody that its site has now, with its next refresh; a page gets no token that its wrapper would not know',
      places: ['sessions/tokens/refresh.ts', 'sessions/sign-in/exchange.ts'],
      tests: {
        'policy.test.ts': [
          'takes the real tokens out of the page at its next refresh',
          'leaves its handles to a page that knows nothing else',
          'signs a page in with handles that knows nothing else',
        ],
        'policy.spec.ts': ['custody that is turned on and off'],
      },
    },
    {
      promise:
        'A page that is let hold its tokens holds those of one resource: of a bound session only where its wrapper knows them, of a held one only where the policy refuses no bearer token and CORS admits the page; Holdfast keeps nothing of them',
      places: [
        'model/policy.ts',
        'sessions/tokens/refresh.ts',
        'sessions/sign-in/exchange.ts',
        'sessions/lifecycle/end.ts',
      ],
      tests: {
        'handed-over.test.ts': [
          'is exposed with its next refresh',
          'has dead handles then',
          'is held as before where it',
          'is held where its page could not have read the answer',
          'others are held',
          'gets no bearer token for a resource that is handed over where the policy refuses those',
          'is held where that resource trusts another server',
          'keeps its handles in a page that was not, and one of another resource in any',
        ],
        'handed-over.spec.ts': ['is held again'],
      },
    },
    {
      promise:
        'Letting it needs the passkey where the lock is on; an organization that keeps tokens forbids it; it is bounded, and ends with the protection of its site',
      places: [
        'model/looser-policy.ts',
        'model/policy.ts',
        'background/sites/read-policy.ts',
        'background/sites/policies.ts',
        'background/views/commands.ts',
      ],
      tests: {
        'commands.test.ts': ['what loosens'],
        'looser-policy.test.ts': ['the page is to hold the tokens for one resource'],
        'policies.test.ts': [
          'are none where the organization says',
          'are none that an entry without a site names',
          'and not without end',
          'are forgotten when the site is protected no more',
        ],
        'handed-over.spec.ts': ['is held again'],
      },
    },
    {
      promise: 'Allowed algorithms are the only ones that sign',
      places: ['sessions/sign-in/arming.ts', 'sessions/sign-in/algorithms.ts'],
      tests: {
        'policy.test.ts': ['signs with those alone', 'binds nothing where the server takes none of them'],
        'algorithms.test.ts': ['also within what the policy allows'],
      },
    },
    {
      promise: 'A resource of another server, or one that takes nothing, has no say in which key a sign-in names',
      places: ['sessions/sign-in/algorithms.ts', 'sessions/sign-in/arming.ts'],
      tests: {
        'algorithms.test.ts': [
          'a resource of another server, or one that takes nothing, does not change it',
          'an earlier key is named no more where it was for these resources',
        ],
      },
    },
  ],
  'Logs and errors': [
    {
      promise:
        'A request that left with another credential than the rule puts into it is noted, where no page can have done it',
      places: ['sessions/requests/proof-log.ts', 'background/rules/presentation.ts'],
      tests: {
        'prove.test.ts': ['in place of the token is noticed, once an hour', 'is none where a page can do it'],
        'presentation.test.ts': ['a token stands from when Chrome has its rule until it is withdrawn'],
        'neighbour.spec.ts': ['another extension reads handles in the page'],
      },
    },
    {
      promise: 'A server that repeats a session’s token in a header field is noted with the session, and logged',
      places: ['sessions/requests/proof-log.ts', 'sessions/tokens/repetition.ts', 'background/observe/web-request.ts'],
      tests: {
        'prove.test.ts': ['is noted with the session, and logged once'],
        'explain.test.ts': ['a server that repeats the token is spoken of'],
        'servers.spec.ts': ['a server that repeats the token where its CORS keeps it from the page'],
      },
    },
    {
      promise: 'A log names registered codes and schemes, and nothing else that a server or a page puts there',
      places: [
        'protocol/oauth/error-code.ts',
        'protocol/http/scheme.ts',
        'sessions/tokens/refresh.ts',
        'sessions/requests/proof-log.ts',
        'background/observe/web-request.ts',
      ],
      tests: {
        'conceal.test.ts': ['in the code of an error: the log does not name it'],
        'prove.test.ts': ['names no token that a server puts where an error code stands'],
        'scheme.test.ts': ['names no part of any other value'],
        'secrets.spec.ts': ['refusals, refreshes, retries, failures and workers that die write no secret either'],
      },
    },
    {
      promise: 'No error repeats a reply, a URL’s query or a form',
      places: ['protocol/oauth/token-response.ts', 'background/browser/network.ts'],
      tests: {
        'token-response.fuzz.test.ts': ['no refusal repeats what it refused'],
        'network.test.ts': ['no error names the query of a URL, or what was sent'],
      },
    },
    {
      promise: 'Of an error no message is kept, nor what stands in its name or its stack beside Holdfast’s own files',
      places: ['background/errors.ts'],
      tests: {
        'errors.test.ts': [
          'no message is kept, which may quote what was read',
          'lines of a message are no places, also where they look like some',
          'a name that is none of an error’s class is not kept',
          'places name files of Holdfast alone',
        ],
      },
    },
    {
      promise: 'Diagnostics count, and name no site, server, session, key or token',
      places: ['background/views/diagnostics.ts', 'background/errors.ts'],
      tests: { 'diagnostics.test.ts': ['no secret and no address is in them, wherever it stood'] },
    },
    {
      promise: 'Errors are on the console in a development build alone',
      places: ['background/errors.ts'],
      tests: {
        'errors.test.ts': ['an error is on the console in a development build alone'],
        'manifest.spec.ts': ['no trace of a development server is left'],
      },
    },
  ],
  'The drill and the views': [
    {
      promise: 'What could not be done is said where it was asked',
      places: ['background/views/view-port.ts', 'ui/state.ts'],
      tests: {
        'view-port.test.ts': ['was not done is said to the view that waits for it', 'is answered to it alone'],
        'state.test.ts': ['is not answered when the worker ends is gone'],
        'popup.spec.ts': ['that could not be done is said'],
      },
    },
    {
      promise: 'The drill sends the token to its own resource, in harmless requests, and leaves no MCP session behind',
      places: ['sessions/drill/drill.ts'],
      tests: {
        'drill.test.ts': [
          'sends the token to its own resource, and no request that changes anything',
          'ends the MCP sessions that the server opened for it',
        ],
      },
    },
    {
      promise: 'What the drill leaves in a server’s log never comes to be good',
      places: ['sessions/drill/forge.ts'],
      tests: { 'drill.test.ts': ['leaves no proof in a log that comes to be good'] },
    },
    {
      promise:
        'It stops at rate limits, when the server is gone, when the session ends and when the vault is being locked, and runs once at a time',
      places: ['sessions/drill/drill.ts'],
      tests: {
        'drill.test.ts': [
          'when the server asks for fewer requests, and then it gets none',
          'when the server cannot be reached any more',
          'when the session ends meanwhile',
          'ends when the vault is being locked',
          'runs once at a time',
        ],
        'drill.spec.ts': ['a server that asks for fewer requests gets no more'],
      },
    },
    {
      promise: 'It does not run while the vault is locked',
      places: ['sessions/drill/drill.ts'],
      tests: { 'drill.test.ts': ['waits for the vault to be unlocked, and does not run while it stays locked'] },
    },
    {
      promise:
        'No false word: a control before and after, a refusal for the thing that was tried, and what the standard allows is no weakness',
      places: ['sessions/drill/judge.ts', 'sessions/drill/drill.ts'],
      tests: {
        'drill.test.ts': [
          'when the control is refused',
          'when the server refuses the session’s own request afterwards',
          'that gives a new nonce with every answer is no weaker',
          'where a nonce tells it',
        ],
        'drill.spec.ts': ['each weakness of a weak server is found, and no other'],
      },
    },
    {
      promise:
        'The verdict weighs what was let in by what the standard demands: a theft is never called less, a recommendation never more; one odd answer hides neither',
      places: ['model/drill.ts', 'sessions/drill/judge.ts'],
      tests: {
        'drill.test.ts': ['in the worst of what it lets in', 'and in nothing else: it is ', 'a connection that breaks'],
        'report.test.ts': ['says of a replayed proof what the standard says', 'has numbers that add up'],
        'records.test.ts': ['a drill that was stored before its verdicts had levels'],
      },
    },
    {
      promise: 'A report holds no token, and no word of a server that is not meant to be read',
      places: ['sessions/drill/judge.ts'],
      tests: {
        'drill.test.ts': [
          'keeps no token: what a server repeats is left out',
          'keeps no word that a server puts where an error code stands',
          'is found in a refusal, whose words are not shown where they have it in other letters',
        ],
      },
    },
    {
      promise:
        'A server that repeats the token is found out: in header fields and bodies of refused and of served requests, escaped and in base64 as well; a stream without end is left',
      places: [
        'sessions/tokens/repetition.ts',
        'sessions/drill/judge.ts',
        'sessions/drill/drill.ts',
        'background/browser/network.ts',
      ],
      tests: {
        'drill.test.ts': ['in a header field and in what is served', 'is told though the drill ended early'],
        'network.test.ts': [
          'a stream that it is served is left soon',
          'of what the drill is served the beginning is read',
        ],
      },
    },
    {
      promise: 'A replaced token is in memory only, and goes with the lock and with its session',
      places: ['background/store/sessions.ts'],
      tests: { 'sessions.test.ts': ['is forgotten when the vault is locked, and with its session'] },
    },
    {
      promise: 'The DevTools panel is told no token and no signature, and nothing is listened to while none is open',
      places: ['background/observe/inspector.ts'],
      tests: {
        'devtools.spec.ts': [
          'the panel shows each MCP request of its page',
          'nothing is looked at while no panel is open',
        ],
      },
    },
    {
      promise: 'A proof is shown as Holdfast made it, whatever left with its `jti`',
      places: ['sessions/requests/prove.ts', 'sessions/requests/proof-log.ts'],
      tests: { 'prove.test.ts': ['keeps the proof that Holdfast made'] },
    },
    {
      promise: 'No number in a proof, and no record that cannot be drawn, takes a view away; what went wrong is kept',
      places: ['ui/words.ts', 'ui/part.tsx', 'ui/state.ts', 'background/views/view-port.ts', 'background/errors.ts'],
      tests: {
        'times.test.ts': ['is no time, and no view fails for it'],
        'popup-views.spec.ts': ['takes nothing else with it'],
        'view-port.test.ts': ['an error of a view’s own is told of'],
        'errors.test.ts': ['what a view met is kept as the view tells it'],
      },
    },
    {
      promise:
        'Whose a session is by a server’s word is one short line that turns no writing, and is never a token or a part of one',
      places: ['protocol/oauth/account.ts', 'sessions/tokens/token-facts.ts'],
      tests: {
        'account.test.ts': ['whatever the server says'],
        'whose.test.ts': ['is never a token, or a part of one'],
        'popup-views.spec.ts': ['turns nothing, fills nothing'],
      },
    },
    {
      promise:
        'The look at a page that is not protected runs where the page can change nothing of it, goes no further than its quotas, and takes numbers and origins from there, no token',
      places: ['background/sites/page-reading.ts'],
      tests: {
        'page-reading.test.ts': [
          'goes as far as its quotas',
          'is nothing where it is nonsense',
          'names no server but those',
        ],
        'popup.spec.ts': ['the page is offered the reload that it needs'],
      },
    },
    {
      promise: 'A session is called safe only where nothing was seen that speaks against it, and a held one never',
      places: ['ui/session/explain.ts'],
      tests: { 'explain.test.ts': ['is called safe only where', 'says that a copy is of no use'] },
    },
    {
      promise: 'What a page or a server chose turns no writing around it, and fills no view',
      places: ['ui/names.ts', 'ui/labels/foreign.tsx', 'ui/session/facts.tsx', 'ui/labels/address.tsx'],
      tests: {
        'names.test.ts': ['that turn the direction of writing', 'a host has no such mark'],
        'popup-views.spec.ts': ['turns nothing, fills nothing'],
        'dashboard.spec.ts': ['a long host is cut at its front'],
      },
    },
    {
      promise: 'What a page or a server chose is quoted where it is copied or exported',
      places: [
        'ui/devtools/curl.ts',
        'ui/devtools/report.ts',
        'ui/copy/markdown.ts',
        'ui/dashboard/drill/report.ts',
        'ui/dashboard/activity/export.ts',
      ],
      tests: {
        'curl.test.ts': ['is one word, and one request'],
        'markdown.test.ts': ['code is code'],
        'report.test.ts': ['no markup, no link and no mention'],
        'kind.test.ts': ['a command for the shell holds no secret, and quotes what the page chose'],
        'export.test.ts': [
          'has a header, and each line with its cells in place',
          'quotes what would end a cell',
          'be no formula',
        ],
      },
    },
    {
      promise: 'Of a cookie session no challenge and no cookie is kept',
      places: ['protocol/dbsc/headers.ts'],
      tests: { 'cookie-sessions.spec.ts': ['are listed as its own, and no challenge is kept'] },
    },
  ],
};
