/** The longest URL, header value and body that are read, in UTF-16 code units; what is longer is no OAuth message. */
export const LIMITS = { url: 8192, header: 8192, body: 65_536 } as const;
