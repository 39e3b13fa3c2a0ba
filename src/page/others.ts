import type { Channel } from './channel.ts';
import type { Natives, Scope } from './natives.ts';
import type { Sent } from './recognise.ts';
import { reportHandles } from './report.ts';

/** Looks at what leaves a page without a request of its own: messages of a WebSocket, and beacons. */
export function watchOthers(scope: Scope, natives: Natives, channel: Channel): void {
  watch(scope.WebSocket.prototype, 'send', (socket, [body]) => ({ url: socket.url, body }));
  watch(scope.Navigator.prototype, 'sendBeacon', (_, [url, body]) => ({ url: String(url), body }));

  function watch<Name extends string, It extends Record<Name, (...given: never[]) => unknown>>(
    prototype: It,
    name: Name,
    read: (it: It, given: Parameters<It[Name]>) => Sent,
  ): void {
    prototype[name] = new Proxy(prototype[name], {
      apply(native, it, given) {
        const result = Reflect.apply(native, it, given);
        reportHandles(read(it, given as Parameters<It[Name]>), natives, channel);
        return result;
      },
    });
  }
}
