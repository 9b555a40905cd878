import { AppError } from "../../core/domain/errors.ts";

const UNTRUSTED =
  "The database's certificate is by an authority we do not know: name it by sslrootcert=… in DATABASE_URL.";

/**
 * What to do about a database that cannot be used, by SQLSTATE or by the code of Node's network errors. The address is
 * not repeated: it holds the password.
 */
const SENTENCES = new Map([
  ["ECONNREFUSED", "No database answers at DATABASE_URL: start PostgreSQL, or correct host and port."],
  ["ENOTFOUND", "The host in DATABASE_URL is not known: correct it."],
  ["EAI_AGAIN", "The host in DATABASE_URL cannot be looked up just now."],
  ["ETIMEDOUT", "The database at DATABASE_URL does not answer: correct host and port, or open the firewall."],
  ["ENOENT", "There is no database socket where DATABASE_URL looks for it: start PostgreSQL, or correct it."],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", UNTRUSTED],
  ["SELF_SIGNED_CERT_IN_CHAIN", UNTRUSTED],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", UNTRUSTED],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", UNTRUSTED],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "The database's certificate is for another host than DATABASE_URL names."],
  ["CERT_HAS_EXPIRED", "The database's certificate has expired."],
  ["28P01", "The database refuses the password in DATABASE_URL."],
  ["28000", "The database refuses the user in DATABASE_URL."],
  ["3D000", "The database that DATABASE_URL names does not exist: create it with `createdb`."],
  ["42501", "The user in DATABASE_URL may not make the schema `rapport`: grant it CREATE on the database."],
  ["53100", "The disk of the database at DATABASE_URL is full: make room on it."],
  [
    "53300",
    "The database at DATABASE_URL takes no more connections: end some, or raise its max_connections (Rapport uses up to 40).",
  ],
  [
    "25006",
    "The database at DATABASE_URL takes no changes: set DATABASE_URL to the primary server, or turn off default_transaction_read_only.",
  ],
  // What pgbouncer says of everything that it cannot do.
  [
    "08P01",
    "What answers at DATABASE_URL is a pooler that does not reach its PostgreSQL, or does not know this database or user: its log says which.",
  ],
  ["57P03", "The database at DATABASE_URL is starting or stopping: try again in a moment."],
]);

/** A failure to start as one sentence that names the setting, where we know what it means. */
export function toStartError(error: unknown, setting = "DATABASE_URL"): unknown {
  if (error instanceof AppError) {
    const { code, userMessage, cause } = error;
    return new AppError(code, userMessage.replaceAll("DATABASE_URL", setting), { cause });
  }
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const sentence = typeof code === "string" ? SENTENCES.get(code) : undefined;
  return sentence === undefined
    ? error
    : new AppError("misconfigured", sentence.replaceAll("DATABASE_URL", setting), { cause: error });
}
