/** An app with a command, a shortcut, a Home and an agent view, as far as the page's tests need one. */
export const manifestUnderTest = {
  display_information: { name: "Rapport" },
  features: {
    agent_view: {
      agent_description: "Chat with personas that remember you.",
      suggested_prompts: [{ title: "Who is here?", message: "persona list" }],
    },
    app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
    bot_user: { display_name: "rapport" },
    slash_commands: [
      {
        command: "/chat",
        description: "Talk to a persona in a thread of its own",
        usage_hint: "MESSAGE [persona]",
        should_escape: true,
      },
    ],
    shortcuts: [
      {
        type: "message",
        name: "Remember this",
        callback_id: "remember",
        description: "The same as /memory remember.",
      },
    ],
  },
  oauth_config: {
    scopes: {
      bot: [
        "app_mentions:read",
        "assistant:write",
        "channels:history",
        "channels:read",
        "chat:write",
        "chat:write.customize",
        "commands",
        "im:history",
        "im:write",
        "users:read",
      ],
    },
  },
  settings: {
    event_subscriptions: {
      bot_events: [
        "agent_session_stopped",
        "app_home_opened",
        "app_mention",
        "message.channels",
        "message.im",
      ],
    },
    interactivity: { is_enabled: true },
  },
};
