import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { connectionConfig } from "../../src/storage/postgres/address.ts";
import { openStorage } from "../../src/storage/storage.ts";
import { recordingLog } from "./servers/databases.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "rapport-tls-"));
const ca = path.join(folder, "ca.pem");
writeFileSync(ca, "a certificate");
afterAll(() => rmSync(folder, { recursive: true }));

const at = (query: string) => `postgresql://u:p@db.example:5433/rapport${query}`;

describe("how a connection is encrypted", () => {
  test.each([
    ["", false],
    ["?sslmode=disable", false],
    ["?sslmode=require", { rejectUnauthorized: false }],
    ["?sslmode=no-verify", { rejectUnauthorized: false }],
    ["?sslmode=verify-full", { rejectUnauthorized: true }],
    ["?ssl=true", { rejectUnauthorized: true }],
    ["?sslmode=verify-full&sslrootcert=system", { rejectUnauthorized: true }],
    [`?sslmode=verify-full&sslrootcert=${ca}`, { ca: "a certificate", rejectUnauthorized: true }],
  ])("%s", (query, ssl) => {
    expect(connectionConfig(at(query))).toEqual({ connectionString: at(""), ssl });
  });

  test.each([`?sslmode=require&sslrootcert=${ca}`, `?sslmode=verify-ca&sslrootcert=${ca}`])(
    "by a certificate of this authority, for any host: %s",
    (query) => {
      const { ssl } = connectionConfig(at(query));
      expect(ssl).toMatchObject({ ca: "a certificate", rejectUnauthorized: true });
      expect(ssl).toHaveProperty("checkServerIdentity");
    },
  );

  test("other parameters stay", () => {
    const { connectionString } = connectionConfig(
      "postgresql:///rapport?sslmode=disable&host=/run/postgresql",
    );
    expect(connectionString).toBe("postgresql:///rapport?host=%2Frun%2Fpostgresql");
  });
});

test.each([
  ["mysql://localhost/rapport", /^DATABASE_URL must be an address/],
  [at("?sslmode=prefer"), /^DATABASE_URL .*sslmode/],
  [at("?ssl=true&sslmode=disable"), /^DATABASE_URL demands TLS .* forbids it/],
  [at("?sslmode=verify-full&sslrootcert=/nowhere.pem"), /^DATABASE_URL .*nowhere\.pem/],
])("%s is refused by a sentence that names the setting", (url, sentence) => {
  const refusal = (userMessage: RegExp) =>
    expect.objectContaining({ code: "misconfigured", userMessage: expect.stringMatching(userMessage) });
  expect(() => connectionConfig(url)).toThrow(refusal(sentence));
  const direct = new RegExp(sentence.source.replace("DATABASE_URL", "DATABASE_DIRECT_URL"));
  expect(() => connectionConfig(url, "DATABASE_DIRECT_URL")).toThrow(refusal(direct));
});

test("where TLS is demanded nothing is sent in the clear to a server that has none", async () => {
  const heard: Buffer[] = [];
  const server = createServer((socket) => {
    socket.on("data", (data) => {
      heard.push(data);
      socket.write("N");
    });
    socket.on("error", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port }: AddressInfo = JSON.parse(JSON.stringify(server.address()));
  const url = `postgresql://alice:secret@127.0.0.1:${port}/rapport?sslmode=require`;
  await expect(openStorage({ url, log: recordingLog() })).rejects.toThrow("SSL");
  // The request for TLS: its length, and a number that stands for it.
  expect(Buffer.concat(heard).toString("hex")).toBe("0000000804d2162f");
  server.close();
});
