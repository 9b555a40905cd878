/** What a persona is doing on the way to its answer. */
export const agent = {
  activities: {
    searching_history: "Looking through what was said",
    searching_memory: "Searching memory",
    remembering: "Remembering something",
    tidying_memory: "Putting memory in order",
    correcting_memory: "Correcting what it remembers",
    searching_web: "Looking on the web",
    reading_page: "Reading a page",
    running_code: "Running some code",
    reading_files: "Reading files",
    searching_files: "Searching files",
    other: "Using a tool",
  },
};
