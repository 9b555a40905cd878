import { ManualClock } from "@rapport/testing";
import { AgentId, ConversationId } from "../../../src/core/domain/model.ts";
import type { Logger } from "../../../src/core/ports/logger.ts";
import type { AgentPorts } from "../../../src/core/ports/services.ts";
import { lettaAgents } from "../../../src/letta/letta-agents.ts";
import { said } from "../../contracts/agents/agents-under-test.ts";

export const AGENT = AgentId.parse("agent-00000000-0000-4000-8000-000000000001");
export const CONVERSATION = ConversationId.parse("conv-00000000-0000-4000-8000-000000000001");

/** Keeps what was logged, fields and all, so that tests can look for what must not be there. */
export function keptLog() {
  const lines: { readonly level: string; readonly fields: object; readonly message: string }[] = [];
  const at = (level: string) => (fields: object, message: string) => {
    lines.push({ level, fields, message });
  };
  const log: Logger = {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: () => log,
  };
  return { log, lines };
}

export function agentsAt(url: string, options: Partial<Parameters<typeof lettaAgents>[0]> = {}) {
  const kept = keptLog();
  const clock = new ManualClock();
  const agents = lettaAgents({ baseUrl: url, clock, log: kept.log, ...options });
  return { agents, clock, lines: kept.lines };
}

export function send(agents: AgentPorts, text = "hello", signal = new AbortController().signal) {
  return agents.runs.send({
    agent: AGENT,
    conversation: CONVERSATION,
    input: [said(text, `test:${text}`)],
    signal,
  });
}
