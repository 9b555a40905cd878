/** What is said in another language: that it was recognised, what answers here, and what works. */
interface Language {
  readonly words: RegExp;
  /** One of these alone is enough. */
  readonly greeting: RegExp;
  reply(name: string, persona: string): string;
}

const EXAMPLES = '"remember that my dog is called Rex" · "what do you know about me?"';

const LANGUAGES: readonly Language[] = [
  {
    words:
      /\b(?:ich|und|nicht|ist|mein|meine|meinen|bist|du|dir|mir|mich|kannst|wie|wer|heiße|heißt|heisse|ein|eine|auf|das|für|danke|bitte|merk)\b/gi,
    greeting: /^(?:hallo|moin|servus|grüß|guten)\b/i,
    reply: (name, persona) =>
      `Hallo${name}! Ich bin ${persona}. Hier antworten einfache Regeln ohne Sprachmodell, und die verstehen nur Englisch; notiert habe ich nichts. Das geht: ${EXAMPLES}`,
  },
  {
    words:
      /\b(?:je|tu|vous|est|suis|mon|ma|mes|que|qui|quoi|comment|bien|pas|une|les|avec|pour|merci|appelle|peux)\b/gi,
    greeting: /^(?:bonjour|bonsoir|salut|coucou)\b/i,
    reply: (name, persona) =>
      `Bonjour${name} ! Je suis ${persona}. Ici répondent des règles simples, sans modèle de langue, et elles ne comprennent que l'anglais ; je n'ai rien noté. Ceci marche : ${EXAMPLES}`,
  },
  {
    words:
      /\b(?:yo|tú|usted|eres|soy|mi|mis|que|qué|quién|cómo|como|está|estás|por|para|gracias|llamo|llamas|puedes|una|los|las|hablas)\b/gi,
    greeting: /^(?:hola|buenos|buenas)\b|^[¿¡]/i,
    reply: (name, persona) =>
      `¡Hola${name}! Soy ${persona}. Aquí responden reglas sencillas, sin modelo de lenguaje, y solo entienden inglés; no he anotado nada. Esto funciona: ${EXAMPLES}`,
  },
  {
    words: /\b(?:io|sono|sei|che|chi|come|mio|mia|non|una|gli|con|per|grazie|chiamo|puoi|stai)\b/gi,
    greeting: /^(?:buongiorno|buonasera|salve)\b/i,
    reply: (name, persona) =>
      `Ciao${name}! Sono ${persona}. Qui rispondono semplici regole, senza un modello linguistico, e capiscono solo l'inglese; non ho annotato nulla. Questo funziona: ${EXAMPLES}`,
  },
  {
    words:
      /\b(?:eu|você|voce|não|nao|meu|minha|sou|está|como|quem|para|uma|obrigado|obrigada|chamo|pode)\b/gi,
    greeting: /^(?:olá|ola|bom dia|boa)\b/i,
    reply: (name, persona) =>
      `Olá${name}! Sou ${persona}. Aqui respondem regras simples, sem modelo de linguagem, e só entendem inglês; não anotei nada. Isto funciona: ${EXAMPLES}`,
  },
];

const SCRIPTS: readonly (readonly [script: RegExp, text: string])[] = [
  [
    /\p{Script=Cyrillic}/u,
    "Здесь отвечают простые правила без языковой модели, и они понимают только английский.",
  ],
  [
    /[\p{Script=Hiragana}\p{Script=Katakana}]/u,
    "ここでは言語モデルなしの簡単なルールが答えます。英語だけ分かります。",
  ],
  [/\p{Script=Han}/u, "这里由简单规则回答，没有语言模型，只懂英语。"],
  [/\p{Script=Arabic}/u, "هنا تجيب قواعد بسيطة بلا نموذج لغوي، وهي تفهم الإنجليزية فقط."],
];

const LETTERS_READ = 400;

/** An answer in the language of the text, if it is one that is known here and not English. */
export function foreignReply(text: string, name: string, persona: string): string | undefined {
  const read = text.slice(0, LETTERS_READ);
  const written = SCRIPTS.find(([script]) => script.test(read));
  if (written) return `${written[1]} ${EXAMPLES}`;
  const scored = LANGUAGES.map((language) => ({
    language,
    score:
      new Set(read.toLowerCase().match(language.words) ?? []).size + (language.greeting.test(read) ? 2 : 0),
  }));
  const [best] = scored.toSorted((left, right) => right.score - left.score);
  return best && best.score >= 2 ? best.language.reply(name, persona) : undefined;
}
