/** Why the live view beside the chat shows a person no memory. */
export const inspector = {
  remembersEach: (persona: string) =>
    `${persona} remembers each person for themselves. What was told here is not for you to see; yours is in your direct messages.`,
  otherReaders: (persona: string) =>
    `What ${persona} remembers here is shared by others than those who read along with you now, so it is not shown.`,
};
