/** Long enough to need three Discord messages. */
const LONGER_THAN = 5_000;

const OPENING =
  "# The lighthouse that kept notes\n\nOnce there was a lighthouse on a small island, and in it lived a keeper who wrote everything down.";

const PARAGRAPHS = [
  "Every evening the keeper noted who had passed: the fishing boats by their colours, the ferries by their horns, and the strangers by the songs that came over the water. Nobody had asked for it. But when a storm had scattered the fleet, people rowed out to the island, and the keeper could say who had last been seen where.",
  "One winter the ink froze. The keeper warmed the bottle between two hands and wrote slower, and found that slow writing kept more. A word that takes its time looks around; it notices the gull on the rail and the light in the galley window. By spring the book had doubled and the days had not.",
  "A child came to the island and asked what the notes were for. The keeper thought for a while. They are for later, the keeper said. Now is loud and later is quiet, and in the quiet people come and ask what it was they said, and to whom, and whether they promised anything. Then it is good to have it written down.",
  "So the child was given a page of its own. It wrote down the names of the rocks, and which of them sang at low tide, and that tea was better than soup on a boat. Years afterwards, when the child had a ship and a crew, it still knew where the singing rocks were, and it still asked for tea.",
];

const CODE = [
  "The keeper's whole method fits into a few lines:",
  "```ts",
  "interface Note {",
  "  readonly who: string;",
  "  readonly what: string;",
  "}",
  "",
  "const book: Note[] = [];",
  "",
  "export function write(note: Note): void {",
  "  if (book.some((old) => old.who === note.who && old.what === note.what)) return;",
  "  book.push(note);",
  "}",
  "",
  "export function ask(who: string): readonly string[] {",
  "  return book.filter((note) => note.who === who).map((note) => note.what);",
  "}",
  "```",
].join("\n");

/** A story of more than 5,000 characters with code in the middle: what splitting and editing must survive. */
export function longStory(teller: string): string {
  const parts = [OPENING];
  for (let chapter = 1; parts.join("\n\n").length <= LONGER_THAN; chapter += 1) {
    parts.push(`## Chapter ${chapter}`, ...PARAGRAPHS);
    if (chapter === 2) parts.push(CODE);
  }
  return [...parts, `The end. (Told by ${teller}, from memory.)`].join("\n\n");
}
