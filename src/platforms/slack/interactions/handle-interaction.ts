import type { Command, Menu } from "../../../core/commands/declaration.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { Inbox } from "../../../core/ports/platform.ts";
import { sentences } from "../../../sentences/sentences.ts";
import { encode } from "../messages/encode-message.ts";
import type { Respond } from "../web-api/api.ts";
import { WireInteraction, WireSlash } from "../wire.ts";
import type { Directory } from "../workspaces/directory.ts";
import type { ChannelReaders } from "../workspaces/readers.ts";
import type { StrangerLog, Workspace, Workspaces } from "../workspaces/workspaces.ts";
import { type DecodedInteraction, decodeInteraction, decodeSlash } from "./decode-interaction.ts";
import type { Forms } from "./forms.ts";
import type { StillReads } from "./still-reads.ts";

/** Answers Slack's three seconds; at most once. */
type Acknowledge = (answer?: object) => Promise<void>;

/** Slack waits three seconds. */
const ACKNOWLEDGED_WITHIN_MS = 2_000;

interface PendingInteraction {
  readonly team: string;
  readonly responseUrl: string | undefined;
  /** The first field of a form that was sent: it shows what is wrong. */
  readonly field: string | undefined;
  readonly isCommand: boolean;
  understand(workspace: Workspace): Promise<DecodedInteraction>;
}

interface InteractionServices {
  readonly inbox: Inbox;
  readonly respond: Respond;
  readonly directory: Directory;
  readonly workspaces: Workspaces;
  readonly strangers: StrangerLog;
  readonly forms: Forms;
  readonly stillReads: StillReads;
  readonly readers: Pick<ChannelReaders, "isReadOnly">;
  readonly commands: readonly Command[];
  readonly menus: readonly Menu[];
  readonly clock: Clock;
  readonly log: Logger;
}

/** Takes commands, buttons, menus and forms. It never throws: Slack does not send them again. */
export class InteractionHandler {
  readonly #services: InteractionServices;

  constructor(services: InteractionServices) {
    this.#services = services;
  }

  async handle(body: unknown, acknowledge: Acknowledge): Promise<void> {
    const what = this.#asked(body);
    if (!what) {
      this.#services.log.warn(
        { type: typeOf(body) },
        "an interaction came from Slack for something that Rapport never showed",
      );
      return acknowledge();
    }
    const answered: { already: boolean } = { already: false };
    const answer: Acknowledge = async (payload) => {
      if (answered.already) return;
      answered.already = true;
      await acknowledge(payload);
    };
    const done = new AbortController();
    const work = this.#take(what).then((sentence) => {
      done.abort();
      return sentence === undefined
        ? answer()
        : this.#say(what, sentence, answered.already ? undefined : answer);
    });
    const late = this.#services.clock.sleep(ACKNOWLEDGED_WITHIN_MS, done.signal).then(() => answer());
    await Promise.all([work, late]).catch((err: unknown) =>
      this.#services.log.error({ err }, "could not answer an interaction"),
    );
  }

  #asked(body: unknown): PendingInteraction | undefined {
    const context = (workspace: Workspace) => ({
      ...this.#services,
      workspace,
      now: this.#services.clock.now(),
    });
    const slash = WireSlash.safeParse(body).data;
    if (slash)
      return {
        team: slash.team_id ?? slash.enterprise_id ?? "",
        responseUrl: slash.response_url,
        field: undefined,
        isCommand: true,
        understand: (workspace) => decodeSlash(slash, context(workspace)),
      };
    const interaction = WireInteraction.safeParse(body).data;
    if (!interaction) return undefined;
    const { team, user, enterprise } = interaction;
    const view = interaction.type === "view_submission" ? interaction.view : undefined;
    return {
      team: view?.app_installed_team_id ?? team?.id ?? user.team_id ?? enterprise?.id ?? "",
      responseUrl: interaction.response_url ?? undefined,
      field: view && Object.keys(view.state.values)[0],
      isCommand: false,
      understand: (workspace) => decodeInteraction(interaction, context(workspace)),
    };
  }

  /** What to say to the person instead of doing what they asked. */
  async #take(what: PendingInteraction): Promise<string | undefined> {
    try {
      const workspace = await this.#services.workspaces.of(what.team);
      if (!workspace) {
        this.#services.strangers.tell(what.team, what.isCommand ? "command" : "interaction");
        return sentences.slack.notInWorkspace;
      }
      const understood = await what.understand(workspace);
      if (understood.type === "refused") return understood.sentence;
      if (understood.mayOpenForm) this.#services.forms.expect(understood.asked);
      const acceptance = await this.#services.inbox.accept(understood.event, understood.target);
      return acceptance === "full" ? sentences.platform.full : undefined;
    } catch (error) {
      this.#services.log.error({ err: error }, "could not handle an interaction");
      return sentences.platform.notStored;
    }
  }

  async #say(what: PendingInteraction, sentence: string, answer: Acknowledge | undefined): Promise<void> {
    const {
      unfurl_links: _,
      unfurl_media: __,
      ...message
    } = encode({ text: sentence, visibility: "private" }, { ownName: false });
    const body = { response_type: "ephemeral", replace_original: false, ...message };
    if (answer && what.isCommand) return answer(body);
    if (answer && what.field !== undefined)
      return answer({ response_action: "errors", errors: { [what.field]: sentence } });
    await answer?.();
    if (what.responseUrl !== undefined) await this.#services.respond(what.responseUrl, body);
  }
}

const typeOf = (body: unknown): string =>
  typeof body === "object" && body !== null && "type" in body ? String(body.type) : "unknown";
