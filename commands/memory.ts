import { z } from "zod";
import { mayEdit } from "../src/core/access/owners.ts";
import { personName } from "../src/core/access/person-name.ts";
import { oneLine } from "../src/core/agent/user-message.ts";
import { withDeadline } from "../src/core/async/deadline.ts";
import { action, type Command, type CommandContext } from "../src/core/commands/declaration.ts";
import { HIDDEN, TALK } from "../src/core/commands/option-specs.ts";
import { AppError } from "../src/core/domain/errors.ts";
import { FORM_LIMITS } from "../src/core/domain/form.ts";
import { PersonId } from "../src/core/domain/model.ts";
import {
  type MemoryContext,
  readMemoryContext,
  resolveMemory,
  writableMemoryContext,
} from "../src/core/memory/context.ts";
import {
  encodeLabel,
  forgetLine,
  forgetPassage,
  matchingLines,
  offerToForget,
  writableBlock,
} from "../src/core/memory/forget.ts";
import { heading, MEMORY_PAGES, memoryPages, PAGE_NAMES } from "../src/core/memory/pages.ts";
import { PEOPLE_BLOCK, rememberLine } from "../src/core/memory/remember.ts";
import { mayChangeAll } from "../src/core/memory/rights.ts";
import type { Button } from "../src/core/ports/platform.ts";
import { fingerprint } from "../src/core/text/fingerprint.ts";
import { truncate } from "../src/core/text/truncate.ts";

const FOUND = 5;
const TEXT_SHOWN = 200;
/** A platform waits three seconds for a form; a slow server gets half of that. */
const FORM_WAIT_MS = 1_500;

export const memory: Command = {
  name: "memory",
  description: "See, search, correct and take along what a persona remembers.",
  actions: {
    show: action({
      description: "What the persona here remembers, in its five layers.",
      confidential: true,
      options: z.object({
        page: z.enum(MEMORY_PAGES).optional().describe("One layer; else the memory blocks."),
      }),
      async run({ page = "blocks" }, context) {
        const memoryContext = await readMemoryContext(context);
        const isEditor = mayEdit(context, memoryContext.known, context);
        if (page === "prompt" && !isEditor) {
          throw new AppError("forbidden", "Only those who may edit this persona see its system prompt.");
        }
        const text = await memoryPages[page](context, memoryContext);
        const others = MEMORY_PAGES.filter((each) => each !== page && (each !== "prompt" || isEditor));
        const buttons = others.map((each): Button => {
          const command = { name: "memory", action: "show", options: { page: each } };
          return { label: PAGE_NAMES[each], style: "plain", command };
        });
        return { text: [heading(PAGE_NAMES[page], memoryContext), text].join("\n"), buttons };
      },
    }),
    search: action({
      description: "Look through everything the persona here remembers.",
      confidential: true,
      options: z.object({
        query: z
          .string()
          .trim()
          .min(1, "say what to look for")
          .max(200)
          .describe("What to look for.")
          .meta(TALK),
      }),
      async run({ query }, context) {
        const memoryContext = await readMemoryContext(context);
        const { agent, conversation } = memoryContext;
        const { memory, history } = context;
        const [blocks, { passages, exact }, recalled] = await Promise.all([
          memory.blocks(agent),
          memory.searchPassages(agent, query, FOUND),
          conversation ? history.search(agent, conversation, query, FOUND) : [],
        ]);
        const lines = matchingLines(blocks, query).map(
          ({ label, line }) => `• ${truncate(line, TEXT_SHOWN)} \`${label}\``,
        );
        const archived = passages.map(({ text }) => `• ${truncate(text, TEXT_SHOWN)}`);
        const said = recalled.map(({ text }) => `• ${truncate(text.replace(/\s+/g, " "), TEXT_SHOWN)}`);
        const found = [
          section(PAGE_NAMES.blocks, lines.slice(0, FOUND)),
          section(
            exact ? PAGE_NAMES.archive : `${PAGE_NAMES.archive} (nearest, perhaps not about it)`,
            archived,
          ),
          section(PAGE_NAMES.recall, said),
        ].filter(Boolean);
        const text = found.join("\n\n") || `Nothing holds all of “${query}”. Try one word of it.`;
        return { text: [heading("🔎 Memory search", memoryContext), text].join("\n") };
      },
    }),
    remember: action({
      description: "Tell the persona here something to remember.",
      changes: true,
      confidential: true,
      options: z.object({
        text: z
          .string()
          .trim()
          .min(1, "say what to remember")
          .max(2_000, "at most 2,000 characters")
          .describe("What to remember.")
          .meta(TALK),
        said_by: z.string().max(100).optional().describe("Who said it.").meta(HIDDEN),
        said_by_id: z.string().max(200).optional().describe("The same, by id.").meta(HIDDEN),
        by_outsider: z.boolean().optional().describe("They are of another company.").meta(HIDDEN),
      }),
      async run({ text, said_by: saidBy, said_by_id: speaker, by_outsider: isForeign }, context) {
        if (isForeign)
          throw new AppError(
            "forbidden",
            "What people of other companies say is not remembered. Say it in your own words, and let me remember those.",
          );
        const { author, place, event, clock, provenance } = context;
        const memoryContext = await writableMemoryContext(context);
        const who = personName(saidBy ? { ...author, name: saidBy } : author);
        const words = `${who} said: ${oneLine(text)}`;
        const { layer, line } = await rememberLine(context, memoryContext, words);
        await provenance.note({
          agent: memoryContext.agent,
          line,
          author: saidBy === undefined ? author.id : PersonId.optional().parse(speaker),
          askedBy: author.id,
          place,
          event: event.id,
          at: clock.now(),
        });
        return {
          text: `${layer} **${memoryContext.known.persona.name}** remembers now (${memoryContext.sharing}):\n> ${words}`,
        };
      },
    }),
    edit: action({
      description: "Correct a memory block.",
      changes: true,
      confidential: true,
      options: z.object({
        block: z.string().default(PEOPLE_BLOCK).describe("Which block; else what is known about people."),
        value: z.string().optional().describe("What it should say.").meta(HIDDEN),
        was: z.string().optional().describe("What it said when it was opened.").meta(HIDDEN),
      }),
      suggest: {
        block: async (typed) =>
          [PEOPLE_BLOCK].filter((label) => label.startsWith(typed)).map((label) => ({ label, value: label })),
      },
      async form({ block: asked = PEOPLE_BLOCK, value }, context) {
        if (value !== undefined) return undefined;
        await refuseOthers(context);
        const { here: memoryContext, blocks } = await inTime(context, blocksToWrite(context));
        const block = writableBlock(blocks, asked);
        const { label } = block;
        if (block.value.length > FORM_LIMITS.valueLength) {
          throw new AppError(
            "invalid_input",
            `\`${label}\` has more than ${FORM_LIMITS.valueLength.toLocaleString("en")} characters, too many for a form. \`/memory forget\` removes single lines.`,
          );
        }
        return {
          title: truncate(`What ${memoryContext.known.persona.name} knows`, FORM_LIMITS.titleLength),
          command: {
            name: "memory",
            action: "edit",
            options: { block: encodeLabel(label), was: fingerprint(block.value) },
          },
          fields: [
            {
              name: "value",
              label: truncate(`Memory block “${label}”`, FORM_LIMITS.labelLength),
              kind: "paragraph",
              required: false,
              maxLength: FORM_LIMITS.valueLength,
              ...(block.value && { value: block.value }),
            },
          ],
        };
      },
      async run({ block: asked, value = "", was }, context) {
        await refuseOthers(context);
        const memoryContext = await writableMemoryContext(context);
        const block = writableBlock(await context.memory.blocks(memoryContext.agent), asked);
        const { label } = block;
        if (was !== undefined && was !== fingerprint(block.value)) {
          const file = { name: `${label}.txt`, contentType: "text/plain", text: value };
          return {
            text: "This block changed while you wrote, so nothing was overwritten. What you wrote is in the file; open the form again to see what is new.",
            files: [file],
          };
        }
        await context.memory.writeBlock(memoryContext.agent, label, value, block.value);
        return { text: `\`${label}\` is changed. Running conversations notice at their next answer.` };
      },
    }),
    forget: action({
      description: "Let the persona here forget something.",
      changes: true,
      confidential: true,
      options: z.object({
        what: z.string().trim().max(200).optional().describe("A word of what to forget.").meta(TALK),
        passage: z.string().optional().describe("The passage that is meant.").meta(HIDDEN),
        block: z.string().optional().describe("The block that is meant.").meta(HIDDEN),
        line: z.string().optional().describe("The line that is meant.").meta(HIDDEN),
      }),
      async run({ what, passage, block, line }, context) {
        const memoryContext = await readMemoryContext(context);
        if (passage !== undefined) {
          await forgetPassage(context, memoryContext, passage);
          return { text: "Forgotten." };
        }
        if (block !== undefined && line !== undefined) {
          await forgetLine(context, memoryContext, block, line);
          return { text: "Forgotten." };
        }
        if (!what) throw new AppError("invalid_input", "Say a word of what to forget: `/memory forget tea`.");
        return offerToForget(context, memoryContext, what);
      },
    }),
    export: action({
      description: "All that the persona here remembers, as a file.",
      confidential: true,
      options: z.object({}),
      async run(_options, context) {
        const memoryContext = await readMemoryContext(context);
        const pages = MEMORY_PAGES.filter((page) => page !== "prompt" && page !== "archive");
        const parts = await Promise.all(
          pages.map(
            async (page) => `## ${PAGE_NAMES[page]}\n\n${await memoryPages[page](context, memoryContext)}`,
          ),
        );
        const archive = (await allPassages(context, memoryContext)).map((text) => `- ${text}`).join("\n");
        const { name, key } = memoryContext.known.persona;
        const text = [
          `# What ${name} remembers`,
          ...parts,
          `## ${PAGE_NAMES.archive}\n\n${archive || "Nothing."}`,
        ].join("\n\n");
        const file = { name: `memory-${key}.md`, contentType: "text/markdown", text: `${text}\n` };
        return { text: heading("The whole memory", memoryContext), files: [file] };
      },
    }),
  },
};

const section = (title: string, lines: readonly string[]) =>
  lines.length > 0 ? `**${title}**\n${lines.join("\n")}` : "";

/** A block is everybody's words, so it is edited whole by those who may change them all. */
async function refuseOthers(context: CommandContext): Promise<void> {
  if (mayChangeAll(context, await resolveMemory(context), context)) return;
  throw new AppError(
    "forbidden",
    "Only admins edit what everyone here shares. `/memory forget` removes what came from you, `/memory remember` adds.",
  );
}

async function blocksToWrite(context: CommandContext) {
  const memoryContext = await writableMemoryContext(context);
  return { here: memoryContext, blocks: await context.memory.blocks(memoryContext.agent) };
}

const PASSAGE_PAGE = 100;

async function allPassages({ memory }: CommandContext, { agent }: MemoryContext): Promise<readonly string[]> {
  const texts: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = await memory.passages(agent, { limit: PASSAGE_PAGE, after });
    texts.push(...page.map(({ text }) => text));
    const last = page.at(-1);
    if (!last || page.length < PASSAGE_PAGE) return texts;
    after = last.id;
  }
}

/** A form that would come too late for the platform is refused instead, and nothing stale is shown in it. */
const inTime = <T>({ clock }: CommandContext, work: Promise<T>): Promise<T> =>
  withDeadline(work, {
    clock,
    ms: FORM_WAIT_MS,
    late: (): never => {
      throw new AppError("agent_unavailable", "Memory answers slowly right now. Try again in a moment.");
    },
  });
