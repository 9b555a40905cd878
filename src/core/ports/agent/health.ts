/** Whether Letta is there. */
export interface AgentHealth {
  /** Calls back whenever nobody is found at the server's address; call the result to hear no more. */
  onUnreachable(listener: () => void): () => void;
  /** A cheap liveness probe without retries; throws when Letta does not answer. */
  ping(): Promise<void>;
  /** Checks address, password, version and models; throws `misconfigured` or `agent_unavailable` with what to do. */
  check(): Promise<{ readonly version: string; readonly model: string }>;
}
