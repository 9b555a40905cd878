import { expect, test } from "vitest";
import { asker, nextInteraction, startQuickDiscord, stopAndCheck } from "./clients/quick-discord.ts";

/** Every route once, successfully, so that every answer has been held against Discord's document. */
test("every route answers as Discord's document says", async () => {
  const discord = await startQuickDiscord();
  discord.setRole("Rapport", ["Administrator"]);
  const raw = asker(discord);
  const heard = new Set<string>();
  discord.gateway.onEvent((name) => heard.add(name));
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await raw(method, path, body);
    expect([method, path, answer.status, answer.body.code]).toEqual([
      method,
      path,
      expect.toSatisfy((status: number) => status < 300),
      undefined,
    ]);
    return answer.body;
  };
  const { guildId, applicationId } = discord;
  const bob = discord.person("Bob");
  const channel = `/channels/${discord.channel("#general").id}`;

  await ask("GET", "/gateway");
  await ask("GET", "/gateway/bot");
  await ask("GET", "/users/@me");
  await ask("GET", "/users/@me/guilds");
  await ask("GET", `/users/${bob.id}`);
  await ask("GET", "/applications/@me");
  await ask("GET", "/oauth2/applications/@me");
  await ask("GET", `/guilds/${guildId}?with_counts=true`);
  for (const part of [
    "channels",
    "roles",
    `roles/${guildId}`,
    "members?limit=10",
    "members/search?query=al",
    `members/${bob.id}`,
  ])
    await ask("GET", `/guilds/${guildId}/${part}`);

  const dm = await ask("POST", "/users/@me/channels", { recipient_id: bob.id });
  await ask("GET", `/channels/${dm.id}`);
  await ask("PATCH", channel, { topic: "Tea" });
  await ask("PUT", `${channel}/permissions/${bob.id}`, { type: 1, allow: "0", deny: "2048" });
  await ask("DELETE", `${channel}/permissions/${bob.id}`);
  await ask("POST", `${channel}/typing`);

  const said = await ask("POST", `${channel}/messages`, {
    content: "one",
    embeds: [
      {
        title: "t",
        image: { url: "https://example.org/i.png" },
        author: { name: "a" },
        fields: [{ name: "n", value: "v" }],
      },
    ],
  });
  const message = `${channel}/messages/${said.id}`;
  const more = [
    await ask("POST", `${channel}/messages`, { content: "two" }),
    await ask("POST", `${channel}/messages`, { content: "three" }),
  ];
  await ask("PATCH", message, { content: "edited" });
  const thumb = `${message}/reactions/%F0%9F%91%8D`;
  for (const [method, path] of [
    ["PUT", "/@me"],
    ["GET", ""],
    ["DELETE", "/@me"],
    ["DELETE", `/${bob.id}`],
    ["DELETE", ""],
  ] as const)
    await ask(method, thumb + path);
  await ask("PUT", `${thumb}/@me`);
  await ask("GET", message);
  await ask("GET", `${channel}/messages`);
  await ask("DELETE", `${message}/reactions`);
  await ask("POST", `${channel}/messages/bulk-delete`, { messages: more.map(({ id }) => id) });

  await ask("POST", `${message}/threads`, { name: "on it" });
  await ask("GET", message);
  const thread = await ask("POST", `${channel}/threads`, { name: "alone", type: 11 });
  const hidden = await ask("POST", `${channel}/threads`, { name: "hidden", type: 12, invitable: false });
  const members = `/channels/${thread.id}/thread-members`;
  await ask("PUT", `${members}/@me`);
  await ask("PUT", `${members}/${bob.id}`);
  await ask("GET", members);
  await ask("GET", `${members}/${bob.id}`);
  await ask("DELETE", `${members}/${bob.id}`);
  await ask("DELETE", `${members}/@me`);
  await ask("GET", `/guilds/${guildId}/threads/active`);
  for (const one of [thread, hidden])
    await ask("PATCH", `/channels/${one.id}`, { archived: true, name: "closed" });
  for (const list of [
    "threads/archived/public",
    "threads/archived/private",
    "users/@me/threads/archived/private",
  ])
    await ask("GET", `${channel}/${list}`);
  await ask("DELETE", `/channels/${thread.id}`);

  const made = await ask("POST", `${channel}/webhooks`, { name: "Personas" });
  const webhook = `/webhooks/${made.id}`;
  const withToken = `${webhook}/${made.token}`;
  await ask("GET", `${channel}/webhooks`);
  await ask("GET", `/guilds/${guildId}/webhooks`);
  await ask("GET", webhook);
  await ask("PATCH", webhook, { name: "Others" });
  await ask("GET", withToken);
  const spoken = await ask("POST", `${withToken}?wait=true`, { content: "ahoy", username: "Mira" });
  for (const [method, body] of [["GET"], ["PATCH", { content: "ahoy!" }], ["DELETE"]] as const)
    await ask(method, `${withToken}/messages/${spoken.id}`, body);
  await ask("DELETE", withToken);
  await ask("DELETE", `/webhooks/${(await ask("POST", `${channel}/webhooks`, { name: "Personas" })).id}`);

  for (const path of [
    `/applications/${applicationId}/commands`,
    `/applications/${applicationId}/guilds/${guildId}/commands`,
  ]) {
    await ask("PUT", path, [{ name: "chat", description: "Talk" }]);
    const extra = await ask("POST", path, {
      name: "extra",
      description: "More",
      options: [{ type: 3, name: "o", description: "d", autocomplete: true }],
    });
    await ask("GET", path);
    for (const [method, body] of [["GET"], ["PATCH", { description: "Else" }], ["DELETE"]] as const)
      await ask(method, `${path}/${extra.id}`, body);
  }
  const next = nextInteraction(discord);
  const view = bob.slash(discord.channel("#general").id, "chat");
  const { id, token } = await next;
  await ask("POST", `/interactions/${id}/${token}/callback?with_response=true`, { type: 5 });
  await view;
  const answers = `/webhooks/${applicationId}/${token}`;
  for (const [method, body] of [["GET"], ["PATCH", { content: "here" }], ["DELETE"]] as const)
    await ask(method, `${answers}/messages/%40original`, body);
  await ask("POST", answers, { content: "more" });

  await ask("DELETE", message);
  await ask("DELETE", channel);

  const visited = new Set(discord.journal.entries.map(({ method, pattern }) => `${method} ${pattern}`));
  expect(discord.routes.filter((route) => !visited.has(route))).toEqual([]);
  const listed = new Set(discord.coverage.events.map(({ route }) => route));
  expect([...heard].filter((name) => !listed.has(name))).toEqual([]);
  await stopAndCheck(discord);
});
