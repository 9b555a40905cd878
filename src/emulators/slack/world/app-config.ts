import { z } from "zod";

const command = z.object({
  command: z.string().regex(/^\/[^\s]{1,31}$/),
  description: z.string().min(1).max(2000),
  usage_hint: z.string().max(1000).optional(),
  should_escape: z.boolean().default(false),
  url: z.string().optional(),
});

const shortcut = z.object({
  name: z.string().min(1).max(24),
  type: z.enum(["message", "global"]),
  callback_id: z.string().min(1).max(255),
  description: z.string().max(150),
});

/** The parts of an app manifest that change what an app can do. The rest is let through unread. */
const manifestSchema = z.object({
  display_information: z.object({ name: z.string().min(1).max(35) }),
  features: z
    .object({
      agent_view: z
        .object({
          agent_description: z.string().max(300),
          suggested_prompts: z
            .array(z.object({ title: z.string(), message: z.string() }))
            .max(4)
            .default([]),
        })
        .optional(),
      app_home: z
        .object({
          home_tab_enabled: z.boolean().default(false),
          messages_tab_enabled: z.boolean().default(false),
          messages_tab_read_only_enabled: z.boolean().default(false),
        })
        .default({
          home_tab_enabled: false,
          messages_tab_enabled: false,
          messages_tab_read_only_enabled: false,
        }),
      bot_user: z.object({ display_name: z.string().regex(/^[a-z0-9\-_.]{1,80}$/) }).optional(),
      slash_commands: z.array(command).max(50).default([]),
      shortcuts: z.array(shortcut).max(10).default([]),
    })
    .default({
      app_home: {
        home_tab_enabled: false,
        messages_tab_enabled: false,
        messages_tab_read_only_enabled: false,
      },
      slash_commands: [],
      shortcuts: [],
    }),
  oauth_config: z
    .object({
      redirect_urls: z.array(z.string()).default([]),
      scopes: z.object({
        bot: z.array(z.string()).default([]),
        bot_optional: z.array(z.string()).default([]),
      }),
    })
    .default({ redirect_urls: [], scopes: { bot: [], bot_optional: [] } }),
  settings: z
    .object({
      event_subscriptions: z.object({ bot_events: z.array(z.string()).max(100).default([]) }).optional(),
      interactivity: z.object({ is_enabled: z.boolean() }).optional(),
      token_rotation_enabled: z.boolean().default(false),
    })
    .default({ token_rotation_enabled: false }),
});

type SlashCommand = Omit<z.infer<typeof command>, "url">;
type Shortcut = z.infer<typeof shortcut>;

/** What the app's settings pages say. */
export interface AppConfig {
  readonly name: string;
  readonly botName: string;
  readonly scopes: readonly string[];
  readonly optionalScopes: readonly string[];
  readonly botEvents: ReadonlySet<string>;
  /** Undefined: every command and shortcut that a person tries is there. For tests without a manifest. */
  readonly commands: readonly SlashCommand[] | undefined;
  readonly shortcuts: readonly Shortcut[] | undefined;
  readonly isInteractive: boolean;
  readonly hasHomeTab: boolean;
  readonly hasMessagesTab: boolean;
  /** Undefined when it is no agent: it cannot have sessions, prompts or a Stop button. */
  readonly agent:
    | {
        readonly description: string;
        readonly prompts: readonly { readonly title: string; readonly message: string }[];
      }
    | undefined;
  readonly redirectUrls: readonly string[];
  readonly rotatesTokens: boolean;
}

/** Reads an app manifest as Slack does when an app is made from it; throws when Slack would refuse it. */
export function configFromManifest(manifest: unknown): AppConfig {
  const { display_information, features, oauth_config, settings } = manifestSchema.parse(manifest);
  const agent = features.agent_view;
  return {
    name: display_information.name,
    botName: features.bot_user?.display_name ?? display_information.name.toLowerCase(),
    scopes: oauth_config.scopes.bot,
    optionalScopes: oauth_config.scopes.bot_optional,
    botEvents: new Set(settings.event_subscriptions?.bot_events ?? []),
    commands: features.slash_commands,
    shortcuts: features.shortcuts,
    isInteractive: settings.interactivity?.is_enabled ?? false,
    hasHomeTab: features.app_home.home_tab_enabled,
    hasMessagesTab: features.app_home.messages_tab_enabled,
    agent: agent && { description: agent.agent_description, prompts: agent.suggested_prompts },
    redirectUrls: oauth_config.redirect_urls,
    rotatesTokens: settings.token_rotation_enabled,
  };
}

/** An app with everything that this Slack knows. */
export const defaultConfig: AppConfig = {
  name: "Rapport",
  botName: "rapport",
  scopes: [
    "app_mentions:read",
    "assistant:write",
    "bookmarks:write",
    "channels:history",
    "channels:join",
    "channels:manage",
    "channels:read",
    "chat:write",
    "commands",
    "emoji:read",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "groups:write",
    "im:history",
    "im:read",
    "im:write",
    "mpim:history",
    "mpim:read",
    "mpim:write",
    "pins:write",
    "reactions:read",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "users.profile:read",
    "users:read",
    "users:read.email",
  ],
  optionalScopes: ["chat:write.customize", "chat:write.public"],
  botEvents: new Set([
    "agent_session_stopped",
    "agent_session_title_changed",
    "app_context_changed",
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "channel_id_changed",
    "channel_shared",
    "channel_unshared",
    "channel_unarchive",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_unarchive",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
    "user_change",
  ]),
  commands: undefined,
  shortcuts: undefined,
  isInteractive: true,
  hasHomeTab: true,
  hasMessagesTab: true,
  agent: { description: "Chat with personas that remember you.", prompts: [] },
  redirectUrls: [],
  rotatesTokens: false,
};

/** Those that belong to an event: without them it is not sent. */
export const EVENT_SCOPES: Readonly<Record<string, string>> = {
  app_mention: "app_mentions:read",
  "message.channels": "channels:history",
  "message.groups": "groups:history",
  "message.im": "im:history",
  "message.mpim": "mpim:history",
  channel_archive: "channels:read",
  channel_deleted: "channels:read",
  channel_left: "channels:read",
  channel_shared: "channels:read",
  channel_unshared: "channels:read",
  channel_unarchive: "channels:read",
  group_archive: "groups:read",
  group_deleted: "groups:read",
  group_left: "groups:read",
  group_unarchive: "groups:read",
  reaction_added: "reactions:read",
  reaction_removed: "reactions:read",
  user_change: "users:read",
};
