/** What the server of HTTP refuses before a route sees the request, as the `detail` of a Problem. */
export const http = {
  tokenMissing: "Send API_TOKEN in the header `Authorization: Bearer …`.",
  onlyThisMachine: "Without API_TOKEN this server answers to 127.0.0.1 and localhost only.",
  noOtherSite: "Without API_TOKEN this server answers no other web site.",
  unreadable: "This address or its `Host` cannot be read.",
  failed: (mark: string) => `Something went wrong on my side. The log says more under ${mark}.`,
  takes: (methods: readonly string[]) => `This takes ${methods.join(", ")}.`,
  notJson: "Send `Content-Type: application/json`.",
  bodyCut: "The body ended before it was whole.",
  tooLarge: (kibibytes: number) => `A request takes at most ${kibibytes} KiB.`,
  notFound: (document: string) => `There is nothing here. ${document} lists what there is.`,
};
