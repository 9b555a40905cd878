import { mention } from "../../../core/domain/command-lines.ts";
import { figure } from "../grammar.ts";

/** `/memory` */
export const memory = {
  description: "See, search, correct and take along what a persona remembers.",
  actions: {
    show: "What the persona here remembers, in its five layers.",
    search: "Look through everything the persona here remembers.",
    remember: "Tell the persona here something to remember.",
    edit: "Correct a memory block.",
    forget: "Let the persona here forget something.",
    export: "All that the persona here remembers, as a file.",
  },
  options: {
    page: "One layer; else the memory blocks.",
    query: "What to look for.",
    queryMissing: "say what to look for",
    text: "What to remember.",
    textMissing: "say what to remember",
    textTooLong: "at most 2,000 characters",
    saidBy: "Who said it.",
    saidById: "The same, by id.",
    byOutsider: "They are of another company.",
    block: "Which block; else what is known about people.",
    value: "What it should say.",
    was: "What it said when it was opened.",
    what: "A word of what to forget.",
    passage: "The passage that is meant.",
    forgetBlock: "The block that is meant.",
    line: "The line that is meant.",
  },
  promptIsForEditors: "Only those who may edit this persona see its system prompt.",
  nearest: (page: string) => `${page} (nearest, perhaps not about it)`,
  nothingFound: (query: string) =>
    /\s/.test(query.trim())
      ? `Nothing holds all of “${query}”. Try one word of it.`
      : `Nothing holds “${query}”. Try another word.`,
  searched: "🔎 Memory search",
  notOfOutsiders:
    "What people of other companies say is not remembered. Say it in your own words, and let me remember those.",
  /** As it is remembered. */
  said: (who: string, what: string) => `${who} said: ${what}`,
  remembered: ({
    layer,
    persona,
    sharing,
    line,
  }: {
    layer: string;
    persona: string;
    sharing: string;
    line: string;
  }) => `${layer} **${persona}** remembers now (${sharing}):\n> ${line}`,
  tooLongForForm: (label: string, most: number) =>
    `\`${label}\` has more than ${figure(most)} characters, too many for a form. ${mention("memory", "forget")} removes single lines.`,
  formTitle: (persona: string) => `What ${persona} knows`,
  formField: (label: string) => `Memory block “${label}”`,
  changedMeanwhile:
    "This block changed while you wrote, so nothing was overwritten. What you wrote is in the file; open the form again to see what is new.",
  changed: (label: string) => `\`${label}\` is changed. Running conversations notice at their next answer.`,
  /** What was said is no note: Letta's history has no way of forgetting a part of it. */
  forgotten: (persona: string) =>
    `Out of the notes. What was said stays in the history of its conversation, where **${persona}** can still look it up; ${mention("conversation", "new")} there begins one without it in mind.`,
  forgetWhat: `Say a word of what to forget: ${mention("memory", "forget", "what:tea")}.`,
  exportTitle: (persona: string) => `What ${persona} remembers`,
  exported: "The whole memory",
  adminsEdit: `Only admins edit what everyone here shares. ${mention("memory", "forget")} removes what came from you, ${mention("memory", "remember")} adds.`,
  slow: "Memory answers slowly right now. Try again in a moment.",
};
