import { writeFile } from 'node:fs/promises';
import gifenc from 'gifenc';
import type { Page } from 'playwright';
import { PNG } from 'pngjs';

/** One colour of a GIF's 256 is that of what stays as it was. */
const MOST_COLOURS = 255;

interface Frame {
  readonly picture: PNG;
  readonly lastsMs: number;
}

/** An animated picture (GIF89a) of a page, frame by frame. */
export class Film {
  readonly #frames: Frame[] = [];

  constructor(readonly page: Page) {}

  /** Adds what the page shows now. */
  async shoot(lastsMs: number): Promise<void> {
    this.#frames.push({ picture: PNG.sync.read(await this.page.screenshot({ animations: 'disabled' })), lastsMs });
  }

  async save(path: string): Promise<void> {
    const film = gifenc.GIFEncoder();
    let before: Uint8Array | undefined;
    for (const { picture, lastsMs } of this.#frames) {
      const { width, height } = picture;
      const rgba = new Uint8Array(picture.data);
      const palette = gifenc.quantize(rgba, MOST_COLOURS);
      const pixels = gifenc.applyPalette(rgba, palette);
      if (before) hideUnchanged(pixels, rgba, before, palette.length);
      film.writeFrame(pixels, width, height, {
        palette: [...palette, [0, 0, 0]],
        delay: lastsMs,
        transparent: before !== undefined,
        transparentIndex: palette.length,
        dispose: 1,
      });
      before = rgba;
    }
    film.finish();
    await writeFile(path, film.bytes());
  }
}

/** Only what has changed is drawn: the file is a third as large. */
function hideUnchanged(pixels: Uint8Array, now: Uint8Array, before: Uint8Array, transparent: number): void {
  const [these, those] = [new Uint32Array(now.buffer), new Uint32Array(before.buffer)];
  for (let at = 0; at < pixels.length; at += 1) if (these[at] === those[at]) pixels[at] = transparent;
}
