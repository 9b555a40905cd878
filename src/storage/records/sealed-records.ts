import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { z } from "zod";
import { AppError } from "../../core/domain/errors.ts";
import type { RecordKey } from "../../core/domain/record-key.ts";
import type { RecordStore } from "../../core/ports/record-store.ts";
import { sentences } from "../../sentences/sentences.ts";

/** A record as it lies in the database: unreadable without SECRET_KEY, and in no other place than its own. */
export const Sealed = z.object({
  iv: z.string(),
  tag: z.string(),
  sealed: z.string(),
  /** Its own key, for records that are listed. */
  key: z.string(),
});
export type Sealed = z.infer<typeof Sealed>;

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
/** What GCM is specified for: NIST SP 800-38D, 5.2.1.1. */
const IV_BYTES = 12;

/** Records that hold secrets, encrypted with a key made of `secretKey`. */
export function sealedRecords<T>(parts: {
  records: RecordStore<Sealed>;
  schema: z.ZodType<T>;
  secretKey: string;
  /** Keeps what is sealed for one purpose from being read for another. */
  purpose: string;
}): RecordStore<T> {
  const { records, schema, secretKey, purpose } = parts;
  const key = Buffer.from(hkdfSync("sha256", secretKey, "", `rapport/${purpose}`, KEY_BYTES));

  function seal(place: RecordKey, value: T): Sealed {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(place));
    const text = JSON.stringify(schema.parse(value));
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return {
      iv: iv.toString("base64"),
      tag: cipher.getAuthTag().toString("base64"),
      sealed: sealed.toString("base64"),
      key: place,
    };
  }

  function open(place: string, { iv, tag, sealed }: Sealed): T {
    const decipher = createDecipheriv(CIPHER, key, Buffer.from(iv, "base64"))
      .setAAD(Buffer.from(place))
      .setAuthTag(Buffer.from(tag, "base64"));
    const text = (): string =>
      Buffer.concat([decipher.update(Buffer.from(sealed, "base64")), decipher.final()]).toString("utf8");
    try {
      return schema.parse(JSON.parse(text()));
    } catch (error) {
      throw notOpened(`${purpose} ${place}`, error);
    }
  }

  const opened = (place: RecordKey, value: Sealed | undefined): T | undefined => value && open(place, value);

  return {
    get: async (place) => opened(place, await records.get(place)),
    set: (place, value) => records.set(place, seal(place, value)),
    delete: (place) => records.delete(place),
    getOrCreate: async (place, make) =>
      open(place, await records.getOrCreate(place, async () => seal(place, await make()))),
    update: async (place, change) =>
      opened(
        place,
        await records.update(place, async (current) => {
          const changed = await change(opened(place, current));
          return changed === undefined ? undefined : seal(place, changed);
        }),
      ),
    list: async (...firstParts) => (await records.list(...firstParts)).map((each) => open(each.key, each)),
  };
}

const notOpened = (what: string, cause: unknown) =>
  new AppError("misconfigured", sentences.database.otherSecretKey, { message: `cannot open ${what}`, cause });
