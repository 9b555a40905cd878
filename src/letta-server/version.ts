/** What a server of some version can do. Source: the project's tags, 0.16.1 to 0.16.7. */
export interface Abilities {
  readonly version: string;
  /** Since 0.16.2. */
  readonly conversations: boolean;
  /** Since 0.16.4. */
  readonly conversationUpdates: boolean;
  /** Since 0.16.5: deleting conversations, recompiling agents. Before, the prompt was refreshed at every step. */
  readonly recompile: boolean;
  /** Since 0.16.6. */
  readonly defaultConversation: boolean;
  /** Since 0.16.7. */
  readonly conversationRecompile: boolean;
  /** Until 0.16.6. */
  readonly blockLimitEnforced: boolean;
  readonly defaultBlockLimit: number;
}

export function abilitiesOf(version: string): Abilities {
  const patch = patchOf(version);
  return {
    version,
    conversations: patch >= 2,
    conversationUpdates: patch >= 4,
    recompile: patch >= 5,
    defaultConversation: patch >= 6,
    conversationRecompile: patch >= 7,
    blockLimitEnforced: patch < 7,
    defaultBlockLimit: patch >= 6 ? 100_000 : 20_000,
  };
}

function patchOf(version: string): number {
  const [, patch] = /^0\.16\.(\d+)$/.exec(version) ?? [];
  if (patch === undefined) throw new Error(`The sandbox's Letta knows versions 0.16.x, not ${version}.`);
  return Number(patch);
}
