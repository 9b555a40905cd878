/** What the bot lets the page see of itself: plain data, supplied by the app. */
export interface Inspector {
  /** As this person may see it. Undefined where nobody has talked to a persona yet. */
  place(placeId: string, looker: Looker): Promise<PlaceInsight | undefined>;
  /** Who can be talked to, wherever one is. */
  personas(): Promise<readonly PersonaCard[]>;
  /** Calls when what `place` says may have changed; without a place, anywhere. Returns how to stop it. */
  onChange(listener: (change: { readonly placeId?: string }) => void): () => void;
}

/** Who looks, as the platform knows them. */
export interface Looker {
  readonly id: string;
  readonly name: string;
  /** May manage the server or workspace. */
  readonly manages: boolean;
  /** Let into single places, or of another company; absent: a full member. */
  readonly standing?: "guest" | "outsider" | undefined;
}

type Scope = "workspace" | "person" | "global";
/** Who shares a memory; `group`: those who read some places. */
type Sharing = Scope | "group";

export interface PersonaCard {
  readonly key: string;
  readonly name: string;
  readonly avatar: string | undefined;
  readonly description: string;
  readonly scope: Scope;
  /** The mark of the scope, as people see it elsewhere too. */
  readonly badge: string;
  /** Absent for those that come with the bot. */
  readonly madeBy: string | undefined;
}

export interface PlaceInsight {
  /** Undefined until a turn comes so far that a conversation is made for it. */
  readonly bound: BoundInsight | undefined;
  /** Somebody answers here, from a memory that is not for this person. */
  readonly hidden?: HiddenInsight | undefined;
  /** Newest first. */
  readonly turns: readonly TurnInsight[];
}

interface PersonaInsight {
  readonly key: string;
  readonly name: string;
  readonly avatar: string | undefined;
  readonly description: string;
}

export interface HiddenInsight {
  readonly persona: PersonaInsight;
  /** Why it is not shown, and where one's own is. */
  readonly because: string;
}

/** Who answers in a place, and from which memory. */
export interface BoundInsight {
  readonly persona: PersonaInsight;
  readonly scope: Sharing;
  /** The mark of the scope, as people see it elsewhere too. */
  readonly badge: string;
  /** Who shares it, as people read it elsewhere too: "shared by those who read this thread". */
  readonly meaning: string;
  readonly agentId: string;
  readonly conversationId: string;
  readonly since: number;
  /** Undefined when Letta could never be asked. */
  readonly memory: MemoryInsight | undefined;
  /** When that was so; undefined: it is so now. Letta cannot be asked at present otherwise. */
  readonly memoryAt: number | undefined;
}

/** The five layers. */
export interface MemoryInsight {
  readonly working: {
    readonly messages: number;
    readonly tokens?: number | undefined;
    readonly window?: number | undefined;
  };
  /** Of what has left the working memory. */
  readonly summary?: string | undefined;
  /** For who may edit the persona; nobody else sees it. */
  readonly systemPrompt?: string | undefined;
  readonly blocks: readonly BlockInsight[];
  readonly recall: { readonly count: number; readonly more: boolean };
  /** Newest first. */
  readonly passages: readonly PassageInsight[];
}

export interface BlockInsight {
  readonly label: string;
  readonly value: string;
  readonly limit: number;
  readonly readOnly: boolean;
}

export interface PassageInsight {
  readonly id: string;
  readonly text: string;
  readonly at?: number | undefined;
}

/** One exchange, with the times of what happened, as far as it has. */
export interface TurnInsight {
  readonly id: string;
  readonly state: "running" | "waiting" | "delivered" | "failed";
  /** How many messages it answers. */
  readonly events: number;
  /** When the first of them was stored. */
  readonly acceptedAt?: number | undefined;
  readonly startedAt: number;
  readonly askedAt?: number | undefined;
  readonly runId?: string | undefined;
  readonly firstWordAt?: number | undefined;
  readonly answeredAt?: number | undefined;
  /** Every message of it is painted, or it is known to have failed. */
  readonly endedAt?: number | undefined;
  /** When it last found that it cannot go on and has to try again later. */
  readonly waitingSince?: number | undefined;
  readonly stopped: boolean;
  /** Why it waits or failed. */
  readonly trouble?: Trouble | undefined;
  /** Undefined until it has ended, or when Letta could not be asked before and after. */
  readonly changed?: MemoryChange | undefined;
}

export type Trouble = "letta is away" | "platform is away" | "busy" | "model failed" | "refused" | "unknown";

/** What the memory has become in a turn. */
export interface MemoryChange {
  readonly blocks: readonly {
    readonly label: string;
    readonly before: string;
    readonly after: string;
  }[];
  /** What was put aside. */
  readonly passages: readonly PassageInsight[];
  readonly messages: number;
  readonly tokens: number | undefined;
  readonly recall: number;
}
