import { z } from "zod";
import { parsedJson } from "../../items.ts";
import type { Turn } from "../heard.ts";
import { utterance } from "../heard.ts";
import type { ModelMessage } from "../model.ts";
import { isAbout, nameIn, toYou } from "./facts.ts";
import { type Intent, intentsOf, SOMEBODY } from "./intents.ts";
import { longStory } from "./long-story.ts";
import { blocksIn, personaIn, type SeenPersona } from "./prompt-reading.ts";

export interface Occasion {
  readonly agentName: string;
  /** The compiled prompt. */
  readonly prompt: string;
  readonly turn: Turn;
  readonly intents: readonly Intent[];
}

const DEMO = "offline demo";
const NOTICE = `_Hello! This is an ${DEMO}: no language model is connected, simple rules answer. Set \`OPENAI_BASE_URL\` to connect one._`;

/** What is said when all tools have run. */
export function reply(occasion: Occasion): string {
  const { turn, intents } = occasion;
  const persona = personaIn(occasion.prompt, occasion.agentName);
  const answers = intents.map((intent) => answerTo(intent, occasion, persona));
  const text = [...new Set([...answers, ...turn.pictures.map(pictureRemark)])].join("\n\n");
  // Said once in what the model sees: also when a language model has answered here before.
  const isSaid = turn.before.some(({ role, content }) => role === "assistant" && content.includes(DEMO));
  return isSaid ? text : `${NOTICE}\n\n${text}`;
}

function answerTo(intent: Intent, occasion: Occasion, persona: SeenPersona): string {
  const { speaker } = intent;
  switch (intent.type) {
    case "fact":
      return failedCall(occasion, intent.note)
        ? `I could not write that down${toName(speaker)}: my notes cannot be changed here.`
        : `Got it${toName(speaker)}: ${toYou(intent.note, speaker)}. I have noted it and will know it in every thread.`;
    case "keep":
      return `I will remember that${toName(speaker)}: ${intent.note}`;
    case "forget":
      return failedCall(occasion, intent.note)
        ? `I have no such note${toName(speaker)}.`
        : `Forgotten${toName(speaker)}. It is no longer in my notes.`;
    case "name-asked":
      return nameAnswer(speaker, notesIn(occasion));
    case "about-me":
      return aboutMe(speaker, occasion);
    case "about-you":
      return `I am ${persona.name}${persona.about ? `: ${persona.about}` : "."}`;
    case "about-topic":
      return aboutTopic(intent.topic, occasion);
    case "long":
      return longStory(persona.name);
    case "greeting":
      return greeting(speaker, persona, occasion);
    case "thanks":
      return `You're welcome${toName(speaker)}!`;
    case "goodbye":
      return `See you${toName(speaker)}. I will remember what we talked about.`;
    case "help":
      return help(persona);
    case "other":
      return smallTalk(intent.text, speaker, occasion);
  }
}

/** A picture can be weighed without a model, not looked at. */
function pictureRemark(dataUrl: string): string {
  const [, kind = "picture", data = ""] = /^data:image\/([a-z0-9.+-]+);base64,(.*)$/is.exec(dataUrl) ?? [];
  const kilobytes = Math.max(1, Math.round(Buffer.byteLength(data, "base64") / 1_000));
  return `I was shown a ${kind.toUpperCase()} of ${kilobytes.toLocaleString("en")} kB, but I cannot look at it: that takes a language model that sees.`;
}

const toName = (speaker: string): string => (speaker === SOMEBODY ? "" : `, ${speaker}`);

/**
 * Every note that can be seen: blocks in the prompt, and what people have told in this conversation since that
 * prompt was compiled.
 */
function notesIn({ prompt, turn }: Occasion): readonly string[] {
  const stored = blocksIn(prompt)
    .filter(({ label }) => label !== "persona")
    .flatMap(({ value }) => value.split("\n"));
  const told = turn.before
    .filter(({ role }) => role === "user")
    .flatMap(({ content }) => intentsOf(utterance(content)))
    .flatMap((intent) => (intent.type === "fact" || intent.type === "keep" ? [intent.note] : []));
  const notes = [...stored, ...told].map((note) => note.trim()).filter((note) => note !== "");
  return [...new Set(notes)];
}

function nameAnswer(speaker: string, notes: readonly string[]): string {
  const name = notes.map((note) => nameIn(note, speaker)).findLast((found) => found !== undefined);
  if (name) return `Your name is ${name}. You told me so.`;
  if (speaker === SOMEBODY) return 'I do not know your name yet. Tell me: "my name is …".';
  return `I see you here as ${speaker}; you have not told me another name yet.`;
}

function aboutMe(speaker: string, occasion: Occasion): string {
  const found = [...notesIn(occasion), ...passagesFound(occasion)];
  const notes = [...new Set(found)].filter((note) => speaker === SOMEBODY || isAbout(note, speaker));
  if (notes.length === 0) {
    return `Nothing yet${toName(speaker)}. Tell me something, like "I like green tea", and I will keep it.`;
  }
  return [
    `This is what I know about you${toName(speaker)}:`,
    ...notes.map((note) => `- ${toYou(note, speaker)}`),
  ].join("\n");
}

function aboutTopic(topic: string, occasion: Occasion): string {
  const words = topic.toLowerCase().match(/[\p{L}\p{N}'-]{3,}/gu) ?? [];
  const notes = notesIn(occasion).filter((note) => words.some((word) => note.toLowerCase().includes(word)));
  const remembered = [...new Set([...notes, ...passagesFound(occasion)])];
  if (remembered.length > 0) return ["From memory:", ...remembered.map((note) => `- ${note}`)].join("\n");
  const said = messagesFound(occasion);
  if (said.length > 0) {
    return ["I have no note of it, but this was said:", ...said.map((line) => `> ${line}`)].join("\n");
  }
  return `I have nothing about "${topic}" in memory. Say "remember that …" and I will.`;
}

function greeting(speaker: string, persona: SeenPersona, occasion: Occasion): string {
  const [note] = notesIn(occasion).filter((candidate) => isAbout(candidate, speaker));
  const about = persona.about ? ` ${persona.about}` : "";
  const remembered = note ? ` I remember that ${toYou(note, speaker)}.` : "";
  return `Hello${toName(speaker)}! I am ${persona.name}.${about}${remembered} What is on your mind?`;
}

function help({ name }: SeenPersona): string {
  return [
    `I am ${name}, and without a language model I can still remember. Try:`,
    '- "my name is …", "I like …", "I live in …"',
    '- "remember that the standup is at 9:30"',
    '- "what do you know about me?", "what do you know about the standup?"',
    '- "tell me a long story"',
  ].join("\n");
}

const SMALL_TALK = [
  (said: string, name: string) =>
    `I hear you: "${said}". ${name} would have more to say with a language model. Without one I note what you tell me of yourself, such as "I like tea".`,
  (said: string) =>
    `"${said}", you say. Rules cannot think about that, but they can remember: say "remember that …".`,
  (said: string) =>
    `I heard "${said}", and noted nothing. Ask "what do you know about me?" to see what I did note.`,
] as const;

function smallTalk(text: string, speaker: string, occasion: Occasion): string {
  if (text.trim() === "") return `Yes${toName(speaker)}?`;
  const persona = personaIn(occasion.prompt, occasion.agentName);
  const turns = occasion.turn.before.filter(({ role }) => role === "user").length;
  const say = SMALL_TALK[turns % SMALL_TALK.length] ?? SMALL_TALK[0];
  const said = text.replace(/\s+/g, " ").trim();
  return say(said.length > 80 ? `${said.slice(0, 79)}…` : said, persona.name);
}

/** Whether writing this note down has failed in the end. */
function failedCall({ turn }: Occasion, note: string): boolean {
  const calls = turn.since
    .flatMap(({ toolCalls }) => toolCalls ?? [])
    .filter((call) => call.arguments.includes(JSON.stringify(note)));
  const last = calls.at(-1);
  return last !== undefined && returnOf(turn.since, last.id).startsWith("Error");
}

const hits = z.object({ results: z.array(z.object({ content: z.string() })) });

function found({ turn }: Occasion, tool: string): readonly string[] {
  return turn.since
    .flatMap(({ toolCalls }) => toolCalls ?? [])
    .filter(({ name }) => name === tool)
    .flatMap(({ id }) => hits.safeParse(parsedJson(returnOf(turn.since, id))).data?.results ?? [])
    .map(({ content }) => content);
}

const passagesFound = (occasion: Occasion) => found(occasion, "archival_memory_search");

/** Without the question itself, which is not stored yet but may have been asked before. */
const messagesFound = (occasion: Occasion) =>
  found(occasion, "conversation_search")
    .map((content) => utterance(content))
    .filter(({ text }) => !text.trim().endsWith("?"))
    .map(({ speaker, text }) => (speaker ? `${speaker}: ${text}` : text));

const returnOf = (since: readonly ModelMessage[], id: string): string =>
  since.find(({ toolCallId }) => toolCallId === id)?.content ?? "";
