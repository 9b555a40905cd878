import { describe } from "vitest";
import { agentsContract } from "../contracts/agents/agents-contract.ts";
import { ownLetta, realLetta } from "./servers/letta-servers.ts";

describe("on the sandbox's Letta", () => agentsContract(() => ownLetta({ redis: true })));

describe("on the sandbox's Letta without Redis", () => agentsContract(() => ownLetta({ redis: false })));

const url = process.env.LETTA_TEST_URL;
if (url) describe("on a real Letta", () => agentsContract(() => Promise.resolve(realLetta(url))));
