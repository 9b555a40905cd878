/** Always listed by the real server, and useless without its vendor's inference on the internet. */
export const OFFLINE_VENDOR_HANDLE = "letta/letta-free";
export const EMBEDDING_HANDLES: readonly string[] = [OFFLINE_VENDOR_HANDLE];
