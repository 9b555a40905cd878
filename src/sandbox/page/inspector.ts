/** What the bot lets the page see of itself: plain data, supplied by the app. */
export interface Inspector {
  /** Undefined while nobody talks to a persona in this place. */
  place(placeId: string): Promise<PlaceInsight | undefined>;
  /** Calls when what `place` says may have changed; without a place, anywhere. Returns how to stop it. */
  onChange(listener: (change: { readonly placeId?: string }) => void): () => void;
}

export interface PlaceInsight {
  readonly persona: {
    readonly key: string;
    readonly name: string;
    readonly avatar: string | undefined;
    readonly description: string;
  };
  readonly scope: "workspace" | "person" | "global";
  /** The mark of the scope, as people see it elsewhere too. */
  readonly badge: string;
  readonly agentId?: string | undefined;
  readonly conversationId?: string | undefined;
  readonly boundSince?: number | undefined;
  readonly blocks: readonly BlockInsight[];
  readonly passages: readonly PassageInsight[];
  readonly recall: { readonly count: number; readonly more: boolean };
  readonly working: {
    readonly messages: number;
    readonly tokens?: number | undefined;
    readonly window?: number | undefined;
  };
  readonly summary?: string | undefined;
  readonly systemPrompt?: string | undefined;
  /** Newest first. */
  readonly turns: readonly TurnInsight[];
}

export interface BlockInsight {
  readonly label: string;
  readonly value: string;
  readonly limit: number;
  readonly readOnly: boolean;
}

interface PassageInsight {
  readonly id: string;
  readonly text: string;
  readonly at?: number | undefined;
}

export interface TurnInsight {
  readonly id: string;
  readonly state: string;
  readonly startedAt: number;
  readonly askedAt?: number | undefined;
  readonly firstWordAt?: number | undefined;
  readonly endedAt?: number | undefined;
  readonly runId?: string | undefined;
  readonly stopped?: boolean | undefined;
}
