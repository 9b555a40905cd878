/** What the page says where Slack's own client would. */
export const emulatedSlack = {
  joined: "joined the channel.",
  left: "left the channel.",
  somebody: "Somebody",
  /** What Slack writes where an app does not. */
  confirm: { title: "Are you sure?", yes: "Yes", no: "No" },
  selectOption: "Select an option",
  noCommandsInThreads: "Slack takes no slash commands in threads.",
  noShortcut: (name: string) => `There is no shortcut ${name}.`,

  readers: {
    members: (count: number) => (count === 1 ? "1 member" : `${count} members`),
    everyone: "Everyone",
    shared: (members: string) => `${members}, shared`,
    ofShared: ({ owner, guests }: { owner: string; guests: string }) =>
      `A channel of ${owner} with people of ${guests}: its members read it, and nobody else.`,
    ofPrivate: "A private channel: its members read it, and nobody else.",
    all: "Every member of the workspace reads this channel.",
    you: (name: string) => `${name} (you)`,
    bot: "the bot itself",
    whoFinds: "Who finds it",
    everyMember: (company: string) => `Every member of ${company}`,
    publicChannel: "a public channel",
    privateChannel: "a private channel",
    membersOf: (company: string) => `Members, of ${company}`,
    byConnect: (company: string) => `By Slack Connect, of ${company}`,
    adminsInvite: (company: string) => `Only admins of ${company} invite other companies.`,
    noRoles: "There are no roles in Slack.",
  },
};
