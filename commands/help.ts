import { z } from "zod";
import { mayManage } from "../src/core/access/owners.ts";
import { type Action, action, type Command, type CommandOf } from "../src/core/commands/declaration.ts";
import { optionSpecs, usageLine } from "../src/core/commands/option-specs.ts";
import { AppError } from "../src/core/domain/errors.ts";
import { personaAt } from "../src/core/personas/catalogue.ts";
import { truncate } from "../src/core/text/truncate.ts";
import { sentences } from "../src/sentences/sentences.ts";

const { help: words } = sentences.commands;

export const help: CommandOf<"help"> = {
  name: "help",
  description: words.description,
  action: action({
    description: words.description,
    private: true,
    options: z.object({
      command: z.string().optional().describe(words.options.command),
    }),
    suggest: {
      command: async (typed, { commands }) =>
        commands
          .filter(({ name }) => name.startsWith(typed.trim().toLowerCase()))
          .map(({ name, description }) => ({ label: `${name} · ${description}`, value: name })),
    },
    async run({ command: name }, context) {
      const manages = mayManage(context, context.author);
      const shown = context.commands.flatMap((command) => allowed(command, manages) ?? []);
      if (name) return { text: one(context.commands, shown, name) };
      const { persona } = await personaAt(context, context.place, context.author);
      const privacy = context.privacyUrl ? `\n\n${words.privacy(context.privacyUrl)}` : "";
      return { text: overview(shown, persona.name) + privacy };
    },
  }),
};

/** Without what this person may not do; undefined when nothing is left. */
function allowed(command: Command, manages: boolean): Command | undefined {
  if (!command.actions || manages) return command;
  const open = Object.entries(command.actions).filter(([, { managersOnly }]) => !managersOnly);
  if (open.length === 0) return undefined;
  return { ...command, actions: Object.fromEntries(open) };
}

function overview(commands: readonly Command[], persona: string): string {
  const lines = commands.map(({ name, description, actions }) => {
    const names = actions ? `\n${Object.keys(actions).join(", ")}` : "";
    return `**/${name}** — ${description}${names}`;
  });
  return [words.overview(persona), ...lines, words.typed].join("\n\n");
}

/** A command with all its actions, or the one action that is named behind it. */
function one(all: readonly Command[], commands: readonly Command[], asked: string): string {
  const [name = "", which] = asked.toLowerCase().replace(/^[!/]/, "").trim().split(/\s+/);
  const command = commands.find((candidate) => candidate.name === name);
  if (!command && all.some((candidate) => candidate.name === name))
    throw new AppError("forbidden", sentences.access.adminsOnly);
  if (!command) throw new AppError("not_found", words.noSuchCommand(truncate(asked, 40)));
  if (command.action) return usage(`/${name}`, command.action);
  const actions = Object.entries(command.actions);
  const meant = actions.filter(([each]) => each === which);
  return (meant.length > 0 ? meant : actions)
    .map(([each, act]) => usage(`/${name} ${each}`, act))
    .join("\n\n");
}

function usage(line: string, { options, description }: Action): string {
  const specs = optionSpecs(options).filter(({ hidden }) => !hidden);
  const details = specs.map((spec) => {
    const choices = spec.choices ? ` ${words.oneOf(spec.choices)}` : "";
    return `• \`${spec.name}\`: ${spec.description}${choices}`;
  });
  return [`**${usageLine(line, options)}** — ${description}`, ...details].join("\n");
}
