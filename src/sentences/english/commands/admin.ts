import { mention } from "../../../core/domain/command-lines.ts";
import { counted, figure, listed } from "../grammar.ts";

const limit = (most: number) => (most === 0 ? "any number" : figure(most));

interface Policy {
  readonly turnsPerPerson: number;
  readonly turnsPerTenant: number;
  readonly tokensPerPerson: number;
  readonly tokensPerTenant: number;
  readonly personaCreators: string;
  readonly personasPerPerson: number;
  readonly retentionDays: number;
}

/** `/admin` */
export const admin = {
  description: "For admins: whom I answer here, and how much.",
  actions: {
    status: "Whether I answer here, whom, and what was used today.",
    pause: "Answer nobody here until somebody resumes.",
    resume: "Answer again.",
    allow: "Lift a denial; else answer only those who are allowed.",
    deny: "Do not answer a person, a role or in a channel.",
    everyone: "Say that those who read this channel are everyone here.",
    limits: "How much a day, and who makes personas; 0 is no limit.",
  },
  options: {
    what: "A person, a role or a channel; `here` for this channel.",
    whatMissing: "name a person, a role or a channel",
    reset: "Back to everyone in the server or workspace.",
    turnsEach: "Answers a day to one person.",
    turnsAll: "Answers a day to everybody together.",
    tokensEach: "Tokens a day for one person.",
    tokensAll: "Tokens a day for everybody together.",
    personasEach: "Personas that one person may make.",
    keepDays: "Days that answers and figures are kept.",
    creators: "Who may make personas.",
    defaults: "Back to what this installation has.",
  },
  paused: `⏸️ I answer nobody here from now on. ${mention("admin", "resume")} ends that. Answers that began already are finished.`,
  resumed: "▶️ I answer again. What was said meanwhile stays unanswered; ask again.",
  deniedNoLonger: (name: string) => `**${name}** is no longer denied.`,
  allowed: (name: string, isChannel: boolean) =>
    isChannel
      ? `**${name}** is allowed. In other channels I answer nobody from now on, unless they are allowed too. ${mention("admin", "deny")} with the same takes it back.`
      : `**${name}** is allowed. Nobody else but admins is answered from now on, unless they are allowed too. ${mention("admin", "deny")} with the same takes it back.`,
  allowedNoLonger: (name: string) => `**${name}** is no longer on the list of the allowed.`,
  deniedChannel: (name: string) =>
    `I no longer answer in **${name}**. ${mention("admin", "allow")} with the same takes it back.`,
  /** Direct messages belong to a workspace on some platforms, and to nobody on others. */
  denied: (name: string, isDirectElsewhere: boolean) =>
    `I no longer answer **${name}** ${isDirectElsewhere ? "in any channel or thread here; in direct messages I still do" : "here, nor in direct messages"}. ${mention("admin", "allow")} with the same takes it back.`,
  notEveryone:
    "Those who read this place were let in one by one, so they cannot stand for everyone here. Use it in the channel that all of you read.",
  everyoneMeans: (readers: string | undefined) =>
    `From now on 🏠 “everyone here” means ${readers === undefined ? "everyone who can join" : `**${readers}**`}. Nothing that is remembered moves.`,
  knownEverywhere: (names: readonly string[]) =>
    `What ${listed(names.map((name) => `**${name}** (🌐)`))} ${names.length === 1 ? "learns" : "learn"} where everyone here reads, ${names.length === 1 ? "it knows" : "they know"} everywhere else in this installation.`,
  limits: (policy: Policy) =>
    [
      `Answers a day: **${limit(policy.turnsPerPerson)}** to one person, **${limit(policy.turnsPerTenant)}** to all together.`,
      `Tokens a day: **${limit(policy.tokensPerPerson)}** for one person, **${limit(policy.tokensPerTenant)}** for all together.`,
      `Personas: **${policy.personaCreators}** may make them, **${limit(policy.personasPerPerson)}** each.`,
      policy.retentionDays === 0
        ? "Answers and figures of use are kept **for ever**."
        : `Answers and figures of use are kept for **${counted(policy.retentionDays, "day")}**.`,
    ].join("\n"),
  status: ({
    pausedBy,
    allowed,
    denied,
    turns,
    tokens,
  }: {
    pausedBy: string | undefined;
    allowed: readonly string[];
    denied: readonly string[];
    turns: number;
    tokens: number;
  }) =>
    [
      pausedBy === undefined
        ? "▶️ I answer here."
        : `⏸️ Paused by **${pausedBy}**. ${mention("admin", "resume")} ends that.`,
      allowed.length > 0 && `Only these are answered: ${allowed.join(", ")}.`,
      denied.length > 0 && `Denied: ${denied.join(", ")}.`,
      `Today (UTC): **${figure(turns)}** answers, **${figure(tokens)}** tokens.`,
    ]
      .filter(Boolean)
      .join("\n"),
  thisChannel: "this channel",
  kinds: { person: "person", role: "role", channel: "channel" },
  ambiguous: (typed: string, meant: readonly string[]) =>
    `“${typed}” may be ${meant.join(" or ")}. Mention the one you mean.`,
  unknown: (typed: string) =>
    `I know nobody and nothing called “${typed}” here. Mention the person, role or channel, or say \`here\` for this channel.`,
};
