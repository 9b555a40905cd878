/** What an emulated world is heard by: the bot's connections, by what the service sends, and whoever watches the world. */
export class Announcer<Dispatch, WorldEvent> {
  readonly #dispatchers = new Set<(dispatch: Dispatch) => void>();
  readonly #listeners = new Set<(event: WorldEvent) => void>();

  /** Sends something to the bot. */
  dispatch(dispatch: Dispatch): void {
    for (const send of [...this.#dispatchers]) send(dispatch);
  }

  onDispatch(send: (dispatch: Dispatch) => void): () => void {
    this.#dispatchers.add(send);
    return () => this.#dispatchers.delete(send);
  }

  /** Tells pages and tests that something has changed. */
  tell(event: WorldEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  onEvent(listener: (event: WorldEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
