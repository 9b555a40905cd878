/** The parts of the direct messages with an app that are no thread, as they stand in the address. */
export const TABS = { home: "home", history: "history" } as const;
