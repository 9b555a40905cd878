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
export class SealedRecords<T> implements RecordStore<T> {
  readonly #records: RecordStore<Sealed>;
  readonly #schema: z.ZodType<T>;
  readonly #purpose: string;
  readonly #key: Buffer<ArrayBuffer>;

  constructor(parts: {
    records: RecordStore<Sealed>;
    schema: z.ZodType<T>;
    secretKey: string;
    /** Keeps what is sealed for one purpose from being read for another. */
    purpose: string;
  }) {
    this.#records = parts.records;
    this.#schema = parts.schema;
    this.#purpose = parts.purpose;
    this.#key = Buffer.from(hkdfSync("sha256", parts.secretKey, "", `rapport/${this.#purpose}`, KEY_BYTES));
  }

  async get(place: RecordKey): Promise<T | undefined> {
    return this.#opened(place, await this.#records.get(place));
  }

  set(place: RecordKey, value: T): Promise<void> {
    return this.#records.set(place, this.#seal(place, value));
  }

  delete(place: RecordKey): Promise<boolean> {
    return this.#records.delete(place);
  }

  async getOrCreate(place: RecordKey, make: () => Promise<T>): Promise<T> {
    return this.#open(
      place,
      await this.#records.getOrCreate(place, async () => this.#seal(place, await make())),
    );
  }

  async update(
    place: RecordKey,
    change: (value: T | undefined) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    return this.#opened(
      place,
      await this.#records.update(place, async (current) => {
        const changed = await change(this.#opened(place, current));
        return changed === undefined ? undefined : this.#seal(place, changed);
      }),
    );
  }

  async list(...firstParts: readonly string[]): Promise<readonly T[]> {
    return (await this.#records.list(...firstParts)).map((each) => this.#open(each.key, each));
  }

  #seal(place: RecordKey, value: T): Sealed {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, iv).setAAD(Buffer.from(place));
    const text = JSON.stringify(this.#schema.parse(value));
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return {
      iv: iv.toString("base64"),
      tag: cipher.getAuthTag().toString("base64"),
      sealed: sealed.toString("base64"),
      key: place,
    };
  }

  #open(place: string, { iv, tag, sealed }: Sealed): T {
    const decipher = createDecipheriv(CIPHER, this.#key, Buffer.from(iv, "base64"))
      .setAAD(Buffer.from(place))
      .setAuthTag(Buffer.from(tag, "base64"));
    const text = (): string =>
      Buffer.concat([decipher.update(Buffer.from(sealed, "base64")), decipher.final()]).toString("utf8");
    try {
      return this.#schema.parse(JSON.parse(text()));
    } catch (error) {
      throw notOpened(`${this.#purpose} ${place}`, error);
    }
  }

  #opened(place: RecordKey, value: Sealed | undefined): T | undefined {
    return value && this.#open(place, value);
  }
}

const notOpened = (what: string, cause: unknown) =>
  new AppError("misconfigured", sentences.database.otherSecretKey, { message: `cannot open ${what}`, cause });
