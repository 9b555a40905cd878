import { z } from "zod";
import { mayEdit } from "../src/core/access/owners.ts";
import { personName } from "../src/core/access/person-name.ts";
import { oneLine } from "../src/core/agent/user-message.ts";
import { withDeadline } from "../src/core/async/deadline.ts";
import { action, type CommandContext, type CommandOf } from "../src/core/commands/declaration.ts";
import { HIDDEN, TALK } from "../src/core/commands/option-specs.ts";
import { commandLine } from "../src/core/domain/command-lines.ts";
import { AppError } from "../src/core/domain/errors.ts";
import { FORM_LIMITS } from "../src/core/domain/form.ts";
import { PersonId } from "../src/core/domain/model.ts";
import {
  readMemoryContext,
  resolveMemory,
  writableMemoryContext,
  writeBlock,
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
import { rememberLine } from "../src/core/memory/remember.ts";
import { mayChangeAll } from "../src/core/memory/rights.ts";
import { wholePages } from "../src/core/memory/whole-pages.ts";
import { asSaid } from "../src/core/personas/transcript.ts";
import { PEOPLE_BLOCK } from "../src/core/ports/agent/memory.ts";
import type { Button } from "../src/core/ports/platform.ts";
import { fingerprint } from "../src/core/text/fingerprint.ts";
import { truncate } from "../src/core/text/truncate.ts";
import { sentences } from "../src/sentences/sentences.ts";

const { memory: words } = sentences.commands;
const FOUND = 5;
const TEXT_SHOWN = 200;
/** A platform waits three seconds for a form; a slow server gets half of that. */
const FORM_WAIT_MS = 1_500;

export const memory: CommandOf<"memory"> = {
  name: "memory",
  description: words.description,
  actions: {
    show: action({
      description: words.actions.show,
      confidential: true,
      options: z.object({
        page: z.enum(MEMORY_PAGES).optional().describe(words.options.page),
      }),
      async run({ page = "blocks" }, context) {
        const memoryContext = await readMemoryContext(context);
        const isEditor = mayEdit(context, memoryContext.known, context);
        if (page === "prompt" && !isEditor) {
          throw new AppError("forbidden", words.promptIsForEditors);
        }
        const text = await memoryPages[page](context, memoryContext);
        const others = MEMORY_PAGES.filter((each) => each !== page && (each !== "prompt" || isEditor));
        const buttons = others.map((each): Button => {
          const command = commandLine.memoryShow({ page: each });
          return { label: PAGE_NAMES[each], style: "plain", command };
        });
        return { text: [heading(PAGE_NAMES[page], memoryContext), text].join("\n"), buttons };
      },
    }),
    search: action({
      description: words.actions.search,
      confidential: true,
      options: z.object({
        query: z
          .string()
          .trim()
          .min(1, words.options.queryMissing)
          .max(200)
          .describe(words.options.query)
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
        const said = recalled.map(
          ({ text }) => `• ${truncate(asSaid(text).replace(/\s+/g, " "), TEXT_SHOWN)}`,
        );
        const found = [
          section(PAGE_NAMES.blocks, lines.slice(0, FOUND)),
          section(exact ? PAGE_NAMES.archive : words.nearest(PAGE_NAMES.archive), archived),
          section(PAGE_NAMES.recall, said),
        ].filter(Boolean);
        const text = found.join("\n\n") || words.nothingFound(query);
        return { text: [heading(words.searched, memoryContext), text].join("\n") };
      },
    }),
    remember: action({
      description: words.actions.remember,
      changes: true,
      confidential: true,
      options: z.object({
        text: z
          .string()
          .trim()
          .min(1, words.options.textMissing)
          .max(2_000, words.options.textTooLong)
          .describe(words.options.text)
          .meta(TALK),
        said_by: z.string().max(100).optional().describe(words.options.saidBy).meta(HIDDEN),
        said_by_id: z.string().max(200).optional().describe(words.options.saidById).meta(HIDDEN),
        by_outsider: z.boolean().optional().describe(words.options.byOutsider).meta(HIDDEN),
      }),
      async run({ text, said_by: saidBy, said_by_id: speaker, by_outsider: isForeign }, context) {
        if (isForeign) throw new AppError("forbidden", words.notOfOutsiders);
        const { author, place, event, clock, provenance } = context;
        const memoryContext = await writableMemoryContext(context);
        const who = personName(saidBy ? { ...author, name: saidBy } : author);
        const said = words.said(who, oneLine(text));
        const { layer, line } = await rememberLine(context, memoryContext, said);
        await provenance.note({
          agent: memoryContext.agent,
          line,
          author: saidBy === undefined ? author.id : PersonId.optional().parse(speaker),
          askedBy: author.id,
          place,
          event: event.id,
          at: clock.now(),
        });
        const { known, sharing } = memoryContext;
        return { text: words.remembered({ layer, persona: known.persona.name, sharing, line: said }) };
      },
    }),
    edit: action({
      description: words.actions.edit,
      changes: true,
      confidential: true,
      options: z.object({
        block: z.string().default(PEOPLE_BLOCK).describe(words.options.block),
        value: z.string().optional().describe(words.options.value).meta(HIDDEN),
        was: z.string().optional().describe(words.options.was).meta(HIDDEN),
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
          throw new AppError("invalid_input", words.tooLongForForm(label, FORM_LIMITS.valueLength));
        }
        return {
          title: truncate(words.formTitle(memoryContext.known.persona.name), FORM_LIMITS.titleLength),
          command: commandLine.memoryEdit({ block: encodeLabel(label), was: fingerprint(block.value) }),
          fields: [
            {
              name: "value",
              label: truncate(words.formField(label), FORM_LIMITS.labelLength),
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
            text: words.changedMeanwhile,
            files: [file],
          };
        }
        await writeBlock(context, memoryContext, { label, value, expected: block.value });
        return { text: words.changed(label) };
      },
    }),
    forget: action({
      description: words.actions.forget,
      changes: true,
      confidential: true,
      options: z.object({
        what: z.string().trim().max(200).optional().describe(words.options.what).meta(TALK),
        passage: z.string().optional().describe(words.options.passage).meta(HIDDEN),
        block: z.string().optional().describe(words.options.forgetBlock).meta(HIDDEN),
        line: z.string().optional().describe(words.options.line).meta(HIDDEN),
      }),
      async run({ what, passage, block, line }, context) {
        const memoryContext = await readMemoryContext(context);
        if (passage !== undefined) {
          await forgetPassage(context, memoryContext, passage);
          await context.replyChannel.spendButton?.({
            command: commandLine.memoryForget({ passage }),
            isOnly: false,
          });
          return { text: words.forgotten(memoryContext.known.persona.name) };
        }
        if (block !== undefined && line !== undefined) {
          await forgetLine(context, memoryContext, block, line);
          const command = commandLine.memoryForget({ block, line });
          await context.replyChannel.spendButton?.({ command, isOnly: false });
          return { text: words.forgotten(memoryContext.known.persona.name) };
        }
        if (!what) throw new AppError("invalid_input", words.forgetWhat);
        return offerToForget(context, memoryContext, what);
      },
    }),
    export: action({
      description: words.actions.export,
      confidential: true,
      options: z.object({}),
      async run(_options, context) {
        const memoryContext = await readMemoryContext(context);
        const isEditor = mayEdit(context, memoryContext.known, context);
        const parts = await Promise.all(
          MEMORY_PAGES.map(async (page) => {
            const whole = page === "prompt" && !isEditor ? `*${words.promptIsForEditors}*` : undefined;
            return `## ${PAGE_NAMES[page]}\n\n${whole ?? (await wholePages[page](context, memoryContext))}`;
          }),
        );
        const { name, key } = memoryContext.known.persona;
        const text = [`# ${words.exportTitle(name)}`, ...parts].join("\n\n");
        const file = { name: `memory-${key}.md`, contentType: "text/markdown", text: `${text}\n` };
        return { text: heading(words.exported, memoryContext), files: [file] };
      },
    }),
  },
};

const section = (title: string, lines: readonly string[]) =>
  lines.length > 0 ? `**${title}**\n${lines.join("\n")}` : "";

/** A block is everybody's words, so it is edited whole by those who may change them all. */
async function refuseOthers(context: CommandContext): Promise<void> {
  if (mayChangeAll(context, await resolveMemory(context), context)) return;
  throw new AppError("forbidden", words.adminsEdit);
}

async function blocksToWrite(context: CommandContext) {
  const memoryContext = await writableMemoryContext(context);
  return { here: memoryContext, blocks: await context.memory.blocks(memoryContext.agent) };
}

/** A form that would come too late for the platform is refused instead, and nothing stale is shown in it. */
const inTime = <T>({ clock }: CommandContext, work: Promise<T>): Promise<T> =>
  withDeadline(work, {
    clock,
    ms: FORM_WAIT_MS,
    late: (): never => {
      throw new AppError("agent_unavailable", words.slow);
    },
  });
