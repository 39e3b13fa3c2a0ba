import type { Frame, Page } from '@playwright/test';

/** A frame in a page, once it has loaded. @param src undefined for a sandboxed one, whose origin is nobody's */
export async function framed(page: Page, src: string | undefined): Promise<Frame> {
  const element = await page.evaluateHandle(async (address) => {
    const frame = document.createElement('iframe');
    if (address === undefined) {
      frame.sandbox.add('allow-scripts');
      frame.srcdoc = '<!doctype html><title>sandboxed</title>';
    } else {
      frame.src = address;
    }
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
    document.body.append(frame);
    await loaded;
    return frame;
  }, src);
  const frame = await element.contentFrame();
  if (!frame) throw new Error(`${src ?? 'what is sandboxed'} has no frame`);
  return frame;
}
