/** What lives for seconds or for an hour, and stands in no snapshot. */

/** A short-lived permission to open a modal. */
export interface Trigger {
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
  readonly expiresAt: number;
  readonly interactionId: string;
  /** The modal from which it came: where views.push puts the next. */
  readonly viewId?: string;
  isUsed: boolean;
}

/** A command, a click, a shortcut or a submission on its way. It is kept for an hour, and in no snapshot. */
export interface Interaction {
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
  /** Absent for a global shortcut and for what happens in the Home tab. */
  readonly channelId: string | undefined;
  readonly createdAt: number;
  state: "pending" | "acknowledged" | "failed";
  /** What the person is told when it failed. */
  failure: string | undefined;
  /** The messages that answered it, oldest first. */
  readonly responses: { readonly channelId: string; readonly ts: string }[];
  /** The modal that was opened with its trigger, or that is on top after a submission. */
  viewId: string | undefined;
  /** What is wrong with a submission, by block_id. */
  errors: Readonly<Record<string, string>> | undefined;
}
