import { z } from "zod";
import { startChat } from "../../harness/platforms.ts";
import { answerParent } from "./answer-parent.ts";
import { Watcher } from "./watcher.ts";

/** Discord or Slack as a process of its own, with Alice, who takes the time: nothing else runs where the clock is read. */
const Settings = z.object({ platform: z.enum(["discord", "slack"]), limits: z.boolean() });

const Asked = z.object({ thread: z.string(), text: z.string(), last: z.string() });

const Order = z.discriminatedUnion("do", [
  z.object({ do: z.literal("begin"), where: z.string(), text: z.string(), last: z.string() }),
  z.object({ do: z.literal("ask"), asked: z.array(Asked) }),
  z.object({ do: z.literal("add channels"), names: z.array(z.string()) }),
  z.object({ do: z.literal("count requests") }),
]);

const { platform, limits } = Settings.parse(JSON.parse(process.argv[2] ?? ""));
const chat = await startChat(platform);
if (!limits) chat.switchLimitsOff();
const watcher = new Watcher(chat);
const { journal } = "discord" in chat ? chat.discord : chat.slack;

function addChannel(name: string): void {
  if ("discord" in chat) chat.discord.addChannel(name);
  else chat.slack.addChannel(name);
}

async function obey(question: unknown): Promise<unknown> {
  const order = Order.parse(question);
  switch (order.do) {
    case "begin":
      return watcher.begin(order);
    case "ask":
      return Promise.all(order.asked.map((each) => watcher.ask(each)));
    case "add channels":
      return order.names.forEach(addChannel);
    default:
      return {
        requests: journal.entries.at(-1)?.id ?? 0,
        limited: journal.entries.filter(({ status }) => status === 429).map(({ id }) => id),
      };
  }
}

answerParent(obey);
process.send?.({ connection: chat.connection });
