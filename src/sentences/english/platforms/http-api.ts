/** What the HTTP API answers beside what personas and commands say. */
export const httpApi = {
  stopping: "I am being stopped or started. Try again in a moment.",
  noSuchMessage: "There is no such message, or it is not kept any more.",
  notKept: "What was asked is not kept any more.",
  databaseAway: "The database does not answer. Try again in a moment.",
  noForms: (title: string) => `“${title}” is a form, and there are no forms over HTTP. Nothing was done.`,
  noPersonaForm:
    "Personas are written in a form, and there are no forms over HTTP. Nothing was done. `PUT /api/personas/{key}` makes and changes personas.",
  notAnObject: "Send a JSON object.",
  noSuchFields: (fields: readonly string[]) =>
    `There is no field ${fields.map((field) => `\`${field}\``).join(", ")}.`,
  notJson: "The body is not JSON.",
  nothingToAnswer: "There is nothing in that to answer.",
  full: "Too much is waiting in this conversation already. Try again in a minute.",
  otherRequest: "Another request was sent under this `Idempotency-Key`. Choose a new key for a new message.",
  author: "The API",
  noSuchPersona: (key: string) => `There is no persona \`${key}\`.`,
  noSuchPage: "`before`: no page ends there. Send `older` of a page of this conversation, or leave it out.",
  remembersNothing: (persona: string) => `${persona} remembers nothing here yet. Say something first.`,
  nothingSaid: (conversation: string) => `Nothing was said in the conversation “${conversation}” yet.`,
  takes: {
    user: "takes up to 50 letters, digits and any of . _ - @ + : |",
    conversation: "takes up to 48 letters, digits and any of . _ -",
    idempotencyKey: "takes up to 200 printable characters without spaces",
  },
};
