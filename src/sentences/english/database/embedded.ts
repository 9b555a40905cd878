const noWriting = (folder: string) =>
  `This user may not write to ${folder}, where the database is kept: give that folder to the user who starts Rapport, or set DATA_DIR to another one.`;
const noFolder = (folder: string) =>
  `${folder}, where the database is kept, is a file: set DATA_DIR to a folder.`;

/** Why the embedded PostgreSQL does not start, and what to do. */
export const embedded = {
  /** Every failure names the way that needs no embedded server. */
  cannotRun: (why: string) =>
    `The embedded PostgreSQL cannot run here: ${why}. Set DATABASE_URL to a PostgreSQL of your own instead.`,
  why: {
    notInstalled: (system: string, processor: string) =>
      `there is none for ${system} on ${processor}, or it was not installed`,
    unwritable: (folder: string) => `${folder} cannot be written`,
    programsFail: "its programs do not start (they need glibc, so not Alpine)",
    programForbidden: (program: string) => `the one it runs as may not use ${program}`,
    programsNotCopied: (folder: string) => `its programs cannot be copied to ${folder}`,
    noDataFolder: "its data folder cannot be made",
    itSays: (lines: string) => `it says: ${lines}`,
    startedByAnother: "another process has been starting it for a minute",
    noAccount: "this process runs under a user id that has no account on this system",
    userNotMade: "this is root, which PostgreSQL refuses, and the user postgres cannot be made",
    noUser: "this is root, which PostgreSQL refuses, and there is no user postgres",
    noWayTo: (folder: string) =>
      `root runs it as another user, who may not enter ${folder}; move Rapport to a folder like /opt, or start it as a plain user`,
    noSharedFolder: (folder: string) =>
      `root runs it as another user, for whom ${folder} cannot be made; set DATA_DIR to a folder that others may enter`,
    foreignFolder: (folder: string) => `${folder} belongs to another user: remove it`,
  },
  /** What is wrong with the folder, by the code of the system's error. */
  folder: {
    EACCES: noWriting,
    EPERM: noWriting,
    EROFS: (folder: string) =>
      `${folder}, where the database is kept, is on a disk that takes no changes: set DATA_DIR to another folder.`,
    ENOENT: (folder: string) =>
      `${folder}, where the database is kept, cannot be made there: set DATA_DIR to another folder.`,
    EEXIST: noFolder,
    ENOTDIR: noFolder,
    ENOSPC: (folder: string) =>
      `The disk of ${folder}, where the database is kept, is full: make room, or set DATA_DIR to another folder.`,
  },
};
