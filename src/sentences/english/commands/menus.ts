/** What a message's own menu offers. */
export const menus = {
  remember: "Remember this",
  ask: "Ask a persona about this",
};
