import type { HeardTurn } from "../model/heard-turn.ts";
import { utterance } from "../model/heard-turn.ts";
import { voiceOf } from "../voices/all-voices.ts";
import { foreignReply } from "../voices/foreign-languages.ts";
import { longStory } from "../voices/long-story.ts";
import { pastime, shortStory } from "../voices/pastimes.ts";
import type { Voice } from "../voices/voice-type.ts";
import { type Change, isMeant } from "./changes.ts";
import { factNoted, isAbout, keptIn, nameGiven, slotOfNote, toYou } from "./facts.ts";
import { type Intent, LAST, SOMEBODY } from "./intents.ts";
import { foundBy } from "./notebook.ts";
import { keepsNothing } from "./outsiders.ts";
import { isDone, type Plan, SEARCH_ARCHIVE, SEARCH_TALK, standingLines } from "./plan.ts";
import { instructionsIn, personaIn, type SeenPersona } from "./prompt-reader.ts";
import { recap, stillTold, talkOf } from "./recap.ts";
import { clipped, overlap, stemsOf } from "./words.ts";

export interface Occasion {
  readonly agentName: string;
  /** The compiled prompt. */
  readonly prompt: string;
  readonly turn: HeardTurn;
  readonly plan: Plan;
  readonly now: number;
  /** From 0 to below 1. */
  readonly random: () => number;
}

interface Scene extends Occasion {
  readonly persona: SeenPersona;
  readonly voice: Voice;
  /** What stands in blocks now, without what this turn changes. */
  readonly standing: readonly { readonly text: string }[];
}

const DEMO = "offline demo";
/** Without marks: it is shown while it grows, and may be stopped in the middle. */
const NOTICE = `This is an ${DEMO}: no language model is connected, so simple rules answer. OPENAI_BASE_URL connects one.`;

/** What is said when all tools have run. */
export function reply(occasion: Occasion): string {
  const { turn, plan, prompt } = occasion;
  const scene: Scene = {
    ...occasion,
    persona: personaIn(prompt, occasion.agentName),
    voice: voiceOf(instructionsIn(prompt)),
    standing: standingLines(plan, turn),
  };
  const answers = plan.intents.map((intent) => answerTo(intent, scene));
  const parts = [...answers, ...turn.images.map(pictureRemark), keepsNothing(turn, plan.intents)];
  const text = [...new Set(parts)].filter(Boolean).join("\n\n");
  // Said once in what the model sees: also when a language model has answered here before.
  const isSaid = turn.before.some(({ role, content }) => role === "assistant" && content.includes(DEMO));
  return isSaid ? text : `${NOTICE}\n\n${text}`;
}

function answerTo(intent: Intent, scene: Scene): string {
  const { voice, persona, turn } = scene;
  const name = toName(intent.speaker);
  switch (intent.type) {
    case "note":
    case "forget":
      return changed(intent, scene);
    case "name-asked":
      return nameAnswer(intent.speaker, scene);
    case "about-me":
      return aboutMe(intent.speaker, intent.withName, scene);
    case "about-you":
      return `I am ${persona.name}${persona.about ? `: ${persona.about}` : "."}`;
    case "asked":
      return foreign(intent.question, scene, name) ?? fromMemory(intent, scene);
    case "talked-about":
      return (
        talkOf(foundBy(turn, SEARCH_TALK), { ...intent, now: scene.now }, scene.standing) ||
        `I find nothing that you said before this${name}.`
      );
    case "sum-up":
      return recap(turn, scene.standing) || `Nothing has been said in this thread yet${name}.`;
    case "unkept":
      return `I have read that${name}.`;
    case "poem":
      return poem(intent.topic, intent.speaker, scene);
    case "story-short":
      return shortStory(intent.topic);
    case "long":
      return longStory(persona.name);
    case "greeting":
      return greeting(intent.speaker, scene);
    case "how-are-you":
      return voice.wellBeing(name);
    case "thanks":
      return voice.welcome(name);
    case "goodbye":
      return voice.farewell(name);
    case "help":
      return help(persona);
    case "beyond":
      return foreign(intent.text, scene, name) ?? beyond(intent.text, intent.speaker, scene);
    case "other":
      return foreign(intent.text, scene, name) ?? other(intent.text, name, scene);
    default:
      return pastime(intent, scene) ?? voice.heard(name);
  }
}

const toName = (speaker: string): string => (speaker === SOMEBODY ? "" : `, ${speaker}`);

const foreign = (text: string, { persona }: Scene, name: string) => foreignReply(text, name, persona.name);

/** A picture can be weighed without a model, not looked at. */
function pictureRemark(dataUrl: string): string {
  const comma = dataUrl.indexOf(",");
  const kind =
    /^data:image\/([a-z0-9.+-]{1,20});base64$/i.exec(dataUrl.slice(0, Math.max(0, comma)))?.[1] ?? "picture";
  const kilobytes = Math.max(1, Math.round(Buffer.byteLength(dataUrl.slice(comma + 1), "base64") / 1_000));
  return `I was shown a ${kind.toUpperCase()} of ${kilobytes.toLocaleString("en")} kB, but I cannot look at it: that takes a language model that sees.`;
}

function changed(intent: Extract<Intent, { type: "note" | "forget" }>, scene: Scene): string {
  const change = scene.plan.changes.all.find((one) => one.intent === intent);
  const name = toName(intent.speaker);
  if (!change) return scene.voice.heard(name);
  return intent.type === "note" ? noted(intent, change, scene) : forgotten(intent, change, scene);
}

function noted(
  { note, speaker }: Extract<Intent, { type: "note" }>,
  change: Change,
  { voice, plan, turn }: Scene,
): string {
  const name = toName(speaker);
  const what = keptIn(note, speaker) ?? toYou(note, speaker);
  if (change.adds.length === 0) return voice.known(name, what);
  if (!isDone(change, plan, turn))
    return `I could not write that down${name}: my notes cannot be changed here.`;
  const [old] = change.removes;
  return old ? voice.corrected(name, what, toYou(old.text, speaker)) : voice.noted(name, what);
}

/** "Forgotten" is said of what was taken out of every block and stands in no passage either. */
function forgotten(intent: Extract<Intent, { type: "forget" }>, change: Change, scene: Scene): string {
  const { voice, plan, turn } = scene;
  const { speaker, target } = intent;
  const name = toName(speaker);
  if (target === LAST) return `What shall I forget${name}? Say "forget my dog", or what it is.`;
  const gone = change.removes.length > 0 && isDone(change, plan, turn);
  const kept = [
    ...passagesIn(scene).filter((text) => isMeant({ text }, intent) && isAbout(text, speaker)),
    ...change.fixed.map(({ text }) => text),
  ];
  if (kept.length > 0) {
    const half = gone
      ? "I took it out of my notes, but not out of everything"
      : "I cannot take that out by myself";
    return `${half}${name}. This still stands where I may not change it:\n${listOf(kept, speaker)}\n\`/memory forget\` removes it.`;
  }
  if (gone) return voice.forgotten(name, change.removes.map(({ text }) => toYou(text, speaker)).join("; "));
  if (change.removes.length > 0) return `I could not remove that${name}: my notes cannot be changed here.`;
  if (change.notTheirs.length > 0)
    return `That is not yours to have forgotten${name}: it is about somebody else, or they told me. They can ask me, and who manages this place can.`;
  return voice.noSuchNote(name);
}

const listOf = (notes: readonly string[], speaker: string) =>
  notes.map((note) => `- ${clipped(toYou(note, speaker), 300)}`).join("\n");

const passagesIn = ({ turn }: Scene): readonly string[] =>
  foundBy(turn, SEARCH_ARCHIVE).map(({ content }) => content);

/** Every note that stands, with this turn's own changes; a block's line wins over a passage on the same thing. */
function notesIn(scene: Scene): readonly string[] {
  const { plan, turn, standing } = scene;
  const done = plan.changes.all.filter((change) => isDone(change, plan, turn));
  const gone = new Set(done.flatMap(({ removes }) => removes.map(({ text }) => text)));
  const lines = [
    ...standing.map(({ text }) => text).filter((text) => !gone.has(text)),
    ...done.flatMap(({ adds }) => adds),
  ];
  return [...new Set([...lines, ...passagesIn(scene)])];
}

/** What is known of one person, without what a newer note has overtaken. */
function notesAbout(speaker: string, notes: readonly string[]): readonly string[] {
  const own = notes.filter((note) => isAbout(note, speaker));
  const slots = own.map((note) => slotOfNote(note, speaker));
  return own.filter((_, index) => slots[index] === undefined || slots.indexOf(slots[index]) === index);
}

function nameAnswer(speaker: string, scene: Scene): string {
  const facts = notesIn(scene).flatMap((note) => factNoted(note, speaker) ?? []);
  const own = facts.filter(({ thing }) => thing === undefined).map(nameGiven);
  const name = own.findLast((found) => found !== undefined);
  if (name) return `Your name is ${name}. You told me so.`;
  if (speaker === SOMEBODY) return 'I do not know your name yet. Tell me: "my name is …".';
  return `I see you here as ${speaker}; you have not told me another name yet.`;
}

function aboutMe(speaker: string, withName: boolean, scene: Scene): string {
  const name = toName(speaker);
  const notes = notesAbout(speaker, notesIn(scene));
  const called = withName ? `${nameAnswer(speaker, scene)}\n\n` : "";
  if (notes.length === 0) return `${called}${scene.voice.nothingYet(name)}`;
  return `${called}${scene.voice.listed(name)}\n${listOf(notes, speaker)}`;
}

function fromMemory(intent: Extract<Intent, { type: "asked" }>, scene: Scene): string {
  const { speaker, topic, question, own } = intent;
  const { voice, turn } = scene;
  const name = toName(speaker);
  const stems = stemsOf(topic);
  if (stems.length === 0) return aboutMe(speaker, false, scene);
  const notes = notesIn(scene);
  const mine = own ? notesAbout(speaker, notes) : notes;
  const found = bestOf(mine, stems, /\b(?:name|called|named)\b/i.test(question));
  const [only] = found;
  if (only && found.length === 1) return voice.recalled(name, toYou(only, speaker));
  if (found.length > 1) return `From memory${name}:\n${listOf(found, speaker)}`;
  const talk = foundBy(turn, SEARCH_TALK).map(({ content }) => utterance(content));
  const said = stillTold(ownOrAll(talk, own ? speaker : undefined).toReversed(), scene.standing)
    .filter(({ text }) => !text.trim().endsWith("?") && overlap(stems, text) === stems.length)
    .slice(-5)
    .map((one) => `> ${one.speaker ? `${one.speaker}: ` : ""}${clipped(one.text, 200)}`);
  if (said.length > 0) return ["I have no note of it, but this was said:", ...said].join("\n");
  return voice.noNoteOf(name, askedFor(question, topic));
}

/** "Your dog's name", of a question for it; else what was asked in its own words. */
function askedFor(question: string, topic: string): string {
  const of = /^(?:what|who|where|when|which)(?:'s| is| are| was| were) ([^?]{2,60})/i.exec(question)?.[1];
  const [, named] = /^(.{2,60}) (?:called|named)$/i.exec(of?.trim() ?? "") ?? [];
  const asked = named === undefined ? of?.trim() : `the name of ${named}`;
  if (asked) return asked.replace(/\bmy\b/gi, "your");
  return `"${clipped(topic, 80)}"`;
}

const ownOrAll = (all: readonly ReturnType<typeof utterance>[], speaker: string | undefined) =>
  speaker === undefined ? all : all.filter((one) => one.speaker === speaker || speaker === SOMEBODY);

/** The notes that share the most words with a question; of those a name, when a name is asked for. */
function bestOf(notes: readonly string[], stems: readonly string[], asksName: boolean): readonly string[] {
  const scored = notes.map((note) => ({ note, score: overlap(stems, note) }));
  const most = Math.max(0, ...scored.map(({ score }) => score));
  const best = most === 0 ? [] : scored.filter(({ score }) => score === most).map(({ note }) => note);
  const named = best.filter((note) => /\b(?:called|named|name)\b/.test(note));
  return (asksName && named.length > 0 ? named : best).slice(0, 8);
}

/** A greeting no longer than this only says hello. */
const SALUTE = 12;

function greeting(speaker: string, scene: Scene): string {
  const { persona, voice, turn } = scene;
  const [note] = notesAbout(speaker, notesIn(scene)).toReversed();
  const hello = voice.hello(toName(speaker), persona.name);
  if (note)
    return `${hello} I remember: ${toYou(note, speaker)}. ${turn.before.length > 2 ? "" : "What is on your mind?"}`.trim();
  const { greeting: own = "" } = persona;
  if (own.includes(persona.name)) return own;
  return [hello, persona.about, own.length > SALUTE ? own : "What is on your mind?"]
    .filter(Boolean)
    .join(" ");
}

function help({ name }: SeenPersona): string {
  return [
    `I am ${name}, and without a language model I can still remember. Try:`,
    '- "my dog is called Rex", then in another thread "what is my dog\'s name?"',
    '- "no, my dog is called Max", "forget my dog", "what do you know about me?"',
    '- "remember that the standup is at 9:30", "when is the standup?"',
    '- "what did we talk about?", "summarise this thread", "write a poem", "roll a d20"',
    '- "tell me a long story", and stop me in the middle',
  ].join("\n");
}

function poem(topic: string | undefined, speaker: string, scene: Scene): string {
  const note = notesAbout(speaker, notesIn(scene)).find((one) => factNoted(one, speaker) !== undefined);
  const about = clipped(topic ?? "memory", 40);
  const ending = note ? `\n\n(And I have not forgotten: ${toYou(note, speaker)}.)` : "";
  return `${scene.voice.poem(about).join("\n")}${ending}\n\n_From a fixed form: only a language model writes a new one._`;
}

/** What takes a model is not tried; what is remembered of it may help all the same. */
function beyond(text: string, speaker: string, scene: Scene): string {
  const name = toName(speaker);
  const notes = notesAbout(speaker, notesIn(scene)).filter((note) => overlap(stemsOf(text), note) > 0);
  const known = notes.length > 0 ? `\n\nWhat I have on it:\n${listOf(notes.slice(0, 4), speaker)}` : "";
  return `${scene.voice.beyond(name)}${known}`;
}

function other(text: string, name: string, { voice }: Scene): string {
  if (text.trim() === "") return `Yes${name}?`;
  if (
    /^(?:yes|no|ok|okay|sure|maybe|yep|nope|right|true|cool|nice|great|lol|haha|wow|hm+)[\s.!,]*$/i.test(text)
  )
    return `All right${name}. Tell me a fact to keep, or ask what I know of you.`;
  return voice.heard(name);
}
