import { z } from "zod";
import { SlackApiError } from "../http/api-error.ts";
import { moveSession, sessionIn } from "../messages/agent-sessions.ts";
import { authorshipArguments, readAuthorship, withWarnings } from "../messages/message-content.ts";
import { setStatus } from "../messages/thread-status.ts";
import { memberChannel } from "../world/places.ts";
import { type InstallationRecord, type SessionRecord, sessionStatus } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { json, names, text } from "./arguments.ts";
import { botMethod, type Method, needScope, TIER_3 } from "./method.ts";

/** Not documented as a tier: "special". Enough for a status each second and a half in ten threads [guess]. */
const STATUSES = { limit: 400, windowMs: 60_000 };
const title = text.min(1).max(200);
const LOADING_MESSAGES = 10;

const stickyArguments = z.object({
  username: text.max(200).nullable().optional(),
  icon_emoji: text.nullable().optional(),
  icon_url: text.nullable().optional(),
});

export function agentMethods(world: World): readonly Method[] {
  return [...sessionMethods(world), ...threadMethods(world)];
}

function sessionMethods(world: World): readonly Method[] {
  const place = z.object({ channel_id: text, thread_ts: text });
  return [
    botMethod({
      name: "agents.sessions.setStatus",
      scope: "chat:write",
      limit: TIER_3,
      args: place.extend(stickyArguments.shape).extend({
        status: sessionStatus,
        title: title.optional(),
        initiator_user_id: text.optional(),
      }),
      run: ({ args, caller }) => {
        const channel = threadChannel(world, caller, args);
        const present = sessionIn(world, channel.id, args.thread_ts);
        if (!present) needScope(caller, "assistant:write");
        if (!present && !world.config.agent) throw new SlackApiError("not_allowed");
        if (args.initiator_user_id && !channel.memberIds.includes(args.initiator_user_id)) {
          throw new SlackApiError("user_not_in_channel");
        }
        const session = moveSession(world, channel, args.thread_ts, {
          status: args.status,
          // Read when the session is made, and not again.
          ...(!present && args.title !== undefined && { title: args.title }),
          ...(!present && args.initiator_user_id && { initiatorId: args.initiator_user_id }),
          ...stickyChange(caller, present, args),
        });
        const isStoppable = world.config.botEvents.has("agent_session_stopped");
        return withWarnings(
          { status: session.status, ...(session.title !== undefined && { title: session.title }) },
          isStoppable ? [] : ["missing_agent_session_stopped_event_subscription"],
        );
      },
    }),
    botMethod({
      name: "agents.sessions.rename",
      scope: "chat:write",
      limit: TIER_3,
      args: place.extend({ title }),
      run: ({ args, caller }) => {
        const channel = threadChannel(world, caller, args);
        const session = sessionIn(world, channel.id, args.thread_ts);
        if (!session) throw new SlackApiError("session_not_found");
        moveSession(world, channel, args.thread_ts, { ...session, title: args.title });
        return { title: args.title };
      },
    }),
  ];
}

/** A name or face stays until it is set to null. Forms have no null: there it is the empty string. */
function stickyChange(
  caller: InstallationRecord,
  present: SessionRecord | undefined,
  args: z.output<typeof stickyArguments>,
): Partial<SessionRecord> {
  const given = [args.username, args.icon_emoji, args.icon_url];
  if (given.some((one) => one)) needScope(caller, "chat:write.customize");
  const kept = (value: string | null | undefined, before: string | undefined) =>
    value === undefined ? before : value || undefined;
  const username = kept(args.username, present?.username);
  const iconEmoji = kept(args.icon_emoji, present?.iconEmoji);
  const iconUrl = kept(args.icon_url, present?.iconUrl);
  return {
    ...(username !== undefined && { username }),
    ...(iconEmoji !== undefined && { iconEmoji }),
    ...(iconUrl !== undefined && { iconUrl }),
  };
}

function threadMethods(world: World): readonly Method[] {
  return [
    botMethod({
      name: "assistant.threads.setStatus",
      scope: "chat:write",
      limit: STATUSES,
      args: z.object({
        channel_id: text,
        thread_ts: text,
        status: text,
        loading_messages: json(names).optional(),
        ...authorshipArguments.shape,
      }),
      run: ({ args, caller }) => {
        const channel = threadChannel(world, caller, args);
        const loadingMessages = args.loading_messages ?? [];
        if (loadingMessages.length > LOADING_MESSAGES) throw new SlackApiError("invalid_arguments");
        setStatus(world, channel, {
          channelId: channel.id,
          threadTs: args.thread_ts,
          status: args.status,
          loadingMessages,
          setAt: world.clock.now(),
          ...readAuthorship(caller, args),
        });
        return {};
      },
    }),
    botMethod({
      name: "assistant.threads.setTitle",
      scope: "assistant:write",
      limit: TIER_3,
      args: z.object({ channel_id: text, thread_ts: text, title }),
      run: ({ args, caller }) => {
        const channel = threadChannel(world, caller, args);
        const session = sessionIn(world, channel.id, args.thread_ts);
        moveSession(world, channel, args.thread_ts, { status: "active", ...session, title: args.title });
        return {};
      },
    }),
    botMethod({
      name: "assistant.threads.setSuggestedPrompts",
      scope: "assistant:write",
      limit: TIER_3,
      args: z.object({
        channel_id: text,
        thread_ts: text.optional(),
        title: text.optional(),
        prompts: json(
          z
            .array(z.object({ title: text.min(1), message: text.min(1) }))
            .min(1)
            .max(4),
        ),
      }),
      run: ({ args, caller }) => {
        const channel = memberChannel(world, caller, args.channel_id);
        if (channel.type !== "im") throw new SlackApiError("channel_not_found");
        // With a thread it does nothing under agent_view, and says nothing [Slack's documentation].
        if (args.thread_ts !== undefined) return {};
        world.prompts.set(channel.id, {
          channelId: channel.id,
          prompts: args.prompts,
          ...(args.title !== undefined && { title: args.title }),
        });
        world.tell({ type: "prompts", teamId: channel.teamId, channelId: channel.id });
        return {};
      },
    }),
  ];
}

function threadChannel(
  world: World,
  caller: InstallationRecord,
  args: { readonly channel_id: string; readonly thread_ts: string },
) {
  const channel = memberChannel(world, caller, args.channel_id);
  const root = world.message(channel.id, args.thread_ts);
  if (!root || root.threadTs !== undefined) throw new SlackApiError("invalid_thread_ts");
  return channel;
}
