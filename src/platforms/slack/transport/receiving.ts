import { App, type ReceiverEvent } from "@slack/bolt";

/** Bolt's listeners would acknowledge an event before it is stored. */
export class Receiving extends App {
  take: (event: ReceiverEvent) => Promise<void> = async () => undefined;

  override processEvent(event: ReceiverEvent): Promise<void> {
    return this.take(event);
  }
}
