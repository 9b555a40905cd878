import { listed } from "../grammar.ts";

const untrusted = (setting: string) =>
  `The database's certificate is by an authority we do not know: name it by sslrootcert=… in ${setting}.`;

/** What a start and the doctor say of PostgreSQL. None of them repeats an address: it holds the password. */
export const database = {
  /** What to do about a database that refuses us, by SQLSTATE or by the code of Node's network errors. */
  refused: {
    ECONNREFUSED: (setting: string) =>
      `No database answers at ${setting}: start PostgreSQL, or correct host and port.`,
    ENOTFOUND: (setting: string) => `The host in ${setting} is not known: correct it.`,
    EAI_AGAIN: (setting: string) => `The host in ${setting} cannot be looked up just now.`,
    ETIMEDOUT: (setting: string) =>
      `The database at ${setting} does not answer: correct host and port, or open the firewall.`,
    ENOENT: (setting: string) =>
      `There is no database socket where ${setting} looks for it: start PostgreSQL, or correct it.`,
    DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
    SELF_SIGNED_CERT_IN_CHAIN: untrusted,
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
    ERR_TLS_CERT_ALTNAME_INVALID: (setting: string) =>
      `The database's certificate is for another host than ${setting} names.`,
    CERT_HAS_EXPIRED: () => "The database's certificate has expired.",
    "28P01": (setting: string) => `The database refuses the password in ${setting}.`,
    "28000": (setting: string) => `The database refuses the user in ${setting}.`,
    "3D000": (setting: string) =>
      `The database that ${setting} names does not exist: create it with \`createdb\`.`,
    "42501": (setting: string) =>
      `The user in ${setting} may not make the schema \`rapport\`: grant it CREATE on the database.`,
    "53100": (setting: string) => `The disk of the database at ${setting} is full: make room on it.`,
    "53300": (setting: string) =>
      `The database at ${setting} takes no more connections: end some, or raise its max_connections (Rapport uses up to 40).`,
    "25006": (setting: string) =>
      `The database at ${setting} takes no changes: set ${setting} to the primary server, or turn off default_transaction_read_only.`,
    // What pgbouncer says of everything that it cannot do.
    "08P01": (setting: string) =>
      `What answers at ${setting} is a pooler that does not reach its PostgreSQL, or does not know this database or user: its log says which.`,
    "57P03": (setting: string) =>
      `The database at ${setting} is starting or stopping: try again in a moment.`,
  },
  /** Why nothing can be stored, by SQLSTATE. */
  notWritable: {
    "25006":
      "The database takes no writes: it is read-only, or a replica. Let DATABASE_URL name the primary.",
    "53100": "The database's disk is full: make room on it.",
    "53400": "The database may write no more temporary files: raise its temp_file_limit.",
  },
  unusable: (why: string) => `The database at DATABASE_URL does not answer as it should. ${why}`,

  address: {
    malformed: (setting: string) =>
      `${setting} must be an address like postgresql://user:password@host:5432/database.`,
    tlsOnAndOff: (setting: string) => `${setting} demands TLS by ssl=true and forbids it by sslmode=disable.`,
    unknownTlsMode: (setting: string) =>
      `${setting} has an sslmode we do not know: use disable, require, verify-ca, verify-full or no-verify.`,
    certificateUnreadable: (setting: string, file: string) =>
      `${setting} names the certificate file ${file}, which cannot be read.`,
  },

  server: {
    answers: (version: string) => `PostgreSQL ${version} answers.`,
    tooOld: (version: string) => `PostgreSQL ${version} answers; Rapport needs 14 or newer: update it.`,
    wrongEncoding: (encoding: string) =>
      `The database keeps text as ${encoding}, which has no room for emoji and most scripts: make one with \`createdb --encoding=UTF8 --template=template0\`, and name it in DATABASE_URL.`,
    standby: "This is a standby that takes no changes: set DATABASE_URL to the primary server.",
    readOnly:
      "The database takes no changes, since default_transaction_read_only is on: turn it off for this user (`alter role … set default_transaction_read_only = off`), or set DATABASE_URL to another one.",
    clockAgrees: "Its clock agrees with ours.",
    clockDiffers: (seconds: number) =>
      `Its clock and ours differ by ${seconds} s: let both machines keep time by NTP.`,
    roomSoonGone: (megabytes: number) => `${roomLeft(megabytes)}: make room on it soon.`,
    roomGone: (megabytes: number) => `${roomLeft(megabytes)}: make room on it, or PostgreSQL stops.`,
  },
  rights: {
    granted: (schemas: readonly string[]) => `The user may make and use ${named(schemas)}.`,
    missing: (schemas: readonly string[]) =>
      `The user in DATABASE_URL may not make ${named(schemas)}: grant it CREATE on the database.`,
    tablesOfOthers: (owner: string) =>
      `The tables in the schema rapport belong to ${owner}, and the user in DATABASE_URL may not use them: name ${owner} there, or run \`reassign owned by\` as an administrator.`,
  },
  pooler: {
    noSessions:
      "DATABASE_URL leads through a pooler that gives each transaction another connection (pgbouncer in transaction mode, for instance): set DATABASE_DIRECT_URL to the PostgreSQL behind it, for locks and notifications.",
    directNotDirect:
      "DATABASE_DIRECT_URL leads through a pooler that gives each transaction another connection: it should be the address of the PostgreSQL itself.",
    noTransactions:
      "DATABASE_URL leads through a pooler that takes no transactions: set its pool_mode to transaction.",
    sameDatabase: "DATABASE_URL and DATABASE_DIRECT_URL lead to the same database.",
    differentDatabases:
      "DATABASE_URL and DATABASE_DIRECT_URL lead to different databases: both should name the same.",
  },

  tables: {
    toBeMade: "The tables are made at the first start.",
    upToDate: "The tables are up to date.",
    older: (steps: number) => `The next start brings the tables up to date (${steps} steps).`,
    newer: "The tables are of a newer Rapport: start that version, or use another DATABASE_URL.",
    setUpByNewer:
      "The database was set up by a newer version of Rapport: start that version, or use another DATABASE_URL.",
    locked: ({ seconds, holder }: { seconds: number; holder: LockHolder }) =>
      `Another connection has kept the tables locked for ${seconds} s: ${described(holder)}. If no other Rapport is starting there, end it in the database with \`select pg_terminate_backend(${holder.pid})\`, then start again.`,
  },
  unserved: ({ platform, waiting }: { platform: string; waiting: number }) =>
    `${waiting === 1 ? "One message waits" : `${waiting} messages wait`} for ${platform}, which no process serves: answered when one with its token runs.`,

  otherSecretKey:
    "SECRET_KEY should be the one that the installations were stored with: it does not open them.",
  turnGone: "This answer is no longer kept.",
};

interface LockHolder {
  readonly pid: number;
  readonly application: string | null;
  readonly address: string | null;
  readonly since: string | null;
}

const described = ({ application, address, since }: LockHolder) =>
  `"${application || "no name"}" from ${address ?? "this machine"}, connected since ${since ?? "a time that it hides"}`;

const named = (schemas: readonly string[]) => `the schema${schemas.length > 1 ? "s" : ""} ${listed(schemas)}`;

const roomLeft = (megabytes: number) => `The disk of the database has ${Math.floor(megabytes)} MB left`;
