declare const brand: unique symbol;

export type RecordKey = string & { readonly [brand]: "RecordKey" };

/** URI-encoded parts joined by "/": never holds ":", which keyv uses to set namespaces apart. */
export function recordKey(...parts: readonly string[]): RecordKey {
  return parts.map(encodeURIComponent).join("/") as RecordKey;
}
