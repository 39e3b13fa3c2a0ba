import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Handler } from '../../../src/demo/loopback.ts';
import { AGENT_PAGE } from '../global-setup.ts';

const hostile = (name: string) => readFile(new URL(name, import.meta.url), 'utf8');

/** An agent's site whose pages were taken over: hostile script runs ahead of the agent's. */
export async function hostileSite(): Promise<Handler> {
  const [patches, worker] = [await hostile('patches.js'), await hostile('worker.js')];
  const page = await readFile(join(AGENT_PAGE, 'index.html'), 'utf8');
  return (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://any.localhost');
    if (pathname === '/worker.js') {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(worker);
    } else if (pathname === '/hostile' || pathname === '/callback') {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(page.replace('<head>', () => `<head><script>${patches}</script>`));
    }
  };
}
