import type { EventStore } from '@modelcontextprotocol/server';

type Message = Parameters<EventStore['storeEvent']>[1];

/** What the streams of one MCP session have carried, so that a client that was cut off can resume (`Last-Event-ID`). */
export class EventLog implements EventStore {
  readonly #events: { readonly streamId: string; readonly message: Message }[] = [];

  async storeEvent(streamId: string, message: Message): Promise<string> {
    return String(this.#events.push({ streamId, message }) - 1);
  }

  async replayEventsAfter(
    lastEventId: string,
    { send }: Parameters<EventStore['replayEventsAfter']>[1],
  ): Promise<string> {
    const last = this.#events[Number(lastEventId)];
    if (!last) throw new Error(`There is no event ${lastEventId}.`);
    for (const [index, { streamId, message }] of this.#events.entries()) {
      // An empty message only primes a stream.
      const isMissed = index > Number(lastEventId) && streamId === last.streamId && 'jsonrpc' in message;
      if (isMissed) await send(String(index), message);
    }
    return last.streamId;
  }
}
