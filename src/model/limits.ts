/** The longest URL, header value and body that are read, in UTF-16 code units; what is longer is no OAuth message. */
export const LONGEST_URL = 8192;
export const LONGEST_HEADER = 8192;
export const LONGEST_BODY = 65_536;
