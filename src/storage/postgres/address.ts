import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import type { ClientConfig } from "pg";
import { AppError } from "../../core/domain/errors.ts";
import { sentences } from "../../sentences/sentences.ts";

/** Where a database is. */
export interface DatabaseAddress {
  readonly url: string;
  /**
   * The same database where connections keep their sessions, when `url` leads through a pooler that does not: for
   * locks, notifications and migrations.
   */
  readonly directUrl?: string | undefined;
}

/** Parameters that say how to encrypt. pg lets them override its `ssl` option, so they never reach it. */
const TLS_PARAMETERS = ["sslmode", "ssl", "sslrootcert", "sslcert", "sslkey", "uselibpqcompat"] as const;

/**
 * The settings of pg for an address, which the named setting holds, with `ssl` always decided here: pg 8 takes every `sslmode` that demands TLS for
 * verify-full, and connects in the clear for `sslmode=disable` whatever its own `ssl` option says. The modes mean what
 * they mean to libpq: https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION
 */
export function connectionConfig(url: string, setting = "DATABASE_URL"): ClientConfig {
  if (!/^postgres(?:ql)?:\/\//.test(url)) throw wrong(sentences.database.address.malformed(setting));
  const [address = "", query = ""] = url.split(/\?(.*)/s);
  const parameters = new URLSearchParams(query);
  const ssl = tlsSettings(parameters, setting);
  for (const name of TLS_PARAMETERS) parameters.delete(name);
  const rest = parameters.toString();
  return { connectionString: rest === "" ? address : `${address}?${rest}`, ssl };
}

function tlsSettings(parameters: URLSearchParams, setting: string): false | ConnectionOptions {
  const certificate = (name: "ca" | "cert" | "key", parameter: string) =>
    certificateIn(parameters.get(parameter), { name, setting });
  const files = {
    ...certificate("ca", "sslrootcert"),
    ...certificate("cert", "sslcert"),
    ...certificate("key", "sslkey"),
  };
  const demanded = ["true", "1"].includes(parameters.get("ssl") ?? "");
  const mode = parameters.get("sslmode") ?? (demanded ? "verify-full" : "none");
  switch (mode) {
    case "none":
      return false;
    case "disable":
      if (demanded) throw wrong(sentences.database.address.tlsOnAndOff(setting));
      return false;
    case "require":
      // As libpq has it: encrypted, and checked against a root certificate where one is given.
      return "ca" in files ? { ...files, ...anyHost } : { ...files, rejectUnauthorized: false };
    case "no-verify":
      return { ...files, rejectUnauthorized: false };
    case "verify-ca":
      return { ...files, ...anyHost };
    case "verify-full":
      return { ...files, rejectUnauthorized: true };
    default:
      throw wrong(sentences.database.address.unknownTlsMode(setting));
  }
}

const anyHost = { rejectUnauthorized: true, checkServerIdentity: () => undefined };

function certificateIn(
  file: string | null,
  { name, setting }: { readonly name: "ca" | "cert" | "key"; readonly setting: string },
): ConnectionOptions {
  // "system" is libpq's word for the roots that come with the machine; those are Node's default.
  if (file === null || file === "" || file === "system") return {};
  try {
    return { [name]: readFileSync(file, "utf8") };
  } catch (cause) {
    throw wrong(sentences.database.address.certificateUnreadable(setting, file), cause);
  }
}

function wrong(sentence: string, cause?: unknown): AppError {
  return new AppError("misconfigured", sentence, { cause });
}
