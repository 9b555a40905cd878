import { refuseWithReasons, SlackApiError } from "../http/api-error.ts";
import { isObject } from "../wire.ts";
import type { World } from "../world/world.ts";
import { ELEMENTS, IN_ACTIONS, IN_INPUT, IN_SECTION } from "./block-elements.ts";
import {
  anything,
  boolean,
  byType,
  httpsUrl,
  list,
  mrkdwn,
  number,
  oneOf,
  pick,
  plainText,
  type Rule,
  type Shape,
  string,
  textObject,
} from "./block-rules.ts";

export type Surface = "message" | "modal" | "home";

/** Characters of all blocks of a message together [undocumented; slackapi/bolt-js#2509]. */
const ALL_BLOCKS_CHARACTERS = 13_200;
const BLOCKS_IN: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };

const richTextBlock = byType({
  rich_text: { required: { elements: anything }, optional: { block_id: string() } },
});
const image = byType(pick(ELEMENTS, ["image"]));
const cells = list(
  byType({
    rich_text: { required: { elements: anything } },
    raw_text: { required: { text: string({ min: 0 }) } },
    raw_number: { required: { value: anything, text: string() } },
  }),
  { max: 20 },
);

const taskCard: Shape = {
  required: {
    task_id: string(),
    title: string(),
    status: oneOf("pending", "in_progress", "complete", "error"),
  },
  optional: { details: richTextBlock, output: richTextBlock, sources: list(anything, { max: 100 }) },
};

const card: Shape = {
  optional: {
    hero_image: image,
    icon: image,
    title: mrkdwn(150),
    subtitle: mrkdwn(150),
    body: mrkdwn(200),
    actions: list(byType(pick(ELEMENTS, ["button"])), { max: 25 }),
  },
  anyOf: ["hero_image", "title", "actions", "body"],
};

const EVERYWHERE: Readonly<Record<string, Shape>> = {
  actions: { required: { elements: list(byType(pick(ELEMENTS, IN_ACTIONS)), { max: 25 }) } },
  alert: {
    required: { text: textObject(3000) },
    optional: { level: oneOf("default", "info", "warning", "error", "success") },
  },
  context: {
    required: {
      elements: list(
        byType({
          ...pick(ELEMENTS, ["image"]),
          plain_text: { required: { text: string({ max: 3000 }) }, optional: { emoji: boolean } },
          mrkdwn: { required: { text: string({ max: 3000 }) }, optional: { verbatim: boolean } },
        }),
        { max: 10 },
      ),
    },
  },
  divider: {},
  header: { required: { text: plainText(150) } },
  image: {
    required: { alt_text: string({ max: 2000 }) },
    optional: { title: plainText(2000), image_url: string({ max: 3000 }), slack_file: anything },
    anyOf: ["image_url", "slack_file"],
  },
  input: {
    required: { label: plainText(2000), element: byType(pick(ELEMENTS, IN_INPUT)) },
    optional: { hint: plainText(2000), optional: boolean, dispatch_action: boolean },
  },
  rich_text: { required: { elements: list(anything, { max: 1000, min: 0 }) } },
  section: {
    optional: {
      text: textObject(3000),
      fields: list(textObject(2000), { max: 10 }),
      accessory: byType(pick(ELEMENTS, IN_SECTION)),
      expand: boolean,
    },
    anyOf: ["text", "fields"],
  },
  // Unless it is of a domain that the app unfurls, and has the scope links.embed:write: not looked at here.
  video: {
    required: {
      alt_text: string(),
      title: plainText(199),
      thumbnail_url: string(),
      video_url: httpsUrl,
    },
    optional: {
      title_url: httpsUrl,
      description: plainText(199),
      author_name: string({ max: 49 }),
      provider_name: string(),
      provider_icon_url: string(),
    },
  },
};

const IN_MESSAGES: Readonly<Record<string, Shape>> = {
  card,
  carousel: { required: { elements: list(byType({ card }), { max: 10 }) } },
  context_actions: {
    required: { elements: list(byType(pick(ELEMENTS, ["feedback_buttons", "icon_button"])), { max: 5 }) },
  },
  markdown: { required: { text: string({ max: 12_000 }) } },
  plan: {
    required: { title: string() },
    optional: { tasks: list(byType({ task_card: taskCard }, ["block_id"]), { max: 50 }) },
  },
  table: {
    required: { rows: list(cells, { max: 100 }) },
    optional: { column_settings: list(anything, { max: 20 }) },
  },
  data_table: {
    required: { rows: list(cells, { max: 100 }), caption: string() },
    optional: {
      page_size: number({ min: 1, max: 100 }),
      row_header_column_index: number({ min: 0, max: 19 }),
    },
  },
  task_card: taskCard,
};

function withBlockId(shapes: Readonly<Record<string, Shape>>): Readonly<Record<string, Shape>> {
  return Object.fromEntries(
    Object.entries(shapes).map(([type, shape]) => [
      type,
      { ...shape, optional: { ...shape.optional, block_id: string({ max: 255 }) } },
    ]),
  );
}

const inView = byType(withBlockId(EVERYWHERE));
const RULES: Readonly<Record<Surface, Rule>> = {
  message: byType(withBlockId({ ...EVERYWHERE, ...IN_MESSAGES })),
  modal: inView,
  home: inView,
};

/** What is wrong with these blocks, as Slack words it. */
export function faultsInBlocks(blocks: unknown, surface: Surface): string[] {
  const faults: string[] = [];
  const tell = (fault: string) => faults.push(fault);
  list(RULES[surface], { max: BLOCKS_IN[surface], min: surface === "message" ? 0 : 1 })(
    blocks,
    "/blocks",
    tell,
  );
  if (Array.isArray(blocks)) findRepeats(blocks, tell);
  return faults;
}

/** A block_id is there once; an action_id is there once in its block. */
function findRepeats(blocks: readonly unknown[], tell: (fault: string) => void): void {
  const seen = new Set<unknown>();
  for (const [index, block] of blocks.entries()) {
    if (!isObject(block)) continue;
    if (block.block_id !== undefined && seen.has(block.block_id)) {
      tell(`block_id already exists [json-pointer:/blocks/${index}/block_id]`);
    }
    seen.add(block.block_id);
    const actionIds = elementsOf(block).flatMap(({ action_id }) =>
      action_id === undefined ? [] : [action_id],
    );
    if (new Set(actionIds).size < actionIds.length) {
      tell(`action_id already exists [json-pointer:/blocks/${index}/elements]`);
    }
  }
}

/** The elements of a block that a person can use. */
export function elementsOf(block: Readonly<Record<string, unknown>>): Record<string, unknown>[] {
  const { elements, accessory, element, actions } = block;
  const lists = [elements, actions].flatMap((one) => (Array.isArray(one) ? one : []));
  const nested = lists.filter(isObject);
  const inside = block.type === "carousel" ? nested.flatMap(elementsOf) : nested;
  return [...inside, accessory, element].filter(isObject);
}

/** The blocks of a message, with the ids that Slack gives to those that have none. Throws what Slack answers. */
export function checkMessageBlocks(world: World, given: unknown): Record<string, unknown>[] {
  if (!Array.isArray(given)) throw new SlackApiError("invalid_blocks_format");
  const faults = faultsInBlocks(given, "message");
  if (faults.length > 0) throw refuseWithReasons("invalid_blocks", faults);
  if (charactersIn(given) > ALL_BLOCKS_CHARACTERS) throw new SlackApiError("msg_blocks_too_long");
  return fillIds(world, given);
}

export function fillIds(world: World, blocks: readonly unknown[]): Record<string, unknown>[] {
  return blocks.filter(isObject).map((block) => {
    const filled: Record<string, unknown> = structuredClone(block);
    filled.block_id ??= world.ids.next("b");
    for (const element of elementsOf(filled)) {
      if (isInteractive(element)) element.action_id ??= world.ids.next("a");
    }
    return filled;
  });
}

function isInteractive({ type }: Readonly<Record<string, unknown>>): boolean {
  return typeof type === "string" && type in ELEMENTS && type !== "image";
}

/** Characters of every text in it, however deep. */
function charactersIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + charactersIn(one), 0);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce((sum, [name, one]) => {
    const isText = name === "text" && typeof one === "string";
    return sum + (isText ? one.length : charactersIn(one));
  }, 0);
}
