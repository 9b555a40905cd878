import type { Voice } from "./voice-type.ts";

const upper = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

const plain: Voice = {
  fits: /$^/,
  noted: (name, what) => `Got it${name}: ${what}. I have written it down.`,
  corrected: (name, what, was) => `Changed${name}: ${what}. Until now I had: ${was}.`,
  known: (name, what) => `That I know${name}: ${what}.`,
  forgotten: (name, what) => `Forgotten${name}. I no longer have this: ${what}.`,
  noSuchNote: (name) => `I have no such note${name}, so there is nothing to forget.`,
  recalled: (_, what) => `${upper(what)}. You told me so.`,
  listed: (name) => `This is what I know about you${name}:`,
  nothingYet: (name) => `Nothing yet${name}. Tell me something, like "I like green tea", and I keep it.`,
  noNoteOf: (name, what) => `I have no note on ${what}${name}. Tell me, and I will know it next time.`,
  hello: (name, persona) => `Hello${name}! I am ${persona}.`,
  wellBeing: (name) => `I am well, thank you${name}. And you? What you tell me of yourself, I keep.`,
  welcome: (name) => `You're welcome${name}!`,
  farewell: (name) => `See you${name}. What I noted stays noted.`,
  beyond: (name) =>
    `That takes a language model${name}, and none is connected. I can remember, find things again and sum up.`,
  heard: (name) =>
    `I heard you${name}, and noted nothing: rules only understand plain facts, such as "I live in Kiel".`,
  poem: (topic) => [
    `I was asked for a verse about ${topic},`,
    "and I looked through my notes for a line;",
    "what I found, I have set down before you,",
    "in the hope that the rest is benign.",
  ],
};

const calm: Voice = {
  fits: /\b(?:calm|assistant|plan|decide|organi[sz]e|secretary|schedule|manner|keep track|keeps track)\b/g,
  noted: (name, what) => `Noted${name}: ${what}. I'll bring it up when it matters.`,
  corrected: (name, what, was) => `Corrected${name}: ${what}. The old note, "${was}", is gone.`,
  known: (name, what) => `I have that already${name}: ${what}.`,
  forgotten: (name, what) => `Forgotten${name}: ${what}. It is out of my notes.`,
  noSuchNote: (name) => `I looked${name}, and there is no such note. Nothing had to be removed.`,
  recalled: (_, what) => `${upper(what)}. That is in my notes.`,
  listed: (name) => `Here is what I have on you${name}:`,
  nothingYet: (name) => `My page for you is still empty${name}. A first line could be "I work in Kiel".`,
  noNoteOf: (name, what) => `I have no note of ${what}${name}. If you tell me, I'll hold on to it.`,
  hello: (name, persona) => `Hello${name}, I'm ${persona}.`,
  wellBeing: (name) => `Quite steady, thank you${name}. What is on your list today?`,
  welcome: (name) => `Gladly${name}.`,
  farewell: (name) => `Goodbye${name}. I'll keep your notes in order.`,
  beyond: (name) =>
    `I can't think that through${name}: no language model is connected. Give me the facts, and I'll keep them ready for when one is.`,
  heard: (name) =>
    `I've read that${name}. I only note plain facts by myself; for anything else say "remember that …".`,
  poem: (topic) => [
    `On ${topic}, a tidy line,`,
    "filed between the tea and time;",
    "nothing lost and nothing rushed,",
    "dated, shelved, and gently hushed.",
  ],
};

const warm: Voice = {
  fits: /\b(?:warm|frank|dating|coach|love|funny|friend|friendly|cheerful|kind|heart|supportive|date)\b/g,
  noted: (name, what) => `Oh, good to know${name}: ${what}! I'm keeping that close.`,
  corrected: (name, what, was) => `Ah, my mistake${name}! So ${what}. I've struck out "${was}".`,
  known: (name, what) => `You told me already${name}, and I was listening: ${what}.`,
  forgotten: (name, what) => `Gone${name}, as if you had never said it: ${what}. Forgotten, promise kept.`,
  noSuchNote: (name) => `Nothing like that in my head${name}, so nothing to let go of.`,
  recalled: (_, what) => `${upper(what)}. Of course I remember!`,
  listed: (name) => `Let me brag about what I know of you${name}:`,
  nothingYet: (name) => `We've only just met${name}! Tell me one thing you love, and I'll remember it.`,
  noNoteOf: (name, what) =>
    `You haven't told me about ${what} yet${name}. Go on, I'm curious, and I'll remember.`,
  hello: (name, persona) => `Hey${name}! ${persona} here.`,
  wellBeing: (name) => `Lovely, now that you're here${name}! How are you, honestly?`,
  welcome: (name) => `Any time${name}, I'm on your side!`,
  farewell: (name) => `Take care${name}! I'll remember where we stopped.`,
  beyond: (name) =>
    `I'd love to dig into that${name}, but without a language model I'd only be guessing, and you deserve better. Tell me the who and the when, and I'll keep them.`,
  heard: (name) =>
    `I hear you${name}. My rules can't feel their way into that, but say "remember that …" and it stays with me.`,
  poem: (topic) => [
    `Roses are red, and ${topic} is true,`,
    "my rules are but few, and I use them for you;",
    "a wiser machine would have sung it with art,",
    "but I'll know it by heart, and that is a start.",
  ],
};

const story: Voice = {
  fits: /\b(?:story|stories|tale|tales|adventure|player|players|dice|lantern|chapter|chapters|scene|scenes|keeper|quest|legend)\b/g,
  noted: (name, what) => `So it is written${name}: ${what}. The tale remembers.`,
  corrected: (name, what, was) =>
    `The page is turned${name}: ${what}. "${was}" is struck from the chronicle.`,
  known: (name, what) => `It stands in the chronicle already${name}: ${what}.`,
  forgotten: (name, what) => `The ink fades${name}: ${what}. Forgotten, and in no chapter any more.`,
  noSuchNote: (name) => `I leafed through every page${name}; no such line was ever there.`,
  recalled: (_, what) => `${upper(what)}, so the chronicle says.`,
  listed: (name) => `The chronicle tells this of you${name}:`,
  nothingYet: (name) => `Your page is blank${name}. Who walks in, and what do they carry?`,
  noNoteOf: (name, what) => `The chronicle is silent on ${what}${name}. Speak, and I shall write it down.`,
  hello: (name, persona) => `Well met${name}! I am ${persona}.`,
  wellBeing: (name) => `The lantern burns and the road is open${name}. How fares your hero?`,
  welcome: (name) => `The honour is the keeper's${name}.`,
  farewell: (name) => `Until the next chapter${name}. Your page waits.`,
  beyond: (name) =>
    `That door needs a language model to open${name}, and none stands by. I can keep the chronicle, roll dice, and tell the tale of the lighthouse.`,
  heard: (name) =>
    `The wind carried your words past my quill${name}. Say "remember that …", and they are in the chronicle.`,
  poem: (topic) => [
    `They say that by lantern, at turn of the tide,`,
    `old ${topic} was seen on the far harbour side;`,
    "who wrote it, who sang it, no traveller knew,",
    "but the keeper who kept it has kept it for you.",
  ],
};

const study: Voice = {
  fits: /\b(?:study|learn|learning|teach|teacher|tutor|exercise|explain|hint|example|lesson|student|school)\b/g,
  noted: (name, what) => `Good, that goes into my notes${name}: ${what}.`,
  corrected: (name, what, was) => `Well spotted${name}. Correct is: ${what}. I've crossed out "${was}".`,
  known: (name, what) => `Right, and I had it down already${name}: ${what}.`,
  forgotten: (name, what) => `Rubbed out${name}: ${what}. Forgotten, the page is clean.`,
  noSuchNote: (name) => `I checked page by page${name}: no such note, so nothing to rub out.`,
  recalled: (_, what) => `${upper(what)}. I looked it up in my notes.`,
  listed: (name) => `From my notes on you${name}:`,
  nothingYet: (name) =>
    `My notebook has no entry for you yet${name}. What are you learning? "I study law" would do.`,
  noNoteOf: (name, what) => `No entry on ${what} yet${name}. Teach me, and next time I'll know.`,
  hello: (name, persona) => `Hi${name}, I'm ${persona}.`,
  wellBeing: (name) => `Curious as ever${name}. What shall we look at?`,
  welcome: (name) => `With pleasure${name}. Keep at it!`,
  farewell: (name) => `See you next lesson${name}. My notes stay where they are.`,
  beyond: (name) =>
    `I can't explain that without a language model${name}, and a wrong explanation is worse than none. I can keep what you study and where you stumble.`,
  heard: (name) => `Hm, my rules can't parse that${name}. Try a plain sentence, such as "I study Spanish".`,
  poem: (topic) => [
    `Lesson one is ${topic}: say it slow,`,
    "lesson two is asking what you know;",
    "lesson three, a little try,",
    "and lesson four is asking why.",
  ],
};

const sea: Voice = {
  fits: /\b(?:pirate|captain|sailor|ship|freighter|sail|sails|sea|seas|island|islands|harbour|boat)\b/g,
  noted: (name, what) => `Aye${name}, into the log it goes: ${what}.`,
  corrected: (name, what, was) => `Log amended${name}: ${what}. "${was}" went overboard.`,
  known: (name, what) => `Stands in the log already${name}: ${what}.`,
  forgotten: (name, what) => `Overboard with it${name}: ${what}. Forgotten, and no longer in the log.`,
  noSuchNote: (name) => `No such line in the log${name}. Nothing to throw overboard.`,
  recalled: (_, what) => `${upper(what)}, says the log.`,
  listed: (name) => `The log has this on you${name}:`,
  nothingYet: (name) => `Not a line on you in the log yet${name}. What's your ship called?`,
  noNoteOf: (name, what) => `The log says nothing on ${what}${name}. Report, and I'll enter it.`,
  hello: (name, persona) => `Ahoy${name}! ${persona} at the helm.`,
  wellBeing: (name) => `Fair winds${name}. And below your deck?`,
  welcome: (name) => `Think nothing of it${name}.`,
  farewell: (name) => `Fair winds${name}. The log stays aboard.`,
  beyond: (name) =>
    `Those are waters for a language model${name}, and none is aboard. I keep the log, and find what's in it.`,
  heard: (name) => `Heard over the wind${name}, but it makes no log entry. Say "remember that …".`,
  poem: (topic) => [
    `Haul away on ${topic}, boys, haul away slow,`,
    "the wind's in the rigging, the rhymes are below;",
    "there's no finer verse on this old wooden ship,",
    "for it's all we could load on a rule-driven trip.",
  ],
};

const OTHERS: readonly Voice[] = [calm, warm, story, study, sea];

/** The voice whose words the instructions use most; the plain one when they use none. */
export function voiceOf(instructions: string): Voice {
  const words = instructions.slice(0, 8_000).toLowerCase();
  let best: { readonly voice: Voice; readonly score: number } = { voice: plain, score: 0 };
  for (const voice of OTHERS) {
    const score = new Set(words.match(voice.fits) ?? []).size;
    if (score > best.score) best = { voice, score };
  }
  return best.voice;
}
