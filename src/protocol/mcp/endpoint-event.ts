import { createParser, type EventSourceMessage } from 'eventsource-parser';

/**
 * Where a server of the HTTP+SSE transport takes its client's messages: the data of its first event, `endpoint`. Undefined
 * where the stream begins with something else, or names no URL.
 *
 * @param stream the beginning of the event stream
 * @param base the URL that the stream came from
 * @see MCP 2024-11-05, Transports: "HTTP with SSE"
 */
export function readEndpointEvent(stream: string, base: string): string | undefined {
  const events: EventSourceMessage[] = [];
  createParser({ onEvent: (event) => void events.push(event) }).feed(stream);
  const [first] = events;
  if (first?.event !== 'endpoint' || !URL.canParse(first.data, base)) return undefined;
  return new URL(first.data, base).href;
}
