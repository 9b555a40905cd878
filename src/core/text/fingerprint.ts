/** A short mark by which the same text is known again (FNV-1a, 32 bits); not for secrets. */
export function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash.toString(36);
}

/**
 * The key of an idempotent post (`IdempotencyKey`), different for every name: 14 characters at most, so that a part's number fits behind.
 * The second mark is not put behind but before: what comes behind two names with one mark keeps it the same.
 */
export const shortKey = (name: string): string => fingerprint(name) + fingerprint(`/${name}`);
