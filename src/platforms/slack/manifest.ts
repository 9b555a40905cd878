import type { Action, Command, Menu } from "../../core/commands/declaration.ts";
import { optionSyntax } from "../../core/commands/option-specs.ts";
import { truncate } from "../../core/text/truncate.ts";
import { sentences } from "../../sentences/sentences.ts";
import { SUGGESTED_PROMPTS } from "./app-home.ts";
import { callbackOf } from "./interactions/decode-interaction.ts";
import { EVENTS, OPTIONAL_SCOPES, requiredScopes } from "./web-api/methods.ts";

/** Slack's limits, from its reference of manifests. */
const COMMANDS = 25;
const SHORTCUTS = 10;
const SHORTCUT_NAME = 24;
const DESCRIPTION_LENGTH = 150;
const HINT_LENGTH = 1_000;

const NAME = "Rapport";

export interface ManifestOptions {
  readonly commands: readonly Command[];
  readonly menus: readonly Menu[];
  /** Where Slack reaches us by HTTP; absent: Socket Mode. */
  readonly url?: string | undefined;
}

/** Slack calls nobody without encryption. */
export const isCallable = (url: string): boolean => URL.canParse(url) && new URL(url).protocol === "https:";

/** The app as Slack's settings take it: made from what people can type and from what the code calls. */
export function slackManifest({ commands, menus, url }: ManifestOptions): object {
  if (commands.length > COMMANDS) throw new Error(`${commands.length} commands are more than Slack takes`);
  if (menus.length > SHORTCUTS) throw new Error(`${menus.length} menus are more than Slack takes`);
  const requests = url === undefined ? undefined : `${url.replace(/\/$/, "")}/slack/events`;
  return {
    _metadata: { major_version: 2, minor_version: 1 },
    display_information: { name: NAME, description: sentences.slack.app.description },
    features: {
      agent_view: {
        agent_description: sentences.slack.app.agent,
        suggested_prompts: SUGGESTED_PROMPTS,
      },
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: NAME.toLowerCase(), always_online: true },
      slash_commands: commands.map((command) => ({
        command: `/${command.name}`,
        description: truncate(command.description, DESCRIPTION_LENGTH),
        ...hintOf(command),
        // Names of people and channels come with their ids, as they do in messages.
        should_escape: true,
        ...(requests !== undefined && { url: requests }),
      })),
      shortcuts: menus.map((menu) => ({
        type: "message",
        name: truncate(menu.label, SHORTCUT_NAME),
        callback_id: callbackOf(menu),
        description: sentences.slack.app.sameAs(
          [menu.command.name, menu.command.action].filter(Boolean).join(" "),
        ),
      })),
    },
    oauth_config: {
      ...(url !== undefined && { redirect_urls: [`${url.replace(/\/$/, "")}/slack/oauth_redirect`] }),
      scopes: { bot: requiredScopes(), bot_optional: OPTIONAL_SCOPES },
    },
    settings: {
      event_subscriptions: {
        ...(requests !== undefined && { request_url: requests }),
        bot_events: Object.keys(EVENTS),
      },
      interactivity: { is_enabled: true, ...(requests !== undefined && { request_url: requests }) },
      org_deploy_enabled: false,
      socket_mode_enabled: url === undefined,
      token_rotation_enabled: false,
    },
  };
}

/** What can stand behind a command; Slack refuses an empty one. */
function hintOf(command: Command): { readonly usage_hint?: string } {
  const hint = command.action
    ? optionsHint(command.action)
    : Object.entries(command.actions)
        .map(([name, action]) => `${name} ${optionsHint(action)}`.trim())
        .join(" | ");
  return hint === "" ? {} : { usage_hint: truncate(hint, HINT_LENGTH) };
}

const optionsHint = ({ options }: Action): string => optionSyntax(options).join(" ");
