interface Place {
  readonly left?: number;
  readonly top?: number;
  readonly width?: number;
}

interface Wanted extends Place {
  readonly url: string;
  readonly type: 'popup';
  readonly width: number;
  readonly height: number;
}

interface Windows<Opened> {
  getLastFocused(): Promise<Place>;
  create(wanted: Wanted): Promise<Opened>;
}

/**
 * Opens a small window at the top right of the browser's own, where the popup is. Where that would be off the screen, the
 * browser puts it where it likes.
 *
 * @param size in pixels
 */
export async function openSmall<Opened>(
  windows: Windows<Opened>,
  url: string,
  size: { readonly width: number; readonly height: number },
): Promise<Opened> {
  const wanted = { ...size, url, type: 'popup' } as const;
  const { left = 0, top = 0, width = 0 } = await windows.getLastFocused();
  const place = { left: Math.max(0, left + width - size.width - 16), top: top + 88 };
  return windows.create({ ...wanted, ...place }).catch(() => windows.create(wanted));
}
